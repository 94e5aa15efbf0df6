prelu::network! {
    pub struct Conv: [3, 8, 8] -> [4] {
        conv1: conv(8, kernel = 1),
        prelu(tie = conv1),
        prelu(tie = 3),
        prelu(tie = some::path),
        fc: linear(4),
    }
}

fn main() {}
