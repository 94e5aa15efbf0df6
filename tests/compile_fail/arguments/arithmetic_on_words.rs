prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(8, kernel = (1, 2) * 2, padding = true + 1), fc: linear(10 << 1),
    }
}

fn main() {}
