prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat(4) { conv(8, kernel = 3), max_pool(2) },
        fc: linear(4),
    }
}

fn main() {}
