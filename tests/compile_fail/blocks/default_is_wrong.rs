prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block wide(width = WIDE) { conv(width, kernel = 1) }
        wide,
        fc: linear(4),
    }
}

fn main() {}
