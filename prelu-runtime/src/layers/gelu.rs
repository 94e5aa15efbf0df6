//! `gelu`: y = x·Φ(x), with the normal distribution Φ(x) = ½·erfc(−x/√2) (Hendrycks and Gimpel 2016): the exact form,
//! not the approximation by tanh.

use crate::math::{erfc, exp};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Gelu;

/// Φ(x).
#[inline(always)]
fn normal<S: Simd>(s: S, x: S::V) -> S::V {
    s.mul(s.splat(0.5), erfc(s, s.mul(s.splat(-core::f32::consts::FRAC_1_SQRT_2), x)))
}

impl Gelu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        s.mul(x, normal(s, x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        // Φ(x) + x·φ(x), with the density φ(x) = e^(−x²/2)/√(2π).
        let density = s.mul(s.splat(0.398_942_3), exp(s, s.mul(s.splat(-0.5), s.mul(x, x))));
        s.mul(d, s.fma(x, density, normal(s, x)))
    }
}

super::pointwise!(Gelu);
