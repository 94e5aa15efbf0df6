prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        conv1: conv(8, kernel = 3),
        nn::relu,
        fc: linear(10),
    }
}

fn main() {}
