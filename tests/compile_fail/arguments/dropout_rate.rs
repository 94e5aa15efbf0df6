prelu::network! {
    pub struct Net: [8] -> [8] {
        dropout(1.5),
    }
}

fn main() {}
