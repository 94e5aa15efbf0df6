//! Functions of single elements at points that a random sweep does not meet: kinks, what is not a number, what is huge.

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
                    let first = |v: &[S::V]| lanes(v).iter().step_by(S::LANES).copied().collect::<Vec<_>>();
                    let (y, in_place, d) = (first(&y), first(&in_place), first(&d));
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
points!(silu, super::silu::Silu, [(0.0, 0.0, 0.5), (MAX, MAX, 1.0), (-MAX, 0.0, 0.0), (f32::NEG_INFINITY, 0.0, 0.0)]);
// −5·Φ(−5) keeps its digits.
points!(
    gelu,
    super::gelu::Gelu,
    [
        (0.0, 0.0, 0.5),
        (-5.0, -1.433_258e-6, -7.146_944e-6),
        (MAX, MAX, 1.0),
        (-MAX, 0.0, 0.0),
        (f32::NEG_INFINITY, 0.0, 0.0)
    ]
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
