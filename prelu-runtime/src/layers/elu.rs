//! `elu(alpha)`: y = x where x > 0, else alpha·(eˣ − 1) (Clevert et al. 2016); at 0 the gradient is alpha.

use crate::math::{exp, exp_m1_nonpositive};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Elu {
    /// The value that y tends to, negated, as x falls.
    pub alpha: f32,
}

impl Elu {
    #[inline(always)]
    pub(super) fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        let negative = s.mul(s.splat(self.alpha), exp_m1_nonpositive(s, x));
        s.select(s.gt(x, s.splat(0.0)), x, negative)
    }

    #[inline(always)]
    pub(super) fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        let negative = s.mul(s.mul(s.splat(self.alpha), exp(s, x)), d);
        s.select(s.gt(x, s.splat(0.0)), d, negative)
    }
}

super::pointwise!(Elu);
