prelu::network! {
    pub struct Net {
        fc1: linear(8),
    }
}

fn main() {}
