prelu::network! {
    pub struct Net: [8] -> [8] {
        softplus(2.0),
    }
}

fn main() {}
