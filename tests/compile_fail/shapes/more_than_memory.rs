prelu::network! {
    pub struct Net: [1000000] -> [1000000000] {
        fc: linear(1000000000),
    }
}

fn main() {}
