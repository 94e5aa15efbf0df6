prelu::network! {
    pub struct Net: [8] -> [8] {
        act1: prelu, prelu(tie = act1, init = 0.1),
    }
}

fn main() {}
