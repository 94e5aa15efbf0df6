//! `softplus`: y = ln(1 + eˣ) (Dugas et al. 2001). PyTorch gives x itself above a threshold of 20; here the sum below is
//! x there, for e⁻²⁰ is less than half a unit in the last place of 20.

use crate::math::{exp, ln_1p, sigmoid};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Softplus;

impl Softplus {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // max(0, x) + ln(1 + e^(−|x|)), which cannot overflow; `max` and `min` keep a NaN.
        let zero = s.splat(0.0);
        let below = s.min(s.sub(zero, x), x);
        s.add(s.max(zero, x), ln_1p(s, exp(s, below)))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        s.mul(d, sigmoid(s, x))
    }
}

super::pointwise!(Softplus);
