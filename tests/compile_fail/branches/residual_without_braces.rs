prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        residual,
        fc: linear(4),
    }
}

fn main() {}
