prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        block conv(width) { linear(width) }
        block residual() { relu }
        fc: linear(4),
    }
}

fn main() {}
