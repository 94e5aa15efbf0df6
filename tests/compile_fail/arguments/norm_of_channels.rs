prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        batch_norm(3),
        layer_norm(192),
        fc: linear(4),
    }
}

fn main() {}
