prelu::network! {
    #[budget(parameter <= 20_000, macs <= LIMIT, scratch <= 4kb)]
    pub struct One: [8] -> [4] {
        fc: linear(4),
    }
}

prelu::network! {
    #[budget(parameters < 20_000)]
    pub struct Two: [8] -> [4] {
        fc: linear(4),
    }
}

fn main() {}
