prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        mix: concat {
            { conv(4, kernel = 1) },
            { conv(4, kernel = 3) },
        },
        fc: linear(4),
    }
}

fn main() {}
