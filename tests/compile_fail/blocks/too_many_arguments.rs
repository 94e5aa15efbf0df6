prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        block basic(width) { conv(width, kernel = 3), relu }
        basic(8, 2, 3),
        fc: linear(10),
    }
}

fn main() {}
