prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block deep(width) { conv(width, kernel = 1), deep(width) }
        deep(8),
        fc: linear(4),
    }
}

fn main() {}
