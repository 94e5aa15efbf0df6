prelu::network! {
    pub struct Net: [1, 8, 8] -> [10] {
        conv1: conv(10, kernel = 3)
        max_pool(2),
        conv2: conv(4, kernel = 4) -> [4, 1, 1],
        fc: linear(10),
    }
}

fn main() {}
