prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        residual { conv1: conv(3, kernel = 1), relu },
        residual { conv1: conv(3, kernel = 1), relu },
        fc: linear(10),
    }
}

fn main() {}
