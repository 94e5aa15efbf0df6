prelu::network! {
    pub struct Net: [3, 8, 8] -> [3, 16, 16] {
        upsample,
    }
}

fn main() {}
