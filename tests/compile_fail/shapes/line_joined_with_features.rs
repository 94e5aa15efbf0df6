prelu::network! {
    pub struct Net: [2, 64] -> [4] {
        conv1: conv(8, kernel = 3),
        fc1: linear(8),
        concat(conv1),
        add(conv1),
        fc: linear(4),
    }
}

fn main() {}
