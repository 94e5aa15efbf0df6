prelu::network! {
    pub struct Net: [3, 8, 8] -> [3, 12, 12] {
        upsample(1.5),
    }
}

fn main() {}
