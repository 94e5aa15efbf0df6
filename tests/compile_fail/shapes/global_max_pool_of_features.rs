prelu::network! {
    pub struct Net: [64] -> [64] {
        global_max_pool,
    }
}

fn main() {}
