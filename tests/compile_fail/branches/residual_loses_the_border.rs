prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        stem: conv(8, kernel = 3, padding = 1),
        residual { conv(8, kernel = 3), relu, conv(8, kernel = 3) },
        fc: linear(4),
    }
}

fn main() {}
