prelu::network! {
    pub struct Net: [8] -> [8] {
        relu(0.1),
    }
}

fn main() {}
