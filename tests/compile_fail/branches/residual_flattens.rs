prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        residual { fc1: linear(192) },
        fc2: linear(10),
    }
}

fn main() {}
