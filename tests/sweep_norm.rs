//! Normalisation against the f64 reference; odd sizes and ones among them.
#![allow(missing_docs)]

prelu_tests::sweep! {
    layer_norm_0: [1] -> [1], { layer: layer_norm };
    layer_norm_1: [2] -> [2], { layer: layer_norm(eps = 0.5) };
    layer_norm_2: [3] -> [3], { layer: layer_norm(eps = 1) };
    layer_norm_3: [7] -> [7], { layer: layer_norm };
    layer_norm_4: [17] -> [17], { layer: layer_norm(eps = 0.01) };
    layer_norm_5: [33] -> [33], { layer: layer_norm(1e-3) };
    layer_norm_6: [50] -> [50], { layer: layer_norm };
    layer_norm_7: [300] -> [300], { layer: layer_norm(eps = 0.01) };
    layer_norm_8: [1, 1, 1] -> [1, 1, 1], { layer: layer_norm(1e-3) };
    layer_norm_9: [2, 1, 1] -> [2, 1, 1], { layer: layer_norm };
    layer_norm_10: [3, 5, 4] -> [3, 5, 4], { layer: layer_norm(eps = 0.01) };
    layer_norm_11: [1, 7, 3] -> [1, 7, 3], { layer: layer_norm(1e-3) };
    layer_norm_12: [5, 9, 1] -> [5, 9, 1], { layer: layer_norm };
    layer_norm_13: [8, 3, 11] -> [8, 3, 11], { layer: layer_norm(eps = 0.01) };
    layer_norm_14: [2, 11, 13] -> [2, 11, 13], { layer: layer_norm(1e-3) };
    layer_norm_15: [5] -> [13], { fc: linear(13), layer: layer_norm };
    layer_norm_16: [2, 6, 5] -> [3, 4, 3], { conv1: conv(3, kernel = 3), layer: layer_norm, tanh };
}
