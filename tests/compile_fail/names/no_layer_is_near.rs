prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block mine() { relu }
        transformer(8, heads = 2),
        fc: linear(4),
    }
}

fn main() {}
