prelu::network! {
    pub struct Net: [8] -> [4] {
        fc1: linear(8)
        relu,
        fc2: linear(4),
    }
}

fn main() {}
