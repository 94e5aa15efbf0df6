prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        mix: concat { { a: conv(4, kernel = 1) }, { b: conv(4, kernel = 1) } },
        add(a),
        fc: linear(4),
    }
}

fn main() {}
