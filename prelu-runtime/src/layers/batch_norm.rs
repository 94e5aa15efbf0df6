//! `batch_norm`: y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), where mean μ and variance σ² of each channel are those of the
//! batch in training, and running averages of them in inference (Ioffe and Szegedy 2015, algorithm 1).
//!
//! The statistics are of all samples, so training is cut here into phases: each block adds to sums, and when all have, each
//! goes on with the totals. The sums are of f64, so that the variance of Σx² − (Σx)²/N loses nothing.

use crate::kernels::batch_norm as kernel;
use crate::math;
use crate::tensor::Tensor;

/// Scale γ and shift β, and the running statistics, `[C]` each.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct BatchNorm<const C: usize> {
    /// The scales γ.
    pub weight: [f32; C],
    /// The shifts β.
    pub bias: [f32; C],
    /// The running means; in a gradient, the means of the batch.
    pub running_mean: [f32; C],
    /// The running unbiased variances; in a gradient, those of the batch.
    pub running_var: [f32; C],
}

// SAFETY: `repr(C)` over four arrays of floats.
unsafe impl<const C: usize> Tensor for BatchNorm<C> {}

/// What is constant of a layer.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Pixels of a channel.
    pub pixels: usize,
    /// ε, added to the variance.
    pub eps: f32,
}

impl Shape {
    /// Mean and biased variance of a channel, from its sums over a batch of so many samples.
    #[inline]
    fn moments(self, sums: &[f64], channel: usize, batch: usize) -> (f64, f64) {
        let count = (batch * self.pixels) as f64;
        let mean = sums[2 * channel] / count;
        (mean, (sums[2 * channel + 1] / count - mean * mean).max(0.0))
    }

    /// μ and 1/√(σ² + ε).
    #[inline]
    fn standard(self, sums: &[f64], channel: usize, batch: usize) -> (f32, f32) {
        let (mean, variance) = self.moments(sums, channel, batch);
        (mean as f32, (1.0 / math::sqrt(variance + f64::from(self.eps))) as f32)
    }
}

/// Adds Σx and Σx² of each channel to `sums`.
pub struct Statistics<'a, V> {
    /// The shape.
    pub layer: Shape,
    /// Two for each channel.
    pub sums: &'a mut [f64],
    /// The lanes that hold a sample.
    pub samples: usize,
    /// Input.
    pub x: &'a [V],
}

super::kernel!(for<'a, S> Statistics<'a, S::V>, |this, s| {
    for (x, sums) in this.x.chunks_exact(this.layer.pixels).zip(this.sums.chunks_exact_mut(2)) {
        kernel::moments(s, x, this.samples, sums);
    }
});

/// y = γ·(x − μ)/√(σ² + ε) + β, with the statistics of the batch.
pub struct Forward<'a, const C: usize, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales and shifts.
    pub parameters: &'a BatchNorm<C>,
    /// Σx and Σx² of each channel over the batch.
    pub sums: &'a [f64],
    /// The samples of the batch.
    pub batch: usize,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

impl<S: crate::simd::Simd, const C: usize> crate::simd::Kernel<S> for Forward<'_, C, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        for (c, (x, y)) in self.x.chunks_exact(pixels).zip(self.y.chunks_exact_mut(pixels)).enumerate() {
            let (mean, inverse) = self.layer.standard(self.sums, c, self.batch);
            kernel::normalise(s, x, y, mean, self.parameters.weight[c] * inverse, self.parameters.bias[c]);
        }
    }
}

/// y = γ·(x − μ)/√(σ² + ε) + β, with the running statistics.
pub struct Predict<'a, const C: usize, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales, shifts and running statistics.
    pub parameters: &'a BatchNorm<C>,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

impl<S: crate::simd::Simd, const C: usize> crate::simd::Kernel<S> for Predict<'_, C, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        for (c, (x, y)) in self.x.chunks_exact(pixels).zip(self.y.chunks_exact_mut(pixels)).enumerate() {
            let (mean, scale) = self.parameters.running(c, self.layer.eps);
            kernel::normalise(s, x, y, mean, scale, self.parameters.bias[c]);
        }
    }
}

/// [`Predict`] in place.
pub struct PredictInPlace<'a, const C: usize, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales, shifts and running statistics.
    pub parameters: &'a BatchNorm<C>,
    /// Input, made output.
    pub x: &'a mut [V],
}

impl<S: crate::simd::Simd, const C: usize> crate::simd::Kernel<S> for PredictInPlace<'_, C, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        for (c, x) in self.x.chunks_exact_mut(self.layer.pixels).enumerate() {
            let (mean, scale) = self.parameters.running(c, self.layer.eps);
            kernel::normalise_in_place(s, x, mean, scale, self.parameters.bias[c]);
        }
    }
}

impl<const C: usize> BatchNorm<C> {
    /// Running mean, and γ/√(running variance + ε).
    #[inline]
    fn running(&self, channel: usize, eps: f32) -> (f32, f32) {
        let variance = f64::from(self.running_var[channel]) + f64::from(eps);
        (self.running_mean[channel], (f64::from(self.weight[channel]) / math::sqrt(variance)) as f32)
    }
}

/// Adds Σdy and Σdy·x̂ of each channel to `sums`, if it is not empty, and to the gradient: they are dβ and dγ.
pub struct BackwardStatistics<'a, const C: usize, V> {
    /// The shape.
    pub layer: Shape,
    /// The gradient of scales and shifts.
    pub gradient: &'a mut BatchNorm<C>,
    /// Σx and Σx² of each channel over the batch.
    pub statistics: &'a [f64],
    /// Two for each channel, or none.
    pub sums: &'a mut [f64],
    /// The lanes that hold a sample.
    pub samples: usize,
    /// The samples of the batch.
    pub batch: usize,
    /// Input.
    pub x: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
}

impl<S: crate::simd::Simd, const C: usize> crate::simd::Kernel<S> for BackwardStatistics<'_, C, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        for (c, (x, dy)) in self.x.chunks_exact(pixels).zip(self.dy.chunks_exact(pixels)).enumerate() {
            let (mean, inverse) = self.layer.standard(self.statistics, c, self.batch);
            let [dy, dy_x] = kernel::gradient_sums(s, x, dy, mean, inverse, self.samples);
            if let Some(sums) = self.sums.get_mut(2 * c..2 * c + 2) {
                sums[0] += dy;
                sums[1] += dy_x;
            }
            self.gradient.bias[c] += dy as f32;
            self.gradient.weight[c] += dy_x as f32;
        }
    }
}

/// dx = γ/√(σ² + ε) · (dy − Σdy/N − x̂·Σ(dy·x̂)/N), with N values of a channel in the batch; 0 in lanes without a sample.
pub struct Backward<'a, const C: usize, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales and shifts.
    pub parameters: &'a BatchNorm<C>,
    /// Σx and Σx² of each channel over the batch.
    pub statistics: &'a [f64],
    /// Σdy and Σdy·x̂ of each channel over the batch.
    pub sums: &'a [f64],
    /// The lanes that hold a sample.
    pub samples: usize,
    /// The samples of the batch.
    pub batch: usize,
    /// Input.
    pub x: &'a [V],
    /// dy, made dx in place.
    pub d: &'a mut [V],
}

impl<S: crate::simd::Simd, const C: usize> crate::simd::Kernel<S> for Backward<'_, C, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        let count = (self.batch * pixels) as f64;
        for (c, (x, d)) in self.x.chunks_exact(pixels).zip(self.d.chunks_exact_mut(pixels)).enumerate() {
            let (mean, inverse) = self.layer.standard(self.statistics, c, self.batch);
            let means = [0, 1].map(|i| (self.sums[2 * c + i] / count) as f32);
            kernel::gradient(s, x, d, mean, inverse, self.parameters.weight[c] * inverse, means, self.samples);
        }
    }
}

/// Writes mean and unbiased variance of a batch into its gradient, from the sums Σx and Σx².
pub fn batch_statistics<const C: usize>(
    layer: Shape,
    _: &BatchNorm<C>,
    sums: &[f64],
    samples: usize,
    gradient: &mut BatchNorm<C>,
) {
    let count = (samples * layer.pixels) as f64;
    for c in 0..C {
        let (mean, variance) = layer.moments(sums, c, samples);
        gradient.running_mean[c] = mean as f32;
        gradient.running_var[c] = (variance * count / (count - 1.0)) as f32;
    }
}
