prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        prelu(init = 1e999), leaky_relu(1e39),
        fc: linear(10),
    }
}

fn main() {}
