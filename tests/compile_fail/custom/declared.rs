prelu::network! {
    pub struct Net: [8] -> [4] {
        custom(Twice),
        custom,
        custom(3) -> [8],
        custom(Twice, parameters = -1) -> [8],
        fc: linear(4),
    }
}

fn main() {}
