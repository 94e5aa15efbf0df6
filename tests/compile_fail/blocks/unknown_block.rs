prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block bottleneck(width) { conv(width, kernel = 1) }
        botleneck(8),
        fc: linear(4),
    }
}

fn main() {}
