prelu::network! {
    pub struct Net: [8] -> [4] {
        type: linear(4),
    }
}

fn main() {}
