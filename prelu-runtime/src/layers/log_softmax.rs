//! `log_softmax`: y = x − ln Σ exp(x), over the features of `[F]`, or over the channels of `[C, H, W]` at each pixel.

pub use super::softmax::{Backward, Forward, ForwardInPlace};
use super::softmax::{Normalise, channels, largest};
use crate::kernels::reduction::lane_sums;
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
            let [sum] = lane_sums!(s, 1, x.len() / self.pixels, |c, sums| {
                let x = &mut x[c * self.pixels + pixel];
                *x = s.sub(*x, largest);
                sums[0] = s.add(sums[0], exp(s, *x));
            });
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
            let [sum] = lane_sums!(s, 1, d.len() / self.pixels, |c, sums| {
                sums[0] = s.add(sums[0], d[c * self.pixels + pixel]);
            });
            for (d, &y) in channels(d, pixel, self.pixels).zip(y[pixel..].iter().step_by(self.pixels)) {
                *d = s.sub(*d, s.mul(exp(s, y), sum));
            }
        }
    }
}
