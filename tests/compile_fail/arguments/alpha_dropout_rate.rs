prelu::network! {
    pub struct Net: [8] -> [8] {
        alpha_dropout(1),
    }
}

fn main() {}
