prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 1, freeze = 3),
        relu(freeze),
        act: prelu(freeze),
        prelu(tie = act, freeze),
        fc: linear(4, frozen),
    }
}

fn main() {}
