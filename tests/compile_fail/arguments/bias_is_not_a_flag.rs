prelu::network! {
    pub struct Net: [8] -> [8] {
        fc: linear(8, bias = 1),
    }
}

fn main() {}
