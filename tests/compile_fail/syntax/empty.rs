prelu::network! {}

fn main() {}
