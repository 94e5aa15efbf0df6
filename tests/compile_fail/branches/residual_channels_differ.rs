prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        stem: conv(8, kernel = 3, padding = 1),
        residual { conv(16, kernel = 3, padding = 1), relu },
        fc: linear(4),
    }
}

fn main() {}
