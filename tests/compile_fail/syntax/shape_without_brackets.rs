prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        global_avg_pool -> 3,
        linear(7) => [7],
        fc: linear[4] -> [4],
    }
}

fn main() {}
