prelu::network! {
    pub struct Net: [3, 8, 8] -> [4, 11, 11] {
        up: conv_transpose(4, kernel = 3, output_padding = 1),
    }
}

fn main() {}
