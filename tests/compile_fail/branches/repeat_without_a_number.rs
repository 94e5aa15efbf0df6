prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat { conv(8, kernel = 3, padding = 1), relu },
        repeat(times = many) { relu },
        fc: linear(4),
    }
}

fn main() {}
