prelu::network! {
    pub struct Net: [20, 8, 7] -> [10] {
        pool2: max_pool(2),
        conv3: conv(40, kernel = 5),
        fc: linear(10),
    }
}

fn main() {}
