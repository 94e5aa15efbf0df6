prelu::network! {
    pub struct Net: [8, 8, 8] -> [6, 6, 6] {
        conv1: conv(6, kernel = 3, groups = 4),
    }
}

fn main() {}
