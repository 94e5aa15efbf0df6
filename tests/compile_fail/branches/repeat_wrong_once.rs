prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        repeat(20) { conv(3, kernel = 3, paddin = 1), batch_norm(eps = 0) },
        fc: linear(4),
    }
}

fn main() {}
