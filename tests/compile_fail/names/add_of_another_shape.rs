prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv1: conv(8, kernel = 3, padding = 1),
        conv2: conv(16, kernel = 3, padding = 1),
        add(conv1),
        fc: linear(4),
    }
}

fn main() {}
