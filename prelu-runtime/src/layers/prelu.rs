//! `prelu`: y = x where x > 0, else a·x, with learned slopes a (He et al. 2015, equation 1).

use crate::kernels::pointwise::{self, Activation, Leak, gentle_leak, leak};
use crate::simd::Simd;
use crate::tensor::Tensor;

/// The slopes: one for all, one for each channel, or one for each element.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Prelu<T> {
    /// The slopes: `[1]`, `[C]`, or the shape of the input.
    pub weight: T,
}

// SAFETY: `repr(C)` over one tensor.
unsafe impl<T: Tensor> Tensor for Prelu<T> {}

impl<T: Tensor> Activation for &Prelu<T> {
    type Function = Leak;
    type Gradient = Prelu<T>;
    const TIES_ARE_EQUAL: bool = false;
    const SHARED: bool = T::LEN == 1;
    #[inline(always)]
    fn slope(self, channel: usize) -> f32 {
        let slopes = self.floats();
        slopes[if slopes.len() == 1 { 0 } else { channel }]
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
    fn learn(gradient: &mut Prelu<T>, channel: usize, sum: f32) {
        let slopes = gradient.floats_mut();
        slopes[if slopes.len() == 1 { 0 } else { channel }] += sum;
    }
}

/// y = x where x > 0, else a·x.
pub struct Forward<'a, P, V> {
    /// The slopes.
    pub parameters: &'a Prelu<P>,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> Forward<'a, P, S::V>, |this, s| {
    pointwise::prelu(s, this.parameters.floats(), this.x, this.y);
});

/// [`Forward`] in place.
pub struct ForwardInPlace<'a, P, V> {
    /// The slopes.
    pub parameters: &'a Prelu<P>,
    /// Input, made output.
    pub x: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> ForwardInPlace<'a, P, S::V>, |this, s| {
    pointwise::prelu_in_place(s, this.parameters.floats(), this.x);
});

/// dx = dy where x > 0, else a·dy; da += Σ dy·x over the x that are not positive (equations 2 and 3).
pub struct Backward<'a, P, V> {
    /// The slopes.
    pub parameters: &'a Prelu<P>,
    /// The slopes' gradient, added to.
    pub gradient: &'a mut Prelu<P>,
    /// Input.
    pub x: &'a [V],
    /// dy, made dx in place.
    pub d: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> Backward<'a, P, S::V>, |this, s| {
    pointwise::prelu_backward(s, this.parameters.floats(), this.x, this.d, this.gradient.floats_mut());
});

/// Counts the negative inputs of each slope: what `init = from_data` needs.
pub struct Calibrate<'a, P, V> {
    /// The counts, added to.
    pub counts: &'a mut Prelu<P>,
    /// Input.
    pub x: &'a [V],
    /// The lanes that hold a sample.
    pub samples: usize,
}

super::kernel!(for<'a, S, P: Tensor> Calibrate<'a, P, S::V>, |this, s| {
    let _ = s;
    pointwise::count_negative::<S>(this.x, this.samples, this.counts.floats_mut());
});
