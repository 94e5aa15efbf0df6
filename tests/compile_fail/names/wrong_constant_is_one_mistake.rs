prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        const WIDE: usize = OTHER * 2;
        const WIDER: usize = 2 * WIDE;
        conv(WIDE, kernel = 1),
        conv(WIDER, kernel = (3, WIDE)) -> [WIDE, 6, 6],
        fc: linear(WIDER),
    }
}

fn main() {}
