prelu::network! {
    pub struct Net: [3, 8, 8] -> [10] {
        const C: usize = 8;
        block basic(width, stride = 1) {
            residual(shortcut = { conv: conv(width, kernel = 1, stride = strid), bn: batch_norm }) {
                conv1: conv(width, kernel = 3, stride = stride, padding = 1), bn1: batchnorm, relu,
            },
        }
        stem: conv(C, kernel = 3, paddin = 1),
        basic(C), basic(2 * C, stride = 2),
        global_avgpool,
        dropout(1.5),
        fc: linear(10, 5),
    }
}

fn main() {}
