prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block never(width) { conv(width, kernal = 3), batchnorm, relu(width) }
        fc: linear(4),
    }
}

fn main() {}
