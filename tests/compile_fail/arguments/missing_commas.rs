prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8 kernel = 3 padding = 1),
        max_pool(2, stride: 2),
        fc: linear(4),
    }
}

fn main() {}
