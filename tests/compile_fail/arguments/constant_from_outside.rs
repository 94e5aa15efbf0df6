prelu::network! {
    pub struct Net: [8] -> [8] {
        fc: linear(WIDTH),
    }
}

fn main() {}
