prelu::network! {
    pub struct Net: [6, 8, 8] -> [8, 6, 6] {
        conv1: conv(8, kernel = 3, groups = 4),
    }
}

fn main() {}
