prelu::network! {
    pub struct Net: [8] -> [4] {
        fc: , relu,
    }
}

fn main() {}
