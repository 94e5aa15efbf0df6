prelu::network! {
    pub struct Net: [3, 8, 8] -> [5, 6, 6] {
        first: prelu(per_channel), conv1: conv(5, kernel = 3), prelu(per_channel, tie = first),
    }
}

fn main() {}
