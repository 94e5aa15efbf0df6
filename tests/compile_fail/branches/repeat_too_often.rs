prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat(1000000000) { conv(8, kernel = 3, padding = 1), relu },
        fc: linear(4),
    }
}

fn main() {}
