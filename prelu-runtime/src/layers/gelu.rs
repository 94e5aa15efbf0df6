//! `gelu`: y = x·Φ(x), with the normal distribution Φ(x) = ½·erfc(−x/√2) (Hendrycks and Gimpel 2016): the exact form,
//! not the approximation by tanh.

use crate::math::{erfc, exp};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

/// Beyond it Φ is 0 or 1 as far as x·Φ(x) is concerned.
const LIMIT: f32 = 14.0;

/// Φ(x).
#[inline(always)]
fn normal<S: Simd>(s: S, x: S::V) -> S::V {
    s.mul(s.splat(0.5), erfc(s, s.mul(s.splat(-core::f32::consts::FRAC_1_SQRT_2), x)))
}

impl Gelu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        // Where Φ(x) is nearly 0 but not quite, a huge x must not blow it up.
        let x = s.max(s.splat(-LIMIT), x);
        s.mul(x, normal(s, x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // Φ(x) + x·φ(x), with the density φ(x) = e^(−x²/2)/√(2π).
        let x = s.min(s.splat(LIMIT), s.max(s.splat(-LIMIT), x));
        let density = s.mul(s.splat(0.398_942_3), exp(s, s.mul(s.splat(-0.5), s.mul(x, x))));
        s.mul(d, s.fma(x, density, normal(s, x)))
    }
}

super::pointwise!(Gelu);
