prelu::network! {
    pub struct Net: [8] -> [8];
}

fn main() {}
