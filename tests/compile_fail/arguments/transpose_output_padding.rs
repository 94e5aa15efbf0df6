prelu::network! {
    pub struct Net: [3, 8, 8] -> [4, 18, 18] {
        up: conv_transpose(4, kernel = 2, stride = 2, output_padding = 2),
    }
}

fn main() {}
