prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        stem: conv(8, kernel = 3, padding = 1),
        block1: residual(shortcut = { conv(16, kernel = 1) }) {
            conv(16, kernel = 3, stride = 2, padding = 1),
            batch_norm,
        },
        fc: linear(4),
    }
}

fn main() {}
