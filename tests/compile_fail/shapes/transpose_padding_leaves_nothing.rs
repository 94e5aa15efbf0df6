prelu::network! {
    pub struct Net: [3, 2, 8] -> [4, 1, 8] {
        up: conv_transpose(4, kernel = 3, padding = 2),
    }
}

fn main() {}
