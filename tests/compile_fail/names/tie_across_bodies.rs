prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        concat { { act: prelu }, { prelu(tie = act) } },
        residual { other: prelu },
        prelu(tie = othr),
        fc: linear(4),
    }
}

fn main() {}
