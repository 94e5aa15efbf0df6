prelu::network! {
    pub struct Net: [8] -> [4] {
        fc: linear(4.5),
    }
}

fn main() {}
