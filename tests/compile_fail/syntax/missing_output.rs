prelu::network! {
    pub struct Net: [8] {
        fc1: linear(8),
    }
}

fn main() {}
