//! Transposed convolutions against the f64 reference: every argument, odd sizes and ones among them.
#![allow(missing_docs)]

prelu_tests::sweep! {
    conv_transpose_0: [1, 1, 1] -> [1, 1, 1], { layer: conv_transpose(1, kernel = 1) };
    conv_transpose_1: [1, 1, 1] -> [3, 3, 3], { layer: conv_transpose(3, kernel = 3) };
    conv_transpose_2: [3, 5, 7] -> [2, 7, 9], { layer: conv_transpose(2, kernel = (3, 3)) };
    conv_transpose_3: [5, 3, 17] -> [6, 3, 17], { layer: conv_transpose(6, kernel = 1) };
    conv_transpose_4: [2, 7, 5] -> [4, 14, 10], { layer: conv_transpose(4, kernel = 2, stride = 2) };
    conv_transpose_5: [3, 4, 5] -> [8, 8, 10], { layer: conv_transpose(8, kernel = 3, stride = 2, padding = 1, output_padding = 1) };
    conv_transpose_6: [4, 3, 11] -> [3, 9, 26], { layer: conv_transpose(3, kernel = (3, 5), stride = (3, 2), padding = (1, 0), output_padding = (2, 1)) };
    conv_transpose_7: [12, 5, 5] -> [1, 5, 2], { layer: conv_transpose(1, kernel = (5, 4), padding = (2, 3), bias = false) };
    conv_transpose_8: [3, 6, 1] -> [7, 9, 5], { layer: conv_transpose(7, kernel = (2, 3), stride = (1, 3), output_padding = (1, 2), dilation = (2, 1)) };
    conv_transpose_9: [2, 5, 4] -> [3, 13, 12], { layer: conv_transpose(3, kernel = 3, output_padding = 2, dilation = 3, bias = false) };
    conv_transpose_10: [4, 4, 5] -> [6, 4, 5], { layer: conv_transpose(6, kernel = 3, padding = 1, groups = 2) };
    conv_transpose_11: [6, 3, 3] -> [12, 6, 6], { layer: conv_transpose(12, kernel = (4, 2), stride = 2, padding = (1, 0), groups = 6, bias = false) };
    conv_transpose_12: [3, 5, 3] -> [3, 11, 12], { layer: conv_transpose(3, kernel = (3, 1), stride = (2, 4), output_padding = (0, 3), groups = 3) };
    conv_transpose_13: [8, 4, 9] -> [3, 8, 18], { layer: conv_transpose(3, kernel = 4, stride = 2, padding = 1) };
    conv_transpose_14: [7, 1, 6] -> [5, 1, 6], { layer: conv_transpose(5, kernel = (1, 7), padding = (0, 3)) };
    conv_transpose_15: [1, 2, 33] -> [2, 3, 33], { layer: conv_transpose(2, kernel = (2, 3), padding = (0, 1)) };
    conv_transpose_16: [9, 6, 4] -> [11, 17, 12], { layer: conv_transpose(11, kernel = 2, stride = 3, padding = 1, output_padding = 2, dilation = (1, 2)) };
    conv_transpose_17: [2, 3, 4] -> [24, 6, 8], { layer: conv_transpose(24, kernel = 5, stride = 2, padding = 2, output_padding = 1, groups = 2) };
}

#[test]
fn parameters_are_those_of_pytorch() {
    use prelu::{Init, Network};
    prelu::network! { struct Net: [6, 3, 5] -> [4, 5, 9] { up: conv_transpose(4, kernel = (3, 1), stride = (1, 2), groups = 2) } }
    let table = Net::SUMMARY.parameters;
    // PyTorch's fan_in counts the weight's second dimension, which is of outputs here.
    let init = Init::Uniform((1.0 / 6f64.sqrt()) as f32);
    let found: Vec<_> = table.iter().map(|t| (t.key, t.shape, t.init, t.decays)).collect();
    assert_eq!(found, [("up.weight", &[6, 2, 3, 1][..], init, true), ("up.bias", &[4], init, false)]);
    assert_eq!(<Net as Network>::MACS, 6 * 2 * 3 * 15);
}

#[test]
fn time_is_an_image_of_one_row() {
    use prelu::loss::Mse;
    use prelu::{Level, Parameters, Tensor, Workspace};
    prelu::network! { struct Line: [4, 7] -> [3] {
        up: conv_transpose(6, kernel = 3, stride = 2, padding = 1, output_padding = 1, groups = 2), upsample(2), layer_norm,
        softmax, same: conv_transpose(3, kernel = 2, dilation = 3), global_max_pool,
    } }
    prelu::network! { struct Row: [4, 1, 7] -> [3] {
        up: conv_transpose(6, kernel = (1, 3), stride = (1, 2), padding = (0, 1), output_padding = (0, 1), groups = 2),
        upsample((1, 2)), layer_norm, softmax, same: conv_transpose(3, kernel = (1, 2), dilation = (1, 3)), global_max_pool,
    } }
    assert_eq!(Line::SUMMARY.parameter("up.weight").unwrap().shape, [4, 3, 3]);
    assert_eq!(Line::SUMMARY.layers[1].output, [6, 28]);
    assert_eq!(Line::MACS, Row::MACS);
    let (line, mut row) = (Line::new(2), Row::new(0));
    row.floats_mut().copy_from_slice(line.floats());
    let stream = prelu::runtime::rng::Stream::new(3);
    let mut lines = [[[0.0; 7]; 4]; 20];
    for (i, x) in lines.iter_mut().flatten().flatten().enumerate() {
        *x = stream.uniform(i as u64);
    }
    let (rows, targets) = (lines.map(|line| line.map(|channel| [channel])), [[1.0, -1.0, 0.5]; 20]);
    for level in Level::available() {
        let (mut a, mut b) = (Line::zeroed_box(), Row::zeroed_box());
        Workspace::with_level(level).gradients(&*line, &lines, &targets, &Mse::new(), &mut a).unwrap();
        Workspace::with_level(level).gradients(&*row, &rows, &targets, &Mse::new(), &mut b).unwrap();
        assert_eq!(a.floats(), b.floats(), "{level}");
        assert!(a.up.weight.floats().iter().any(|&g| g != 0.0));
    }
}
