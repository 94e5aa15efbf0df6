//! Convolutions against the f64 reference: kernels, strides, paddings, dilations, groups, with and without a bias; odd
//! sizes and ones among them.
#![allow(missing_docs)]

prelu_tests::sweep! {
    conv_0: [1, 1, 1] -> [6, 1, 1], { layer: conv(6, kernel = (1, 1)) };
    conv_1: [3, 11, 13] -> [2, 5, 7], { layer: conv(2, kernel = (7, 7)) };
    conv_2: [8, 3, 17] -> [6, 3, 17], { layer: conv(6, kernel = (1, 1)) };
    conv_3: [5, 8, 8] -> [2, 8, 6], { layer: conv(2, kernel = (1, 3)) };
    conv_4: [1, 15, 15] -> [6, 13, 13], { layer: conv(6, kernel = 3) };
    conv_5: [8, 3, 17] -> [1, 3, 17], { layer: conv(1, kernel = 1) };
    conv_6: [4, 6, 29] -> [3, 3, 13], { layer: conv(3, kernel = (3, 5), stride = (3, 2), padding = (2, 0)) };
    conv_7: [4, 6, 29] -> [6, 2, 15], { layer: conv(6, kernel = (5, 7), stride = 2, padding = (1, 3)) };
    conv_8: [12, 5, 5] -> [1, 4, 5], { layer: conv(1, kernel = 2, stride = (1, 2), padding = (0, 3)) };
    conv_9: [3, 11, 13] -> [2, 3, 8], { layer: conv(2, kernel = (3, 5), stride = (3, 2), padding = (0, 3)) };
    conv_10: [1, 5, 1] -> [3, 1, 1], { layer: conv(3, kernel = (3, 1), dilation = (2, 3), bias = false) };
    conv_11: [2, 7, 5] -> [3, 5, 3], { layer: conv(3, kernel = 2, dilation = (2, 2), bias = false) };
    conv_12: [12, 5, 5] -> [8, 3, 3], { layer: conv(8, kernel = (2, 2), dilation = 2, bias = false) };
    conv_13: [2, 7, 5] -> [8, 4, 4], { layer: conv(8, kernel = 2, dilation = (3, 1), bias = false) };
    conv_14: [4, 7, 5] -> [4, 5, 4], { layer: conv(4, kernel = (3, 2), groups = 2) };
    conv_15: [4, 5, 5] -> [4, 3, 1], { layer: conv(4, kernel = (3, 5), groups = 4) };
    conv_16: [4, 1, 7] -> [8, 1, 7], { layer: conv(8, kernel = 1, groups = 2) };
    conv_17: [2, 3, 33] -> [4, 3, 33], { layer: conv(4, kernel = 1, groups = 2) };
    conv_18: [2, 3, 33] -> [2, 3, 33], { layer: conv(2, kernel = (5, 4), padding = same, groups = 2, bias = false) };
    conv_19: [3, 5, 1] -> [3, 5, 1], { layer: conv(3, kernel = (1, 5), padding = same, groups = 3, bias = false) };
    conv_20: [4, 1, 1] -> [4, 1, 1], { layer: conv(4, kernel = (2, 3), padding = same, groups = 2, bias = false) };
    conv_21: [2, 1, 7] -> [2, 1, 7], { layer: conv(2, kernel = (1, 1), padding = same, groups = 2, bias = false) };
    conv_22: [5, 8, 8] -> [7, 2, 3], { layer: conv(7, kernel = (2, 3), stride = (3, 2), dilation = (3, 1)) };
    conv_23: [1, 5, 1] -> [5, 2, 1], { layer: conv(5, kernel = (3, 1), stride = 2, dilation = (1, 3)) };
    conv_24: [2, 7, 5] -> [8, 1, 1], { layer: conv(8, kernel = 3, stride = 3, dilation = (3, 1)) };
    conv_25: [2, 7, 5] -> [4, 3, 2], { layer: conv(4, kernel = (2, 1), stride = (2, 3), dilation = (2, 2)) };
    conv_26: [8, 3, 17] -> [12, 1, 19], { layer: conv(12, kernel = 7, padding = (2, 4), bias = false) };
    conv_27: [8, 3, 17] -> [8, 3, 17], { layer: conv(8, kernel = (3, 3), padding = 1, bias = false) };
    conv_28: [8, 3, 17] -> [7, 5, 16], { layer: conv(7, kernel = (3, 4), padding = (2, 1), bias = false) };
    conv_29: [3, 11, 13] -> [1, 11, 16], { layer: conv(1, kernel = (5, 4), padding = (2, 3), bias = false) };
    conv_30: [8, 7, 5] -> [16, 3, 6], { layer: conv(16, kernel = (3, 1), stride = (3, 2), padding = 3, dilation = (2, 1), groups = 8) };
    conv_31: [6, 5, 5] -> [18, 1, 4], { layer: conv(18, kernel = (2, 2), stride = 3, padding = (0, 4), dilation = (3, 1), groups = 6) };
    conv_32: [6, 1, 1] -> [6, 1, 2], { layer: conv(6, kernel = (1, 3), stride = (3, 3), padding = (0, 4), dilation = (3, 2), groups = 2) };
    conv_33: [3, 15, 15] -> [3, 8, 4], { layer: conv(3, kernel = 7, stride = (2, 3), padding = (3, 4), dilation = (1, 2), groups = 3) };
    conv_34: [8, 4, 4] -> [24, 1, 3], { layer: conv(24, kernel = 2, padding = (0, 1), dilation = 3, groups = 4, bias = false) };
    conv_35: [2, 3, 17] -> [4, 1, 19], { layer: conv(4, kernel = (5, 7), padding = (3, 4), dilation = (2, 1), groups = 2, bias = false) };
    conv_36: [3, 1, 7] -> [6, 2, 7], { layer: conv(6, kernel = (2, 5), padding = (1, 4), dilation = (1, 2), groups = 3, bias = false) };
    conv_37: [3, 8, 8] -> [3, 9, 8], { layer: conv(3, kernel = (4, 3), padding = (2, 2), dilation = (1, 2), groups = 3, bias = false) };
    conv_38: [1, 1, 1] -> [3, 1, 1], { layer: conv(3, kernel = (5, 5), padding = same, dilation = 2) };
    conv_39: [3, 1, 7] -> [11, 1, 7], { layer: conv(11, kernel = 3, padding = same, dilation = (1, 3)) };
    conv_40: [1, 1, 1] -> [8, 1, 1], { layer: conv(8, kernel = (5, 7), padding = same, dilation = (3, 1)) };
    conv_41: [3, 11, 13] -> [3, 11, 13], { layer: conv(3, kernel = (2, 4), padding = same, dilation = 2) };
    // Kernels that cover the input: linear layers.
    whole_0: [7, 5, 3] -> [9, 1, 1], { layer: conv(9, kernel = (5, 3)) };
    whole_1: [19, 1, 1] -> [33, 1, 1], { before: prelu(per_element), layer: conv(33, kernel = 1, bias = false) };
    whole_2: [2, 4, 4] -> [1, 1, 1], { layer: conv(1, kernel = 4, stride = 5), act: prelu };
    // Rows in parts: several remainders, some that no tap meets, a last part that overlaps.
    behind_0: [3, 9, 20] -> [5, 9, 20], { before: prelu(per_element), layer: conv(5, kernel = 2, padding = same) };
    behind_1: [17, 5, 6] -> [4, 5, 6], { before: prelu(per_element), layer: conv(4, kernel = (1, 2), padding = same) };
    wide_0: [5, 3, 67] -> [4, 3, 21], { layer: conv(4, kernel = (1, 5), stride = (1, 3), padding = (0, 2), dilation = (1, 2)) };
    wide_1: [2, 3, 45] -> [3, 2, 11], { layer: conv(3, kernel = 2, stride = (1, 4)) };
    wide_2: [1, 2, 61] -> [2, 2, 31], { layer: conv(2, kernel = (1, 9), stride = (1, 2), padding = (0, 4)) };
    wide_3: [6, 2, 50] -> [6, 2, 50], { layer: conv(6, kernel = (1, 7), padding = same, groups = 2) };
    wide_4: [3, 1, 90] -> [2, 1, 2], { layer: conv(2, kernel = (1, 3), stride = (1, 80)) };
    wide_5: [3, 4, 33] -> [4, 2, 17], { layer: conv(4, kernel = 4, stride = 2, padding = (1, 2), dilation = (1, 1)) };
    // Minimal filtering.
    minimal_0: [12, 8, 8] -> [12, 8, 8], { layer: conv(12, kernel = 3, padding = 1) };
    minimal_1: [17, 7, 6] -> [16, 5, 4], { layer: conv(16, kernel = 3, bias = false) };
    minimal_2: [12, 8, 8] -> [12, 4, 4], { before: prelu(per_element), layer: conv(12, kernel = 3, padding = same), act: prelu(per_channel), max_pool(2) };
    minimal_3: [13, 9, 11] -> [18, 11, 11], { before: prelu(per_element), layer: conv(18, kernel = 3, padding = (2, 1)) };
}
