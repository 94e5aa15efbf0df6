prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(16px, kernel = 3), dropout(0.5x),
        fc: linear(10),
    }
}

fn main() {}
