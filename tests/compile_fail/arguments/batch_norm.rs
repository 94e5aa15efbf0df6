prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        batch_norm(eps = 0),
        batch_norm(momentum = 2),
        batch_norm(0.1),
        batch_norm(epsilon = 1e-3, momentum = small),
        fc: linear(4),
    }
}

fn main() {}
