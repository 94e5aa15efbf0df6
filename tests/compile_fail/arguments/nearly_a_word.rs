prelu::network! {
    pub struct Net: [3, 8, 8] -> [4] {
        conv(8, kernel = 3, padding = smae, bias = flase, init = hee),
        fc: linear(4, freeze = ture),
    }
}

fn main() {}
