prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        fc: linear(4),
        /// The end.
    }
}

fn main() {}
