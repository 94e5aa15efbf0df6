prelu::network! {
    pub struct Net: [1, 28, 28] -> [10] {
        conv1: conv(8, kernel = 5), relu, max_pool(2), fc: linear(11),
    }
}

fn main() {}
