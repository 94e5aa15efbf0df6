prelu::network! {
    pub struct Net: [2, 64] -> [4] {
        conv(8, kernel = 5, stride = 8),
        conv(8, kernel = 9),
        fc: linear(4),
    }
}

fn main() {}
