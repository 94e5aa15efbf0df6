prelu::network! {
    pub struct Net: [3 8, 8] -> [N] {
        conv(8, kernel = 3, paddin = 1),
        fc: linear(4),
    }
}

fn main() {}
