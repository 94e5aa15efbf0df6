prelu::network! {
    pub struct Kernel: [2, 64] -> [4] {
        conv(8, kernel = (1, 3)),
        fc: linear(4),
    }
}

prelu::network! {
    pub struct Pool: [2, 64] -> [4] {
        max_pool((1, 2)),
        fc: linear(4),
    }
}

prelu::network! {
    pub struct Padding: [2, 64] -> [4] {
        conv(8, kernel = 3, stride = (2, 2), padding = (0, 1)),
        fc: linear(4),
    }
}

fn main() {}
