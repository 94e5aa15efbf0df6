prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        Conv2d(8, kernel = 3),
        BatchNorm2d,
        swish,
        deconv(8, kernel = 2),
        skip { relu },
        dense(4),
    }
}

fn main() {}
