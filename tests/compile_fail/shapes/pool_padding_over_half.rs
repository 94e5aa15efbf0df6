prelu::network! {
    pub struct Net: [2, 8, 8] -> [2, 5, 5] {
        max_pool(2, padding = 2),
    }
}

fn main() {}
