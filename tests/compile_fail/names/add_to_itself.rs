prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(3, kernel = 1),
        sum: add(sum),
        block1: residual { relu, add(block1) },
        fc: linear(10),
    }
}

fn main() {}
