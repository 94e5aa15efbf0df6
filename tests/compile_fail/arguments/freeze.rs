prelu::network! {
    pub struct Flag: [3, 8, 8] -> [4] {
        conv(8, kernel = 1, freeze = 3),
        fc: linear(4, frozen),
    }
}

prelu::network! {
    pub struct Nothing: [3, 8, 8] -> [4] {
        relu(freeze),
        fc: linear(4),
    }
}

prelu::network! {
    pub struct Tied: [3, 8, 8] -> [4] {
        act: prelu(freeze),
        prelu(tie = act, freeze),
        fc: linear(4),
    }
}

fn main() {}
