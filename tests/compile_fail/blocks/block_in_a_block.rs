prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        block outer(width) { inner(width), inner(2 * width) }
        block inner(width) { conv: conv(width, kernel = 7) }
        stage: outer(4),
        fc: linear(10),
    }
}

fn main() {}
