prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        const WIDE usize = 8;
        const DEEP: usize = 2,
        const: usize = 3;
        const TALL = ;
        conv(WIDE + DEEP + TALL, kernel = 1),
        fc: linear(4),
    }
}

fn main() {}
