//! `tanh`: y = tanh(x).

use crate::math;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Tanh;

impl Tanh {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        math::tanh(s, x)
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        let y = math::tanh(s, x);
        // (1 − y)(1 + y) cancels less than 1 − y².
        let one = s.splat(1.0);
        s.mul(d, s.mul(s.sub(one, y), s.add(one, y)))
    }
}

super::pointwise!(Tanh);
