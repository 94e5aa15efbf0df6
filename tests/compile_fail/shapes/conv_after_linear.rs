prelu::network! {
    pub struct Net: [1, 8, 8] -> [4, 6, 6] {
        fc1: linear(64), conv1: conv(4, kernel = 3),
    }
}

fn main() {}
