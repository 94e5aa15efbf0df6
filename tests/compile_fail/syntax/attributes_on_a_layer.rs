prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        #[inline]
        conv(8, kernel = 3),
        #[doc(hidden)]
        /// Documented.
        act: prelu,
        fc: linear(4),
    }
}

fn main() {
    let _ = Net::zeroed().act.weight;
}
