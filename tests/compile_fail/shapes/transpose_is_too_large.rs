prelu::network! {
    pub struct Net: [3, 8, 8] -> [4, 8, 8] {
        up: conv_transpose(4, kernel = 3, stride = 1000000000000),
    }
}

fn main() {}
