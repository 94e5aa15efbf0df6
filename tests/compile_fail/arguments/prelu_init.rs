prelu::network! {
    pub struct Net: [8] -> [8] {
        prelu(init = from_dat),
    }
}

fn main() {}
