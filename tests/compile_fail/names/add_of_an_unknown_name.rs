prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        stem: conv(8, kernel = 3, padding = 1),
        act: relu,
        add(stm),
        fc: linear(4),
    }
}

fn main() {}
