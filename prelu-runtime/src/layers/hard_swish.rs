//! `hard_swish`: y = x·relu6(x + 3)/6 (Howard et al. 2019, section 5.2). The gradient is 0 at −3 and 1 at 3, as in PyTorch
//! since its pull request 148049; before, it was −½ and 1½.

use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct HardSwish;

impl HardSwish {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // The factor is 1 from 3 on, so that a huge x stays finite; `max` and `min` keep a NaN.
        let six = s.min(s.splat(6.0), s.max(s.splat(0.0), s.add(x, s.splat(3.0))));
        s.mul(x, s.mul(six, s.splat(1.0 / 6.0)))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        let between = s.mul(d, s.fma(x, s.splat(1.0 / 3.0), s.splat(0.5)));
        // Where x is NaN, it is neither below 3 nor above −3, and `between` is NaN.
        let inner = s.select(s.gt_or_nan(s.sub(s.splat(0.0), x), s.splat(-3.0)), between, d);
        s.select(s.gt_or_nan(x, s.splat(-3.0)), inner, s.splat(0.0))
    }
}

super::pointwise!(HardSwish);
