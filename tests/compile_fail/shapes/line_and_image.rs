prelu::network! {
    pub struct Net: [2, 64] -> [4] {
        conv(8, kernel = 3) -> [8, 1, 62],
        avg_pool(2) -> [8, 31, 31],
        fc: linear(4),
    }
}

fn main() {}
