prelu::network! {
    pub struct Net: [1, 8, 8] -> [10] {
        conv1: convolution(10, kernel = 3) -> [10, 6, 6],
        max_pool(7),
        fc: linear(10) -> [11],
    }
}

fn main() {}
