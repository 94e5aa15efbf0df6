prelu::network! {
    pub struct Net: [8] -> [4] {
        fc: linear,
    }
}

fn main() {}
