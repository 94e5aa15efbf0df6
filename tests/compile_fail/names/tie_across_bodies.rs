prelu::network! {
    pub struct Branches: [3, 8, 8] -> [4] {
        concat { { act: prelu }, { prelu(tie = act) } },
        fc: linear(4),
    }
}

prelu::network! {
    pub struct Near: [3, 8, 8] -> [4] {
        residual { other: prelu },
        prelu(tie = othr),
        fc: linear(4),
    }
}

prelu::network! {
    pub struct Inner: [3, 8, 8] -> [4] {
        residual { act: prelu(per_channel) },
        sequence { inner: prelu },
        prelu(per_element, tie = act),
        fc: linear(4),
    }
}

fn main() {}
