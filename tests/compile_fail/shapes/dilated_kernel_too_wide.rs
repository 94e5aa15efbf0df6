prelu::network! {
    pub struct Net: [1, 9, 6] -> [4, 1, 2] {
        conv1: conv(4, kernel = 3, dilation = (4, 3)),
    }
}

fn main() {}
