prelu::network! {
    #[budget(parameter <= 10, macs < 5, scratch <= small)]
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 3, bias = 1),
        fc: linear(4),
    }
}

fn main() {}
