prelu::network! {
    pub struct Net: [1, 8, 8] -> [4, 3, 3] {
        conv1: conv(4, kernel = 3, strides = 2),
    }
}

fn main() {}
