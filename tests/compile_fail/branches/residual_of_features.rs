prelu::network! {
    pub struct Net: [8] -> [4] {
        residual { linear(6), relu },
        fc: linear(4),
    }
}

fn main() {}
