prelu::network! {
    pub struct Net: [8] -> [8] {
        m: maxout(8, pieces = 2, stride = 2),
    }
}

fn main() {}
