prelu::network! {
    pub struct: [8] -> [10] { fc: linear(10) }
}

fn main() {}
