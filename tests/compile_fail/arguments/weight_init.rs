prelu::network! {
    pub struct Net: [8] -> [4] {
        fc1: linear(8, init = hee),
        relu(freeze),
        act: prelu,
        prelu(tie = act, freeze),
        fc2: linear(4, init = (1, 2)),
    }
}

fn main() {}
