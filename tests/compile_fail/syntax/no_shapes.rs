prelu::network! {
    pub struct Net {
        conv(8, kernel = 3, paddin = 1),
        lineer(4),
    }
}

fn main() {}
