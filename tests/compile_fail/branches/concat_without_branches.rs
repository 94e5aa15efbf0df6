prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        concat,
        fc: linear(4),
    }
}

fn main() {}
