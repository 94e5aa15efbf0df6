prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        const WIDE: usize = 8;
        const WIDE: usize = 16;
        conv(WIDE, kernel = 1),
        fc: linear(4),
    }
}

fn main() {}
