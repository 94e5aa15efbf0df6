prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(16, kernel: 3, padding == 1),
        fc: linear(10),
    }
}

fn main() {}
