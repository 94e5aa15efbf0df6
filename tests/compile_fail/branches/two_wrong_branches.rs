prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        concat {
            { conv(4, kernel = 9) },
            { conv(4, kernel = 1), max_pol(3) },
            { dropout(1.5) },
        },
        fc: linear(4),
    }
}

fn main() {}
