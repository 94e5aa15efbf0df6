//! Convolution, activation and max pool as one operation, against the f64 reference: channels below, at and above the
//! numbers of lanes, windows that leave a rest or a gap, padded, strided, dilated and grouped convolutions, lines. Before most
//! stands a layer that learns, for the gradient of the input.
#![allow(missing_docs)]

use prelu::runtime::network::predict_single;
use prelu::runtime::rng::Stream;
use prelu::runtime::scratch::Line;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Tensor, Workspace};

prelu_tests::sweep! {
    plain_0: [1, 6, 6] -> [1, 2, 2], { conv: conv(1, kernel = 3), max_pool(2) };
    plain_1: [1, 12, 12] -> [5, 4, 4], { before: prelu(per_element), conv: conv(5, kernel = 5), act: prelu(per_channel), max_pool(2) };
    plain_2: [3, 9, 7] -> [4, 3, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(shared), max_pool(2) };
    plain_3: [10, 6, 7] -> [20, 2, 2], { before: prelu(per_element), conv: conv(20, kernel = (3, 4)), act: prelu(per_channel), max_pool(2) };
    plain_4: [8, 6, 5] -> [27, 2, 2], { before: prelu(per_element), conv: conv(27, kernel = 2), leaky_relu(0.2), max_pool(2) };
    plain_5: [16, 6, 6] -> [7, 2, 2], { before: prelu(per_element), conv: conv(7, kernel = 3), act: prelu(per_channel), max_pool(2) };
    plain_6: [17, 6, 6] -> [9, 2, 2], { before: prelu(per_element), conv: conv(9, kernel = 3), relu, max_pool(2) };
    plain_7: [33, 4, 4] -> [3, 2, 2], { before: prelu(per_element), conv: conv(3, kernel = 1, bias = false), max_pool(2) };
    plain_8: [6, 4, 4] -> [47, 1, 1], { before: prelu(per_element), conv: conv(47, kernel = 3), act: prelu(per_channel), max_pool(2) };
    plain_9: [6, 8, 10] -> [3, 2, 2], { before: prelu(per_element), conv: conv(3, kernel = (5, 7)), act: prelu(per_channel), max_pool(2) };
    plain_10: [5, 6, 8] -> [47, 2, 2], { before: prelu(per_element), conv: conv(47, kernel = (3, 5)), act: prelu(per_channel), max_pool(2) };
    plain_11: [15, 3, 11] -> [3, 1, 2], { before: prelu(per_element), conv: conv(3, kernel = (2, 8)), act: prelu(per_channel), max_pool(2) };
    window_0: [12, 8, 8] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(per_channel), max_pool(3) };
    window_1: [12, 8, 8] -> [4, 3, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(per_channel), max_pool((2, 3)) };
    window_2: [12, 8, 8] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(per_channel), max_pool(2, stride = 3) };
    window_3: [12, 5, 5] -> [4, 5, 5], { before: prelu(per_element), conv: conv(4, kernel = 1), act: prelu(per_channel), max_pool(1) };
    window_4: [3, 5, 9] -> [4, 1, 7], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(per_channel), max_pool((3, 1)) };
    padded_0: [12, 6, 6] -> [4, 3, 3], { before: prelu(per_element), conv: conv(4, kernel = 3, padding = 1), act: prelu(per_channel), max_pool(2) };
    padded_1: [2, 4, 4] -> [13, 4, 4], { before: prelu(per_element), conv: conv(13, kernel = 5, padding = 4), leaky_relu(0.1), max_pool(2) };
    padded_2: [5, 7, 6] -> [6, 3, 3], { before: prelu(per_element), conv: conv(6, kernel = 3, padding = same), act: prelu(shared), max_pool(2) };
    padded_3: [1, 1, 1] -> [3, 1, 1], { before: prelu(per_element), conv: conv(3, kernel = 2, padding = 1), act: prelu(per_channel), max_pool(2) };
    behind_0: [24, 8, 8] -> [8, 4, 4], { before: prelu(per_element), conv: conv(8, kernel = 2, padding = same), relu, max_pool(2) };
    behind_1: [20, 7, 6] -> [5, 3, 3], { before: prelu(per_element), conv: conv(5, kernel = 2, padding = same), act: prelu(per_channel), max_pool(2) };
    behind_2: [10, 6, 9] -> [20, 3, 4], { before: prelu(per_element), conv: conv(20, kernel = (1, 2), padding = same), act: prelu(shared), max_pool(2) };
    behind_3: [11, 7, 6] -> [6, 2, 3], { before: prelu(per_element), conv: conv(6, kernel = (2, 1), padding = same), leaky_relu(0.2), max_pool((3, 2)) };
    behind_4: [3, 8, 19] -> [4, 4, 19], { before: prelu(per_element), conv: conv(4, kernel = 2, padding = same), relu, max_pool((2, 1)) };
    behind_5: [3, 7, 33] -> [4, 7, 16], { before: prelu(per_element), conv: conv(4, kernel = 2, padding = same), relu, max_pool((1, 2)) };
    strided_0: [12, 9, 9] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3, stride = 2), act: prelu(per_channel), max_pool(2) };
    strided_1: [5, 11, 8] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = (3, 2), stride = (2, 1), padding = (1, 0)), relu, max_pool((3, 2), stride = (3, 4)) };
    strided_2: [12, 9, 15] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = (3, 5), stride = (2, 3)), act: prelu(per_channel), max_pool(2) };
    dilated_0: [12, 9, 9] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3, dilation = 2), act: prelu(per_channel), max_pool(2) };
    dilated_1: [3, 9, 9] -> [4, 3, 3], { before: prelu(per_element), conv: conv(4, kernel = 3, dilation = (1, 2), padding = (0, 1)), act: prelu(per_channel), max_pool(2) };
    grouped_0: [12, 6, 6] -> [6, 2, 2], { before: prelu(per_element), conv: conv(6, kernel = 3, groups = 3), act: prelu(per_channel), max_pool(2) };
    grouped_1: [4, 6, 6] -> [8, 3, 3], { before: prelu(per_element), conv: conv(8, kernel = 3, padding = 1, groups = 4, bias = false), relu, max_pool(2) };
    line_0: [1, 1, 33] -> [5, 1, 10], { before: prelu(per_element), conv: conv(5, kernel = (1, 4)), act: prelu(per_channel), max_pool((1, 3)) };
    line_1: [20, 1, 17] -> [6, 1, 8], { before: prelu(per_element), conv: conv(6, kernel = (1, 3), padding = (0, 1)), act: prelu(per_channel), max_pool((1, 2)) };
    line_2: [9, 1, 24] -> [4, 1, 5], { before: prelu(per_element), conv: conv(4, kernel = (1, 5), stride = (1, 2)), leaky_relu(0.3), max_pool((1, 2)) };
    twice: [2, 16, 16] -> [12, 2, 2], { before: prelu(per_element), one: conv(11, kernel = 3), a: prelu(per_channel), max_pool(2), two: conv(12, kernel = 3), b: prelu(per_channel), max_pool(2) };
    tied: [1, 16, 16] -> [12, 2, 2], { before: prelu(per_element), one: conv(11, kernel = 3), a: prelu(shared), max_pool(2), two: conv(12, kernel = 3), prelu(tie = a), max_pool(2) };
    minimal_0: [16, 6, 8] -> [16, 1, 2], { before: prelu(per_element), conv: conv(16, kernel = 5), act: prelu(per_channel), max_pool(2) };
    minimal_1: [12, 6, 15] -> [12, 1, 5], { before: prelu(per_element), conv: conv(12, kernel = 5), act: prelu(shared), max_pool(2) };
    minimal_2: [10, 8, 6] -> [11, 2, 1], { before: prelu(per_element), conv: conv(11, kernel = 5, bias = false), relu, max_pool(2) };
    minimal_3: [10, 8, 6] -> [10, 4, 1], { before: prelu(per_element), conv: conv(10, kernel = 5, padding = (2, 0)), leaky_relu(0.2), max_pool(2) };
    minimal_4: [3, 15, 12] -> [31, 5, 4], { conv: conv(31, kernel = 5), act: prelu(per_channel), max_pool(2) };
    rows_0: [1, 12, 12] -> [7, 4, 4], { before: prelu(per_element), conv: conv(7, kernel = 5), act: prelu(per_channel), max_pool(2) };
    rows_1: [3, 8, 8] -> [15, 4, 2], { before: prelu(per_element), conv: conv(15, kernel = 5, padding = (2, 0)), act: prelu(shared), max_pool(2) };
    rows_2: [2, 9, 30] -> [8, 2, 13], { conv: conv(8, kernel = 5, bias = false), relu, max_pool(2) };
    first_0: [1, 12, 12] -> [5, 4, 4], { conv: conv(5, kernel = 5), act: prelu(per_channel), max_pool(2) };
    first_1: [2, 9, 8] -> [4, 3, 3], { conv: conv(4, kernel = 3, padding = 1), act: prelu(shared), max_pool(2, stride = 3) };
    first_2: [3, 11, 13] -> [6, 2, 2], { conv: conv(6, kernel = 3, stride = 2, groups = 3), relu, max_pool((2, 3)) };
    first_3: [1, 7, 30] -> [11, 1, 9], { conv: conv(11, kernel = 3, bias = false), act: prelu(per_channel), max_pool(3) };
    halves_0: [24, 7, 9] -> [5, 2, 3], { before: prelu(per_element), conv: conv(5, kernel = 3), act: prelu(per_channel), max_pool(2) };
    halves_1: [20, 7, 5] -> [27, 3, 2], { before: prelu(per_element), conv: conv(27, kernel = 2), act: prelu(shared), max_pool(2) };
    halves_2: [9, 8, 4] -> [6, 2, 2], { before: prelu(per_element), conv: conv(6, kernel = (3, 1)), relu, max_pool((3, 2)) };
    ceil_0: [3, 7, 7] -> [4, 3, 3], { before: prelu(per_element), conv: conv(4, kernel = 3), act: prelu(per_channel), max_pool(2, ceil_mode = true) };
    ceil_1: [3, 6, 6] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), relu, max_pool(2, ceil_mode = true) };
    ceil_2: [2, 8, 7] -> [5, 2, 3], { before: prelu(per_element), conv: conv(5, kernel = (3, 1)), max_pool((3, 2), stride = (4, 3), ceil_mode = true) };
    apart: [4, 6, 6] -> [4, 2, 2], { before: prelu(per_element), conv: conv(4, kernel = 3), per: prelu(per_element), max_pool(2) };
}

/// Images so large that a single sample's windows are laid out some rows at a time: as a batch computes them.
#[test]
fn large_images_alone() {
    prelu::network! {
        struct Plain: [1, 62, 62] -> [6, 30, 30] { conv: conv(6, kernel = 3), prelu(per_channel), max_pool(2) }
    }
    prelu::network! {
        struct Padded: [3, 61, 50] -> [40, 30, 25] {
            conv: conv(40, kernel = (5, 4), padding = same), relu, max_pool(2, stride = 2)
        }
    }
    prelu::network! {
        struct Grouped: [4, 90, 34] -> [40, 22, 10] {
            conv: conv(40, kernel = 5, groups = 2), prelu, max_pool((2, 3), stride = (4, 3))
        }
    }
    prelu::network! {
        struct Wide: [1, 5, 240] -> [2, 1, 119] { conv: conv(2, kernel = 3), prelu, max_pool(2) }
    }
    prelu::network! {
        struct Odd: [2, 27, 27] -> [6, 12, 12] { conv: conv(6, kernel = 4), prelu(per_channel), max_pool(2) }
    }
    prelu::network! {
        struct Minimal: [1, 106, 50] -> [9, 51, 23] { conv: conv(9, kernel = 5), prelu(per_channel), max_pool(2) }
    }
    prelu::network! {
        struct Chunks: [6, 20, 20] -> [61, 8, 8] { conv: conv(61, kernel = 5), leaky_relu(0.1), max_pool(2) }
    }
    prelu::network! {
        struct Squares: [20, 14, 14] -> [20, 5, 5] { conv: conv(20, kernel = 5), prelu(per_channel), max_pool(2) }
    }
    alone::<Squares>();
    alone::<Minimal>();
    alone::<Chunks>();
    alone::<Plain>();
    alone::<Wide>();
    alone::<Odd>();
    alone::<Padded>();
    alone::<Grouped>();
}

fn alone<N: Network>() {
    let (net, stream) = (N::initialised(5), Stream::new(9));
    let mut xs: Vec<N::Input> = zeroed_vec(2);
    for (n, x) in xs.iter_mut().enumerate() {
        x.floats_mut().iter_mut().enumerate().for_each(|(i, x)| *x = stream.normal((n << 20 | i) as u64));
    }
    for level in Level::available() {
        let mut ys: Vec<N::Output> = zeroed_vec(xs.len());
        Workspace::with_level(level).predict(&*net, &xs, &mut ys).unwrap();
        let (mut scratch, mut alone): (_, Vec<N::Output>) = (vec![Line::ZERO; N::SCRATCH_LINES], zeroed_vec(1));
        let y = &mut alone[0];
        for (x, want) in xs.iter().zip(&ys) {
            predict_single(&*net, level, x, y, &mut scratch);
            for (i, (y, want)) in y.floats().iter().zip(want.floats()).enumerate() {
                assert!((y - want).abs() <= 1e-5 * (1.0 + want.abs()), "{level}: output {i} is {y}, not {want}");
            }
        }
    }
}
