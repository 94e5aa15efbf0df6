prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        block basic(width, stride = 1) { conv(width, kernel = 3, stride = stride), relu }
        basic(stride = 2),
        fc: linear(10),
    }
}

fn main() {}
