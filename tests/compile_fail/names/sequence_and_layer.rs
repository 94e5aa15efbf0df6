prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        one: sequence { fc: linear(10) },
        one: linear(10),
    }
}

fn main() {}
