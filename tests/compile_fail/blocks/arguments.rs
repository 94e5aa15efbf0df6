prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block down(width, stride = 2) { conv(width, kernel = 3, stride = stride, padding = 1), relu }
        down,
        down(8, strde = 1),
        down(8, 1, 3),
        down(8, width = 4),
        down({ relu }),
        fc: linear(4),
    }
}

fn main() {}
