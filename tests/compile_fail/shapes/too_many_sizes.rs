prelu::network! {
    pub struct Net: [1, 2, 3, 4] -> [10] {
        fc: linear(10),
    }
}

fn main() {}
