prelu::network! {
    pub struct Net: [64] -> [128] {
        fc: linear(64), upsample(2),
    }
}

fn main() {}
