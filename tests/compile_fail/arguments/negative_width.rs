prelu::network! {
    pub struct Net: [8] -> [4] {
        fc: linear(2 - 6),
    }
}

fn main() {}
