prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block wide(width) conv(width, kernel = 1),
        wide(8),
        fc: linear(4),
    }
}

fn main() {}
