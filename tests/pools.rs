//! Pools within nets: of lines, and fused with a convolution.
#![allow(missing_docs)]

use prelu::loss::Loss;
use prelu::runtime::network::predict_single;
use prelu::runtime::rng::Stream;
use prelu::runtime::scratch::Line;
use prelu::{CustomLayer, Level, Network, Parameters, Simd, Tensor, Workspace};

/// Adds a parameter to each element, whose gradient is that of the element.
struct Shift;

impl<const C: usize, const H: usize, const W: usize> CustomLayer<[[[f32; W]; H]; C], [[[f32; W]; H]; C]> for Shift {
    const PARAMETERS: usize = C * H * W;

    fn forward<S: Simd>(s: S, parameters: &[f32], x: &[S::V], y: &mut [S::V]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = s.add(x[i], s.splat(parameters[i]));
        }
    }

    fn backward<S: Simd>(s: S, _: &[f32], gradient: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        dx.copy_from_slice(dy);
        for (gradient, &dy) in gradient.iter_mut().zip(dy) {
            *gradient += s.sum(dy);
        }
    }
}

impl<const C: usize, const T: usize> CustomLayer<[[f32; T]; C], [[f32; T]; C]> for Shift {
    const PARAMETERS: usize = C * T;

    fn forward<S: Simd>(s: S, parameters: &[f32], x: &[S::V], y: &mut [S::V]) {
        for (i, y) in y.iter_mut().enumerate() {
            *y = s.add(x[i], s.splat(parameters[i]));
        }
    }

    fn backward<S: Simd>(s: S, _: &[f32], gradient: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        dx.copy_from_slice(dy);
        for (gradient, &dy) in gradient.iter_mut().zip(dy) {
            *gradient += s.sum(dy);
        }
    }
}

/// A loss whose gradient is the target.
struct Weighted;

impl Loss for Weighted {
    type Target = Vec<f32>;
    fn sample(&self, _: &[f32], target: &Vec<f32>, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(target);
        0.0
    }
}

/// What a net makes of a sample, in a batch and alone, and the gradient of its parameters.
fn run<N: Network>(net: &N, level: Level, x: &[f32], dy: &[f32]) -> [Vec<f32>; 3] {
    let mut workspace = Workspace::<N>::with_level(level);
    let mut xs = prelu::runtime::tensor::zeroed_vec::<N::Input>(1);
    xs[0].floats_mut().copy_from_slice(x);
    let (mut batch, mut alone) =
        (prelu::runtime::tensor::zeroed_vec::<N::Output>(1), prelu::runtime::tensor::zeroed_vec::<N::Output>(1));
    workspace.predict(net, &xs, &mut batch).unwrap();
    predict_single(net, level, &xs[0], &mut alone[0], &mut vec![Line::ZERO; N::SCRATCH_LINES]);
    let mut gradient = N::zeroed_box();
    workspace.gradients(net, &xs, &[dy.to_vec()], &Weighted, &mut gradient).unwrap();
    [batch[0].floats().to_vec(), alone[0].floats().to_vec(), gradient.floats().to_vec()]
}

#[test]
fn a_line_is_pooled_as_an_image_of_one_row() {
    macro_rules! alike {
        ($time:literal, $pooled:literal, $kind:ident, $line:tt, $image:tt) => {{
            prelu::network! {
                struct Line: [2, $time] -> [2, $pooled] { custom(Shift, parameters = 2 * $time) -> [2, $time], $kind $line }
            }
            prelu::network! {
                struct Image: [2, 1, $time] -> [2, 1, $pooled] {
                    custom(Shift, parameters = 2 * $time) -> [2, 1, $time], $kind $image
                }
            }
            let stream = Stream::new($time);
            let numbers = |n: usize| (0..n as u64).map(|i| stream.normal(i)).collect::<Vec<_>>();
            let (x, dy) = (numbers(2 * $time), numbers(2 * $pooled));
            for level in Level::available() {
                let line = run(&*Line::zeroed_box(), level, &x, &dy);
                assert_eq!(line, run(&*Image::zeroed_box(), level, &x, &dy), "{level}");
                assert!(line[0] == line[1] && line[2].iter().any(|&dx| dx != 0.0), "{level}");
            }
        }};
    }
    alike!(11, 5, max_pool, (3, stride = 2), ((1, 3), stride = (1, 2)));
    alike!(12, 6, max_pool, (3, stride = 2, ceil_mode = true), ((1, 3), stride = (1, 2), ceil_mode = true));
    alike!(12, 6, avg_pool, (3, stride = 2, ceil_mode = true), ((1, 3), stride = (1, 2), ceil_mode = true));
    alike!(
        13,
        5,
        avg_pool,
        (4, stride = 3, padding = 2, ceil_mode = true),
        ((1, 4), stride = (1, 3), padding = (0, 2), ceil_mode = true)
    );
    alike!(
        3,
        2,
        max_pool,
        (2, padding = 1, ceil_mode = true),
        ((1, 2), stride = 2, padding = (0, 1), ceil_mode = true)
    );
}

/// The winner of each window of 2 × 2 of an image, by PyTorch's rule: the first of equals, but the last NaN.
fn winners(x: &[f32], columns: usize) -> Vec<usize> {
    let pixels = |first: usize| [first, first + 1, first + columns, first + columns + 1];
    let first = |window: usize| window / (columns / 2) * 2 * columns + window % (columns / 2) * 2;
    let wins = |x: &[f32], winner: usize, pixel: usize| x[pixel] > x[winner] || x[pixel].is_nan();
    (0..x.len() / 4)
        .map(first)
        .map(|first| {
            pixels(first).into_iter().fold(first, |winner, pixel| if wins(x, winner, pixel) { pixel } else { winner })
        })
        .collect()
}

#[test]
fn what_is_not_finite_goes_the_same_way_through_a_fused_pool() {
    macro_rules! goes {
        ($rows:literal, $columns:literal) => {{
            prelu::network! {
                struct Fused: [1, $rows, $columns] -> [1, $rows / 2, $columns / 2] {
                    pre: custom(Shift, parameters = $rows * $columns) -> [1, $rows, $columns],
                    conv: conv(1, kernel = 1, bias = false), max_pool(2),
                }
            }
            let mut net = Fused::zeroed_box();
            net.conv.weight = [[[[1.0]]]];
            goes(&*net, $columns);
        }};
    }
    goes!(6, 6);
    goes!(4, 40);
    goes!(34, 32);
}

/// Compares a net of a fused pool with its winners; its first parameters are shifts of its input's elements.
fn goes<N: Network>(net: &N, columns: usize) {
    let sets: [&[f32]; 5] = [
        &[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, 1.0, -2.0],
        &[f32::NEG_INFINITY],
        &[f32::NEG_INFINITY, f32::NAN],
        &[f32::INFINITY, 1.0],
        &[f32::NAN],
    ];
    for (seed, set) in sets.iter().enumerate() {
        let stream = Stream::new(seed as u64);
        let pick = |i: usize| set[(stream.uniform(i as u64) * set.len() as f32) as usize];
        let x: Vec<f32> = (0..N::Input::LEN).map(pick).collect();
        let dy: Vec<f32> = (0..N::Output::LEN).map(|i| pick(1 << 20 | i)).collect();
        let winners = winners(&x, columns);
        let mut want = vec![0.0; x.len()];
        winners.iter().zip(&dy).for_each(|(&winner, &dy)| want[winner] = dy);
        let same = |a: f32, b: f32| a == b || a.is_nan() && b.is_nan();
        for level in Level::available() {
            let [batch, alone, gradient] = run(net, level, &x, &dy);
            for (window, &winner) in winners.iter().enumerate() {
                let (x, [batch, alone]) = (x[winner], [batch[window], alone[window]]);
                assert!(same(batch, x) && same(alone, x), "{level}: {batch}, alone {alone}, not {x}");
            }
            for (pixel, (&got, &want)) in gradient.iter().zip(&want).enumerate() {
                assert!(same(got, want), "{level}: the gradient of pixel {pixel} is {got}, not {want}");
            }
        }
    }
}
