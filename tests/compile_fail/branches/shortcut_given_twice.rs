prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        residual(shortcut = { relu }, shortcut = { elu }) { conv(3, kernel = 3, padding = 1) },
        fc: linear(4),
    }
}

fn main() {}
