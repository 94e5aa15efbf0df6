prelu::network! {
    pub struct Net: [3, 4, 4] -> [3, 1, 1] {
        max_pool(2), pool: avg_pool(5),
    }
}

fn main() {}
