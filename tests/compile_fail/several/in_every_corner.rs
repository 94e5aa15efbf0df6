prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        const WIDE: usize = LIMIT;
        block basic(width) { conv(width, kernel = 3, pading = 1), relu }
        stem: conv(WIDE, kernel = 3),
        basic(8, 2),
        mix: concat { { relu(1) }, { elu } },
        add(mixx),
        fc: linear(4) -> [5, 5, 5, 5],
    }
}

fn main() {}
