prelu::network! {
    pub struct Net: [8] -> [8] {
        act1: prelu, fc: linear(8), prelu(tie = act),
    }
}

fn main() {}
