prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        block basic(width, groups = 1) { conv: conv(width, kernel = 1, groups = groups) }
        one: basic(6, groups = 4), two: basic(0),
        fc: linear(10),
    }
}

fn main() {}
