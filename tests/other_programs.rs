//! onnxruntime and PyTorch compute what a net computes, for the layers and combinators that no fixture has.
#![allow(missing_docs)]

use prelu::Network;
use prelu::io::onnx::{Exporter, OLDEST_OPSET, OPSET, OnnxError};
use prelu::runtime::rng::Stream;

/// Moves all weights and running statistics away from where they begin, as constants that a mistake may not show in.
/// Nothing becomes negative that was positive: a variance stays one.
fn stir<N: Network>(net: &mut N) {
    let stream = Stream::new(7);
    for (i, float) in net.floats_mut().iter_mut().enumerate() {
        *float = *float * (1.0 + 0.1 * stream.normal(i as u64).clamp(-3.0, 3.0)) + 0.01;
    }
}

macro_rules! case {
    ($test:ident: $net:ident $($rest:tt)*) => {
        #[test]
        fn $test() {
            prelu::network! { pub struct $net $($rest)* }
            let mut net = $net::new(5);
            stir(&mut *net);
            prelu_tests::python::agrees(&*net, &net.to_onnx().unwrap(), &$net::pytorch_source());
            // Every set: from one to the next, operators change one by one.
            let older = |opset| Exporter::new().opset(opset).to_onnx(&*net);
            let files = (OLDEST_OPSET..=OPSET).filter_map(|opset| match older(opset) {
                Ok(file) => Some((opset, file)),
                Err(error) => {
                    assert!(matches!(error, OnnxError::Operator { lowest: 9, .. }) && opset < 9, "{error}");
                    None
                }
            });
            prelu_tests::python::files_agree(&*net, &files.collect::<Vec<_>>());
        }
    };
}

case!(images: Images: [3, 9, 8] -> [5] {
    conv1: conv(4, kernel = (4, 3), padding = same), hard_swish, dropout_channels(0.3),
    up: conv_transpose(6, kernel = 3, stride = 2, padding = 1, output_padding = 1, groups = 2), relu6, alpha_dropout(0.1),
    conv2: conv(4, kernel = 3, dilation = 2, bias = false), layer_norm(eps = 1e-3), identity,
    upsample((2, 3)), batch_norm(eps = 1e-3, momentum = 0.2), softmax,
    conv3: conv(6, kernel = 3, stride = 2), avg_pool(3, stride = 2, padding = 1), elu(0.7),
    global_max_pool, fc: linear(5), dropout(0.2), log_softmax,
});

case!(lines: Lines: [2, 40] -> [3] {
    conv1: conv(6, kernel = 5, stride = 2, padding = 2), batch_norm, slopes: prelu(per_channel),
    max_pool(3, stride = 2, padding = 1), upsample(2), avg_pool(2),
    up: conv_transpose(6, kernel = 4, stride = 2, padding = 1, bias = false), prelu(per_channel, tie = slopes),
    most: maxout(4, pieces = 2, kernel = 3), each: prelu(per_element), log_softmax, global_avg_pool, softmax, fc: linear(3),
});

case!(tied_slopes: Tied: [4, 5, 5] -> [4] {
    act: prelu(per_channel), conv: conv(4, kernel = 3, padding = 1), prelu(per_channel, tie = act),
    global_avg_pool, prelu(per_channel, tie = act), fc: linear(4), one: prelu(per_element), layer_norm,
});

case!(combinators: Combinators: [3, 8, 8] -> [6] {
    block basic(width) {
        residual(shortcut = { conv: conv(width, kernel = 1, bias = false), bn: batch_norm }) {
            conv1: conv(width, kernel = 3, padding = 1), bn1: batch_norm, silu, conv2: conv(width, kernel = 3, padding = 1),
        },
        prelu(per_channel),
    }
    stem: conv(4, kernel = 3, padding = 1), blocks: repeat(2) { basic(4) },
    add(stem), head: sequence { conv: conv(4, kernel = 1), tanh }, concat(stem),
    mix: concat { { identity }, { conv1: conv(2, kernel = 1), gelu } },
    flatten, lambda: linear(6), train: residual { forward: linear(6), selu }, add(lambda, train),
});

case!(softmax_of_lines: Rows: [3, 7] -> [3, 7] { conv: conv(3, kernel = 1), log_softmax, layer_norm, softmax });

case!(no_bias: Bare: [2, 3] -> [4] { most: maxout(4, pieces = 3, bias = false), gelu, fc: linear(4, bias = false), hard_swish });

case!(pools_that_reach_over_the_edge: Pools: [2, 11, 8] -> [3] {
    max_pool(3, stride = 2, ceil_mode = true), up: upsample(4), avg_pool((3, 4), stride = (2, 3), padding = 1, ceil_mode = true),
    upsample(3), max_pool(2, stride = 2, padding = 1, ceil_mode = true), avg_pool(3, stride = 2, ceil_mode = true), fc: linear(3),
});

case!(pools_of_lines: LinePools: [2, 23] -> [3] {
    avg_pool(4, stride = 3, padding = 2, ceil_mode = true), upsample(3), max_pool(3, stride = 2, ceil_mode = true),
    avg_pool(5, stride = 4, ceil_mode = true), max_pool(2, padding = 1, ceil_mode = true), fc: linear(3),
});

case!(input_alone: Plain: [4] -> [4] { dropout });
