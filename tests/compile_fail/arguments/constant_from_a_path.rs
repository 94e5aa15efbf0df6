prelu::network! {
    pub struct Net: [8] -> [8] {
        fc: linear(crate::sizes::WIDTH * 2),
    }
}

fn main() {}
