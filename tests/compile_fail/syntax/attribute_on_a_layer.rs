prelu::network! {
    pub struct Net: [8] -> [4] {
        #[inline]
        fc: linear(4),
    }
}

fn main() {}
