prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        mix: concat(1) { { relu }, { tanh } },
        fc: linear(10),
    }
}

fn main() {}
