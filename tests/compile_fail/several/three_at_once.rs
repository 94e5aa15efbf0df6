prelu::network! {
    pub struct Net: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5) -> [10, 24, 25],
        prelu(per_chanel),
        max_pool(2, strid = 2),
        fc: linear(10),
    }
}

fn main() {}
