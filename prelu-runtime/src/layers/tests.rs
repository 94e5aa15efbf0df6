//! Layers at points that a random sweep does not meet: kinks, ties, what is not a number, what is huge.

use crate::simd::{Level, Program, Simd, dispatch, lanes};

/// Checks a layer's calls on every level: at each x the value and the gradient, and that a NaN stays.
macro_rules! points {
    ($name:ident, $layer:expr, $points:expr) => {
        #[test]
        fn $name() {
            struct Points<'a>(&'a [(f32, f32, f32)]);
            impl Program for Points<'_> {
                type Output = Vec<[f32; 3]>;
                fn run<S: Simd>(self, s: S) -> Vec<[f32; 3]> {
                    let layer = $layer;
                    let x: Vec<S::V> = self.0.iter().map(|&(x, ..)| s.splat(x)).collect();
                    let (mut y, mut in_place, mut d) = (x.clone(), x.clone(), vec![s.splat(1.0); x.len()]);
                    s.call(super::$name::Forward { layer, x: &x, y: &mut y });
                    s.call(super::$name::ForwardInPlace { layer, x: &mut in_place });
                    s.call(super::$name::Backward { layer, x: &x, d: &mut d });
                    let (y, in_place, d) = (first::<S>(&y), first::<S>(&in_place), first::<S>(&d));
                    (0..x.len()).map(|i| [y[i], in_place[i], d[i]]).collect()
                }
            }
            let points = [&[(f32::NAN, f32::NAN, f32::NAN)], &$points[..]].concat();
            for level in Level::available() {
                let got = dispatch(level, Points(&points));
                assert!(got[0][0].is_nan() && got[0][1].is_nan(), "{level}: {:?} of a NaN", got[0]);
                for ((x, y, gradient), got) in points.iter().zip(got).skip(1) {
                    let close = |got: f32, want: f32| got == want || (got - want).abs() <= 1e-6 * want.abs() + 1e-30;
                    assert!(close(got[0], *y) && got[0] == got[1], "{level}: {got:?}, not {y}, of {x}");
                    assert!(close(got[2], *gradient), "{level}: the gradient at {x} is {}, not {gradient}", got[2]);
                }
            }
        }
    };
}

const MAX: f32 = f32::MAX;

points!(relu, super::relu::Relu, [(0.0, 0.0, 0.0), (-0.0, 0.0, 0.0), (MAX, MAX, 1.0), (-MAX, 0.0, 0.0)]);
points!(
    relu6,
    super::relu6::Relu6,
    [(0.0, 0.0, 0.0), (6.0, 6.0, 0.0), (5.5, 5.5, 1.0), (MAX, 6.0, 0.0), (-MAX, 0.0, 0.0)]
);
points!(
    hard_swish,
    super::hard_swish::HardSwish,
    [
        (-3.0, 0.0, 0.0),
        (3.0, 3.0, 1.0),
        (0.0, 0.0, 0.5),
        (-2.0, -1.0 / 3.0, -1.0 / 6.0),
        (MAX, MAX, 1.0),
        (-MAX, 0.0, 0.0)
    ]
);
points!(leaky_relu, super::leaky_relu::LeakyRelu { slope: 0.25 }, [(0.0, 0.0, 0.25), (MAX, MAX, 1.0)]);
points!(elu, super::elu::Elu { alpha: 0.5 }, [(0.0, 0.0, 0.5), (MAX, MAX, 1.0), (-MAX, -0.5, 0.0)]);
points!(selu, super::selu::Selu, [(0.0, 0.0, 1.758_099_3), (-MAX, -1.758_099_3, 0.0)]);
points!(tanh, super::tanh::Tanh, [(0.0, 0.0, 1.0), (1e-20, 1e-20, 1.0), (MAX, 1.0, 0.0), (-MAX, -1.0, 0.0)]);
points!(sigmoid, super::sigmoid::Sigmoid, [(0.0, 0.5, 0.25), (MAX, 1.0, 0.0), (-MAX, 0.0, 0.0)]);
points!(silu, super::silu::Silu, [(0.0, 0.0, 0.5), (MAX, MAX, 1.0), (-MAX, 0.0, 0.0)]);
// −5·Φ(−5) keeps its digits.
points!(
    gelu,
    super::gelu::Gelu,
    [(0.0, 0.0, 0.5), (-5.0, -1.433_258e-6, -7.146_944e-6), (MAX, MAX, 1.0), (-MAX, 0.0, 0.0)]
);
points!(
    softplus,
    super::softplus::Softplus,
    [
        (0.0, core::f32::consts::LN_2, 0.5),
        (20.0, 20.0, 1.0),
        (20.5, 20.5, 1.0),
        (-20.0, 2.061_153_6e-9, 2.061_153_6e-9),
        (MAX, MAX, 1.0),
        (-MAX, 0.0, 0.0)
    ]
);

/// The first lane of each vector.
fn first<S: Simd>(v: &[S::V]) -> Vec<f32> {
    lanes(v).iter().step_by(S::LANES).copied().collect()
}

/// Softmax and its logarithm of one pixel's channels.
struct Softmaxes<'a>(&'a [f32]);
impl Program for Softmaxes<'_> {
    type Output = [Vec<f32>; 2];
    fn run<S: Simd>(self, s: S) -> [Vec<f32>; 2] {
        let x: Vec<S::V> = self.0.iter().map(|&x| s.splat(x)).collect();
        let (mut y, mut log) = (x.clone(), x);
        let layer = super::softmax::Softmax { pixels: 1 };
        s.call(super::softmax::ForwardInPlace { layer, x: &mut y, saved: &mut [] });
        let layer = super::log_softmax::LogSoftmax { pixels: 1 };
        s.call(super::log_softmax::ForwardInPlace { layer, x: &mut log, saved: &mut [] });
        [first::<S>(&y), first::<S>(&log)]
    }
}

#[test]
fn softmax_of_huge_and_missing_numbers() {
    for level in Level::available() {
        let [y, log] = dispatch(level, Softmaxes(&[MAX, 0.0, f32::NEG_INFINITY]));
        assert_eq!(y, [1.0, 0.0, 0.0], "{level}");
        assert_eq!(log, [0.0, -MAX, f32::NEG_INFINITY], "{level}");
        let [y, log] = dispatch(level, Softmaxes(&[-1000.0, -1000.0]));
        assert!(
            y == [0.5; 2] && log.iter().all(|log| (log + core::f32::consts::LN_2).abs() < 1e-7),
            "{level}: {log:?}"
        );
        // As in PyTorch, one NaN is enough.
        let [y, log] = dispatch(level, Softmaxes(&[1.0, f32::NAN]));
        assert!(y.iter().chain(&log).all(|y| y.is_nan()), "{level}: {y:?}, {log:?}");
    }
}

/// Two channels of three pixels.
#[derive(Clone, Copy)]
struct Whole;
impl super::max_pool::Geometry for Whole {
    const INPUT: [usize; 3] = [2, 1, 3];
    const OUTPUT: [usize; 3] = [2, 1, 1];
    const KERNEL: [usize; 2] = [1, 3];
    const STRIDE: [usize; 2] = [1, 3];
    const PADDING: [usize; 2] = [0, 0];
}

/// The largest of each channel, and where its gradient goes.
struct Largest([f32; 6]);
impl Program for Largest {
    type Output = [Vec<f32>; 2];
    fn run<S: Simd>(self, s: S) -> [Vec<f32>; 2] {
        let x = self.0.map(|x| s.splat(x));
        let (mut y, mut saved, mut dx) = ([s.splat(0.0); 2], [s.splat(0.0); 2], [s.splat(9.0); 6]);
        s.call(super::global_max_pool::Forward { layer: Whole, x: &x, y: &mut y, saved: &mut saved });
        let dy = [s.splat(1.0), s.splat(2.0)];
        s.call(super::global_max_pool::Backward { layer: Whole, saved: &saved, dy: &dy, dx: &mut dx });
        [first::<S>(&y), first::<S>(&dx)]
    }
}

#[test]
fn the_first_of_equals_is_the_largest() {
    for level in Level::available() {
        let [y, dx] = dispatch(level, Largest([3.0, 3.0, 1.0, -2.0, -1.0, -1.0]));
        assert_eq!((y, dx), (vec![3.0, -1.0], vec![1.0, 0.0, 0.0, 0.0, 2.0, 0.0]), "{level}");
        let [y, dx] = dispatch(level, Largest([f32::NEG_INFINITY, f32::NEG_INFINITY, 0.0, 1.0, f32::NAN, 5.0]));
        assert!(y[0] == 0.0 && y[1].is_nan() && dx == [0.0, 0.0, 1.0, 0.0, 2.0, 0.0], "{level}: {y:?}, {dx:?}");
    }
}
