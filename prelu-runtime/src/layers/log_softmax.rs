//! `log_softmax`: y = x − ln Σ exp(x), over the features of `[F]`, or over the channels of `[C, H, W]` at each pixel.

pub use super::softmax::{Backward, Forward, ForwardInPlace};
use super::softmax::{Normalise, channels, largest};
use crate::math::{exp, ln_lanes};
use crate::simd::Simd;

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct LogSoftmax {
    /// Pixels of a channel; 1 where there are none.
    pub pixels: usize,
}

impl Normalise for LogSoftmax {
    #[inline(always)]
    fn forward<S: Simd>(self, s: S, x: &mut [S::V]) {
        for pixel in 0..self.pixels {
            let largest = largest(s, x, pixel, self.pixels);
            let mut sum = s.splat(0.0);
            for x in channels(x, pixel, self.pixels) {
                *x = s.sub(*x, largest);
                sum = s.add(sum, exp(s, *x));
            }
            let sum = ln_lanes(s, sum);
            for x in channels(x, pixel, self.pixels) {
                *x = s.sub(*x, sum);
            }
        }
    }

    /// dx = dy − exp(y)·Σ dy.
    #[inline(always)]
    fn backward<S: Simd>(self, s: S, y: &[S::V], d: &mut [S::V]) {
        for pixel in 0..self.pixels {
            let mut sum = s.splat(0.0);
            for d in channels(d, pixel, self.pixels) {
                sum = s.add(sum, *d);
            }
            for (d, &y) in channels(d, pixel, self.pixels).zip(y[pixel..].iter().step_by(self.pixels)) {
                *d = s.sub(*d, s.mul(exp(s, y), sum));
            }
        }
    }
}
