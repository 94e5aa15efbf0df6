prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block basic(width) { conv(width, kernel = 3, paddng = 1), batch_norm, relu }
        basic(8),
        basic(16),
        repeat(3) { basic(16) },
        fc: linear(4),
    }
}

fn main() {}
