prelu::network! {
    pub struct Net: [2, 64] -> [4] {
        conv(8, kernel = (1, 3)),
        max_pool((1, 2)),
        conv(8, kernel = 3, stride = (2, 2)),
        fc: linear(4),
    }
}

fn main() {}
