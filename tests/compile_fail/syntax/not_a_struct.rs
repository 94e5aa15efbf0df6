prelu::network! {
    pub fn net() -> [8] {}
}

fn main() {}
