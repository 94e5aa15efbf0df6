prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block wide(width, mode = per_chanel) { conv(width, kernel = 1), prelu(mode) }
        wide(WIDTH),
        wide(8),
        fc: linear(4),
    }
}

fn main() {}
