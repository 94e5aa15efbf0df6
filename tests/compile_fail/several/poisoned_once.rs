prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 11),
        conv(8, kernel = 11),
        residual { conv(16, kernel = 3) },
        add(conv2),
        concat { { relu }, { max_pool(40) } },
        fc: linear(5),
    }
}

fn main() {}
