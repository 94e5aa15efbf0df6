prelu::network! {
    pub struct Net: [2, 8, 8] -> [4, 4, 4] {
        conv1: conv(4, kernel = 3, stride = 2, padding = same),
    }
}

fn main() {}
