//! `leaky_relu(slope)`: y = x where x > 0, else slope·x (Maas et al. 2013); at 0 the gradient is the slope's.

use crate::kernels::pointwise::{Activation, Leak, gentle_leak, leak};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct LeakyRelu {
    /// The slope on the negative side.
    pub slope: f32,
}

impl LeakyRelu {
    #[inline(always)]
    fn value<S: Simd>(self, s: S, x: S::V) -> S::V {
        leak(s, s.splat(self.slope), x)
    }

    #[inline(always)]
    fn gradient<S: Simd>(self, s: S, x: S::V, d: S::V) -> S::V {
        s.select(s.gt(x, s.splat(0.0)), d, s.mul(s.splat(self.slope), d))
    }
}

super::pointwise!(LeakyRelu);

impl Activation for LeakyRelu {
    type Function = Leak;
    type Gradient = ();
    const TIES_ARE_EQUAL: bool = false;
    const SHARED: bool = false;
    #[inline(always)]
    fn slope(self, _: usize) -> f32 {
        self.slope
    }
    #[inline(always)]
    fn value<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V {
        leak(s, slope, z)
    }
    #[inline(always)]
    fn value_of_gentle<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V {
        gentle_leak(s, slope, z)
    }
    #[inline(always)]
    fn gradient<S: Simd>(s: S, slope: S::V, z: S::V, d: S::V) -> S::V {
        s.select(s.gt(z, s.splat(0.0)), d, s.mul(slope, d))
    }
    #[inline(always)]
    fn learn((): &mut (), _: usize, _: f32) {}
}
