prelu::network! {
    pub struct Net: [1, 8, 8] -> [4, 6, 6] {
        conv1: conv(4),
    }
}

fn main() {}
