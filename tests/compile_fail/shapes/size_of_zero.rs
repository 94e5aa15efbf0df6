prelu::network! {
    pub struct Net: [0, 28, 28] -> [10] {
        fc: linear(10),
    }
}

fn main() {}
