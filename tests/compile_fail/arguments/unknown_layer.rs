prelu::network! {
    pub struct Net: [1, 8, 8] -> [10] {
        maxpool(2), fc: linaer(10),
    }
}

fn main() {}
