prelu::network! {
    pub struct A: [8] -> [8] { relu }
    pub struct B: [8] -> [8] { relu }
}

fn main() {}
