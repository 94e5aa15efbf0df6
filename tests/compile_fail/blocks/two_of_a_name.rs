prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block act() { relu }
        block act() { elu }
        act,
        fc: linear(4),
    }
}

fn main() {}
