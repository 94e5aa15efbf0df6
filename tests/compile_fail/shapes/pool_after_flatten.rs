prelu::network! {
    pub struct Net: [1, 8, 8] -> [16] {
        flatten, max_pool(2),
    }
}

fn main() {}
