prelu::network! {
    pub struct Net: [8] -> [4] {
        m: maxout(4),
    }
}

fn main() {}
