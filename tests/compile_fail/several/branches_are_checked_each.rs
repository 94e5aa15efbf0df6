prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        mix: concat {
            { conv1: conv(4, kernel = 9), relu },
            { conv1: conv(4, kernel = 1, groups = 2) },
            { max_pool(2, stride = 1, padding = 2) },
        },
        fc: linear(10),
    }
}

fn main() {}
