prelu::network! {
    pub struct Net: [3, 8, 8] -> [4, 10, 10] {
        up: conv_transpose(4, kernel = 3, groups = 3),
    }
}

fn main() {}
