prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 3) { relu },
        fc: linear(4) { },
    }
}

fn main() {}
