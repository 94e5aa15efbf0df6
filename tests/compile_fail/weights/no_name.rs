prelu::network! {
    #[weights]
    struct Net: [4] -> [2] { fc: linear(2) }
}

fn main() {}
