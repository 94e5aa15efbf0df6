//! `selu`: y = scale · elu(x, alpha), with the constants that keep mean 0 and variance 1 (Klambauer et al. 2017).

use super::elu::Elu;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Selu;

const ELU: Elu = Elu { alpha: 1.673_263_2 };
const SCALE: f32 = 1.050_701;

impl Selu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        s.mul(s.splat(SCALE), ELU.value(s, x))
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        s.mul(s.splat(SCALE), ELU.gradient(s, x, d))
    }
}

super::pointwise!(Selu);
