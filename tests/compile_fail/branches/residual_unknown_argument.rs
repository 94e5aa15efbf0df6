prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        residual(shorcut = { conv(3, kernel = 1) }) { conv(3, kernel = 3, padding = 1) },
        residual(2) { relu },
        fc: linear(4),
    }
}

fn main() {}
