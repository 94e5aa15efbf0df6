prelu::network! {
    pub struct Net: [1, 8, 8] -> [10] {
        conv1: conv(10, kernel = 9),
        relu(3),
        dropout(2),
        lineer(10),
    }
}

fn main() {}
