prelu::network! {
    pub struct Net: [8] -> [8] {
        fc: linear(9), relu, fc: linear(8),
    }
}

fn main() {}
