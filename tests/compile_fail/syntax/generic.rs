prelu::network! {
    pub struct Net<const N: usize>: [N] -> [10] { fc: lineer(10) }
}

fn main() {}
