prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv2: conv(8, kernel = 1),
        conv(8, kernel = 1),
        fc: linear(4),
    }
}

fn main() {}
