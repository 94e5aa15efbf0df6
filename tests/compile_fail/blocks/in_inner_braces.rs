prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        residual {
            const WIDE: usize = 3;
            block act() { relu }
            conv(WIDE, kernel = 1),
            act,
        },
        fc: linear(4),
    }
}

fn main() {}
