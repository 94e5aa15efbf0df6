prelu::network! {
    pub struct Net: [1, 8, 8] -> [1, 4, 4] {
        max_pool(2, stride = (2, 0)),
    }
}

fn main() {}
