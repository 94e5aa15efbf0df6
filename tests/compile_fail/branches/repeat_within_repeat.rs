prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat(100) { repeat(100) { relu } },
        fc: linear(4),
    }
}

fn main() {}
