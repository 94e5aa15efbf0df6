prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 11) -> [8, 6, 6],
        conv(8, kernel = 7) -> [8, 4, 4],
        residual { conv(16, kernel = 1) } -> [8, 4, 4],
        fc: linear(5),
    }
}

fn main() {}
