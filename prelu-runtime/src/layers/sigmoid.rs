//! `sigmoid`: y = σ(x) = 1/(1 + e⁻ˣ).

use crate::math::sigmoid;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Sigmoid;

impl Sigmoid {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        sigmoid(s, x)
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // σ′(x) = σ(x)·σ(−x), which does not cancel where σ(x) is near 1.
        s.mul(d, s.mul(sigmoid(s, x), sigmoid(s, s.sub(s.splat(0.0), x))))
    }
}

super::pointwise!(Sigmoid);
