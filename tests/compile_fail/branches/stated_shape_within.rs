prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        mix: concat { { conv(4, kernel = 1) -> [4, 8, 8] }, { conv(5, kernel = 3, padding = 1) -> [5, 6, 6] } } -> [8, 8, 8],
        fc: linear(4),
    }
}

fn main() {}
