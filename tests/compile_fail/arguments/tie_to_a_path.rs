prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        act: prelu, prelu(tie = self::act), prelu(tie = 1),
        fc: linear(10),
    }
}

fn main() {}
