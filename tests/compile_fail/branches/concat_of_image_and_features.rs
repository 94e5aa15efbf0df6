prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        concat { { conv(4, kernel = 1) }, { global_avg_pool } },
        fc: linear(4),
    }
}

fn main() {}
