//! Layers that hardly compute: norms, pools, functions of each element. Their measure is memory.
#![allow(missing_docs)]

use prelu_benches::sweep::{Options, memory};

prelu_benches::cases! {
    Relu: [16, 32, 32] -> [16, 32, 32] { relu, }
    PreluChannel: [16, 32, 32] -> [16, 32, 32] { prelu(per_channel), }
    PreluElement: [50] -> [50] { prelu(per_element), }
    Gelu: [16, 32, 32] -> [16, 32, 32] { gelu, }
    Tanh: [16, 32, 32] -> [16, 32, 32] { tanh, }
    Silu: [17, 13, 11] -> [17, 13, 11] { silu, }
    BatchNorm: [16, 32, 32] -> [16, 32, 32] { batch_norm, }
    BatchNorm64: [64, 8, 8] -> [64, 8, 8] { batch_norm, }
    LayerNorm: [256] -> [256] { layer_norm, }
    LayerNormImage: [16, 16, 16] -> [16, 16, 16] { layer_norm, }
    MaxPool: [16, 32, 32] -> [16, 16, 16] { max_pool(2), }
    MaxPool3: [32, 15, 17] -> [32, 7, 8] { max_pool(3, stride = 2), }
    AvgPool: [16, 32, 32] -> [16, 16, 16] { avg_pool(2), }
    GlobalAvgPool: [64, 8, 8] -> [64] { global_avg_pool, }
    Softmax: [1000] -> [1000] { softmax, }
    Residual: [16, 32, 32] -> [16, 32, 32] { residual { relu }, }
    Upsample: [16, 16, 16] -> [16, 32, 32] { upsample(2), }
}

/// Floats of a sample that forward and backward must read and write, case by case.
const FLOATS: &[(usize, usize)] = &[
    (32768, 49152), // Relu
    (32768, 49152), // PreluChannel
    (100, 150),     // PreluElement
    (32768, 49152), // Gelu
    (32768, 49152), // Tanh
    (4862, 7293),   // Silu
    (32768, 81920), // BatchNorm
    (8192, 20480),  // BatchNorm64
    (512, 768),     // LayerNorm
    (8192, 12288),  // LayerNormImage
    (20480, 24576), // MaxPool
    (9952, 11744),  // MaxPool3
    (20480, 20480), // AvgPool
    (4160, 4160),   // GlobalAvgPool
    (2000, 3000),   // Softmax
    (49152, 65536), // Residual
    (20480, 20480), // Upsample
];

fn main() {
    let options = Options::parse();
    if options.test {
        return;
    }
    options.title("Layers that hardly compute");
    memory(&options, CASES, FLOATS);
}
