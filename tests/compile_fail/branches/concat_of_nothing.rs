prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        mix: concat { },
        fc: linear(10),
    }
}

fn main() {}
