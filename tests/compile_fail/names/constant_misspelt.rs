prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        const WIDTH: usize = 8;
        conv1: conv(WIDHT, kernel = 3),
        fc: linear(10),
    }
}

fn main() {}
