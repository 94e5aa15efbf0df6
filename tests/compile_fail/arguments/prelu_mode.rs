prelu::network! {
    pub struct Net: [8] -> [8] {
        prelu(per_chanel),
    }
}

fn main() {}
