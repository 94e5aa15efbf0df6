//! `softmax`: y = exp(x)/Σ exp(x) over the features of `[F]`, or over the channels of `[C, H, W]` at each pixel.

use crate::kernels::reduction::lane_sums;
use crate::math::exp;
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Softmax {
    /// Pixels of a channel; 1 where there are none.
    pub pixels: usize,
}

/// A layer that normalises the channels of each pixel, and whose gradient is a function of its output.
pub trait Normalise: Copy {
    /// x, made y in place.
    fn forward<S: Simd>(self, s: S, x: &mut [S::V]);
    /// dy, made dx in place.
    fn backward<S: Simd>(self, s: S, y: &[S::V], d: &mut [S::V]);
}

impl Normalise for Softmax {
    #[inline(always)]
    fn forward<S: Simd>(self, s: S, x: &mut [S::V]) {
        for pixel in 0..self.pixels {
            let largest = largest(s, x, pixel, self.pixels);
            let [sum] = lane_sums!(s, 1, x.len() / self.pixels, |c, sums| {
                let x = &mut x[c * self.pixels + pixel];
                *x = exp(s, s.sub(*x, largest));
                sums[0] = s.add(sums[0], *x);
            });
            let share = s.div(s.splat(1.0), sum);
            for x in channels(x, pixel, self.pixels) {
                *x = s.mul(*x, share);
            }
        }
    }

    /// dx = y·(dy − Σ dy·y).
    #[inline(always)]
    fn backward<S: Simd>(self, s: S, y: &[S::V], d: &mut [S::V]) {
        for pixel in 0..self.pixels {
            let [sum] = lane_sums!(s, 1, d.len() / self.pixels, |c, sums| {
                let i = c * self.pixels + pixel;
                sums[0] = s.fma(d[i], y[i], sums[0]);
            });
            for (d, &y) in channels(d, pixel, self.pixels).zip(y[pixel..].iter().step_by(self.pixels)) {
                *d = s.mul(y, s.sub(*d, sum));
            }
        }
    }
}

/// The vectors that are normalised together at a pixel.
#[inline(always)]
pub(super) fn channels<V>(x: &mut [V], pixel: usize, pixels: usize) -> impl Iterator<Item = &mut V> {
    x[pixel..].iter_mut().step_by(pixels)
}

/// The largest of them; a NaN is not above what it is compared with, and comes through the sum.
#[inline(always)]
pub(super) fn largest<S: Simd>(s: S, x: &mut [S::V], pixel: usize, pixels: usize) -> S::V {
    let mut largest = s.splat(f32::NEG_INFINITY);
    for x in channels(x, pixel, pixels) {
        largest = s.max(*x, largest);
    }
    largest
}

/// y = the channels of x, normalised.
pub struct Forward<'a, L, V> {
    /// The layer.
    pub layer: L,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// y again; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S, L: Normalise> Forward<'a, L, S::V>, |this, s| {
    let Forward { layer, x, y, saved } = this;
    y.copy_from_slice(x);
    crate::simd::Kernel::<S>::run(ForwardInPlace { layer, x: y, saved }, s);
});

/// [`Forward`] in place.
pub struct ForwardInPlace<'a, L, V> {
    /// The layer.
    pub layer: L,
    /// Input, made output.
    pub x: &'a mut [V],
    /// The output again; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S, L: Normalise> ForwardInPlace<'a, L, S::V>, |this, s| {
    this.layer.forward(s, this.x);
    if !this.saved.is_empty() {
        this.saved.copy_from_slice(this.x);
    }
});

/// dx, from dy and y.
pub struct Backward<'a, L, V> {
    /// The layer.
    pub layer: L,
    /// The output.
    pub saved: &'a [V],
    /// dy, made dx in place.
    pub d: &'a mut [V],
}

super::kernel!(for<'a, S, L: Normalise> Backward<'a, L, S::V>, |this, s| {
    assert_eq!(this.saved.len(), this.d.len());
    this.layer.backward(s, this.saved, this.d);
});
