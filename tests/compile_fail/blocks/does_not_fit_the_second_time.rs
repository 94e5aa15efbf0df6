prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block down(width) { conv(width, kernel = 5), prelu }
        down(8),
        down(16),
        down(32),
        fc: linear(4),
    }
}

fn main() {}
