prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(3, 16, 3),
        fc: linear(576, 10),
    }
}

fn main() {}
