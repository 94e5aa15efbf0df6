prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        const N: usize = M;
        conv1: conv(8, kernel = ),
        conv2: conv(N, kernel = 3),
        add(conv1),
        act: prelu(tie = act1),
        relu(0.1)
        drop: dropout(2),
        fc: linear(10),
    }
}

fn main() {}
