prelu::network! {
    pub struct Net: [8] -> [8] {
        const HALF: usize = 8 / 0;
        fc: linear(8),
    }
}

fn main() {}
