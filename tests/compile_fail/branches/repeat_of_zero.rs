prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat(0) { conv(8, kernel = 3, padding = 1), relu },
        repeat(2.5) { relu },
        repeat(2) { },
        fc: linear(4),
    }
}

fn main() {}
