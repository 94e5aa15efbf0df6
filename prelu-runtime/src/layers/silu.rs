//! `silu`: y = x·σ(x) (Elfwing et al. 2018), also called swish.

use crate::math::sigmoid;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Silu;

/// Beyond it σ is 0 or 1 as far as x·σ(x) is concerned.
const LIMIT: f32 = 88.0;

impl Silu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // Where σ(x) is nearly 0 but not quite, a huge x must not blow it up.
        let x = s.max(s.splat(-LIMIT), x);
        s.mul(x, sigmoid(s, x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // σ(x) + x·σ(x)·σ(−x); past the limit it is 0 or 1.
        let x = s.min(s.splat(LIMIT), s.max(s.splat(-LIMIT), x));
        let (y, rest) = (sigmoid(s, x), sigmoid(s, s.sub(s.splat(0.0), x)));
        s.mul(d, s.fma(s.mul(x, y), rest, y))
    }
}

super::pointwise!(Silu);
