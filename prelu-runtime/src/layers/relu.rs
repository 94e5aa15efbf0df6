//! `relu`: y = max(0, x); the gradient at 0 is 0, as in PyTorch.

use crate::kernels::pointwise::{Activation, Function};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Relu;

impl Relu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // `max` gives its second operand where one is NaN: a NaN stays.
        s.max(s.splat(0.0), x)
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // Where x is NaN, d passes, as in PyTorch.
        s.select(s.gt_or_nan(x, s.splat(0.0)), d, s.splat(0.0))
    }
}

super::pointwise!(Relu);

impl Function for Relu {
    #[inline(always)]
    fn value<S: Simd>(s: S, _: S::V, z: S::V) -> S::V {
        Self.value(s, z)
    }
}

impl Activation for Relu {
    type Function = Self;
    type Gradient = ();
    // Different z have equal f(z) only where that is 0, and so is the gradient.
    const TIES_ARE_EQUAL: bool = true;
    const SHARED: bool = false;
    #[inline(always)]
    fn slope(self, _: usize) -> f32 {
        0.0
    }
    #[inline(always)]
    fn increases(self, _: usize) -> bool {
        true
    }
    #[inline(always)]
    fn value<S: Simd>(s: S, _: S::V, z: S::V) -> S::V {
        Self.value(s, z)
    }
    #[inline(always)]
    fn gradient<S: Simd>(s: S, _: S::V, z: S::V, d: S::V) -> S::V {
        Self.gradient(s, z, d)
    }
    #[inline(always)]
    fn learn((): &mut (), _: usize, _: f32) {}
}
