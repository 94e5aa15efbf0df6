prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv1 = conv(8, kernel = 3),
        act relu,
        fc: linear(4),
    }
}

fn main() {}
