//! `silu`: y = x·σ(x) (Elfwing et al. 2018), also called swish.

use crate::math::sigmoid;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Silu;

impl Silu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        s.mul(x, sigmoid(s, x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // σ(x) + x·σ(x)·σ(−x).
        let (y, rest) = (sigmoid(s, x), sigmoid(s, s.sub(s.splat(0.0), x)));
        s.mul(d, s.fma(s.mul(x, y), rest, y))
    }
}

super::pointwise!(Silu);
