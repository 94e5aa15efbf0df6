prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        block outer(width) { inner }
        block inner { conv(width, kernel = 1) }
        outer(8),
        fc: linear(10),
    }
}

fn main() {}
