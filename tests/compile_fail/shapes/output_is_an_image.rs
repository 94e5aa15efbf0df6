prelu::network! {
    pub struct Net: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), global: max_pool(24),
    }
}

fn main() {}
