prelu::network! {
    pub struct Net: [1, 28, 28] -> [10] {
        conv1: conv(20, kernel = 5), max_pool(3) -> [20, 8, 7], fc: linear(10),
    }
}

fn main() {}
