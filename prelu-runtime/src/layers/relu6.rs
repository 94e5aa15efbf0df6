//! `relu6`: y = min(max(0, x), 6) (Krizhevsky 2010); the gradient at 0 and at 6 is 0, as in PyTorch.

use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Relu6;

impl Relu6 {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // `max` and `min` give their second operand where one is NaN: a NaN stays.
        s.min(s.splat(6.0), s.max(s.splat(0.0), x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // Where x is NaN, d passes, as in PyTorch.
        let zero = s.splat(0.0);
        let below = s.select(s.gt_or_nan(s.sub(zero, x), s.splat(-6.0)), d, zero);
        s.select(s.gt_or_nan(x, zero), below, zero)
    }
}

super::pointwise!(Relu6);
