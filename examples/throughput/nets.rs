//! The nets that are measured.

prelu::network! {
    /// PyTorch's MNIST example with learned slopes and without dropout.
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), max_pool(2),
        fc1: linear(50), prelu(per_channel), fc2: linear(10),
    }
}

prelu::network! {
    /// The residual net of twenty layers for CIFAR-10 (He et al. 2016) with learned slopes and projections.
    pub struct ResNet20: [3, 32, 32] -> [10] {
        block basic(width) {
            residual {
                conv1: conv(width, kernel = 3, padding = 1, bias = false), bn1: batch_norm, prelu(per_channel),
                conv2: conv(width, kernel = 3, padding = 1, bias = false), bn2: batch_norm,
            },
            prelu(per_channel),
        }
        block down(width) {
            residual(shortcut = { conv: conv(width, kernel = 1, stride = 2, bias = false), bn: batch_norm }) {
                conv1: conv(width, kernel = 3, stride = 2, padding = 1, bias = false), bn1: batch_norm, prelu(per_channel),
                conv2: conv(width, kernel = 3, padding = 1, bias = false), bn2: batch_norm,
            },
            prelu(per_channel),
        }
        conv: conv(16, kernel = 3, padding = 1, bias = false), bn: batch_norm, prelu(per_channel),
        stage1: repeat(3) { basic(16) } -> [16, 32, 32],
        first2: down(32), stage2: repeat(2) { basic(32) } -> [32, 16, 16],
        first3: down(64), stage3: repeat(2) { basic(64) } -> [64, 8, 8],
        global_avg_pool, fc: linear(10),
    }
}
