prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        const WIDE: usize = 2 * HIGH;
        const HIGH: usize = WIDE / LONG;
        const LONG: usize = 4;
        fc: linear(WIDE),
    }
}

fn main() {}
