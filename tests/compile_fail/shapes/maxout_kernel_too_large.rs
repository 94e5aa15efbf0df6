prelu::network! {
    pub struct Net: [2, 5, 5] -> [3, 1, 1] {
        m: maxout(3, pieces = 2, kernel = 7),
    }
}

fn main() {}
