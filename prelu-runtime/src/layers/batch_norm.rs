//! `batch_norm`: y = γ·x̂ + β with x̂ = (x − μ)/√(σ² + ε), where mean μ and variance σ² of each channel are those of the
//! batch in training, and running averages of them in inference (Ioffe and Szegedy 2015, algorithm 1).
//!
//! An activation that follows it may be done in the same pass: y = f(γ·x̂ + β), of which backward computes f's argument anew.
//!
//! The statistics are of all samples, so training is cut here into phases: each block adds to sums, and when all have, each
//! goes on with the totals. The sums are of f64, so that the variance of Σx² − (Σx)²/N loses nothing.

use core::marker::PhantomData;

use crate::kernels::batch_norm::{self as kernel, Norm};
use crate::kernels::epilogue::Epilogue;
use crate::kernels::pointwise::{Activation, Function, Slopes};
use crate::simd::Simd;
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
        let variance = sums[2 * channel + 1] / count - mean * mean;
        // Rounding may leave a variance of 0 below it; a NaN stays.
        (mean, if variance < 0.0 { 0.0 } else { variance })
    }

    /// The normalisation of a channel by its sums over a batch of so many samples.
    #[inline]
    fn norm<const C: usize>(self, parameters: &BatchNorm<C>, sums: &[f64], channel: usize, batch: usize) -> Norm {
        let (mean, variance) = self.moments(sums, channel, batch);
        Norm::new(mean, variance + f64::from(self.eps), [parameters.weight[channel], parameters.bias[channel]])
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

/// y = f(γ·(x − μ)/√(σ² + ε) + β), with the statistics of the batch.
pub struct Forward<'a, const C: usize, A, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales and shifts.
    pub parameters: &'a BatchNorm<C>,
    /// f.
    pub activation: A,
    /// Σx and Σx² of each channel over the batch.
    pub sums: &'a [f64],
    /// The samples of the batch.
    pub batch: usize,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

impl<S: Simd, const C: usize, A: Activation> crate::simd::Kernel<S> for Forward<'_, C, A, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        for (c, (x, y)) in self.x.chunks_exact(pixels).zip(self.y.chunks_exact_mut(pixels)).enumerate() {
            let norm = self.layer.norm(self.parameters, self.sums, c, self.batch);
            kernel::normalise::<S, A>(s, norm, self.activation.slope(c), x, y);
        }
    }
}

/// y = f(γ·(x − μ)/√(σ² + ε) + β), with the running statistics.
pub struct Predict<'a, const C: usize, A, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales, shifts and running statistics.
    pub parameters: &'a BatchNorm<C>,
    /// f.
    pub activation: A,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

impl<S: Simd, const C: usize, A: Activation> crate::simd::Kernel<S> for Predict<'_, C, A, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        for (c, (x, y)) in self.x.chunks_exact(pixels).zip(self.y.chunks_exact_mut(pixels)).enumerate() {
            let norm = self.parameters.running(c, self.layer.eps);
            kernel::normalise::<S, A>(s, norm, self.activation.slope(c), x, y);
        }
    }
}

/// [`Predict`] in place.
pub struct PredictInPlace<'a, const C: usize, A, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales, shifts and running statistics.
    pub parameters: &'a BatchNorm<C>,
    /// f.
    pub activation: A,
    /// Input, made output.
    pub x: &'a mut [V],
}

impl<S: Simd, const C: usize, A: Activation> crate::simd::Kernel<S> for PredictInPlace<'_, C, A, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        for (c, x) in self.x.chunks_exact_mut(self.layer.pixels).enumerate() {
            let norm = self.parameters.running(c, self.layer.eps);
            kernel::normalise_in_place::<S, A>(s, norm, self.activation.slope(c), x);
        }
    }
}

impl<const C: usize> BatchNorm<C> {
    /// f(γ·(x − μ)/√(σ² + ε) + β) with the running statistics, for the convolution in front of it to compute.
    pub fn then<A: Activation>(&self, layer: Shape, activation: A) -> Then<C, A::Function> {
        Then {
            norms: core::array::from_fn(|c| self.running(c, layer.eps)),
            slopes: core::array::from_fn(|c| activation.slope(c)),
            function: PhantomData,
        }
    }

    /// The normalisation of a channel by its running statistics.
    #[inline]
    fn running(&self, channel: usize, eps: f32) -> Norm {
        let variance = f64::from(self.running_var[channel]) + f64::from(eps);
        Norm::new(f64::from(self.running_mean[channel]), variance, [self.weight[channel], self.bias[channel]])
    }
}

/// See [`BatchNorm::then`].
#[derive(Clone)]
pub struct Then<const C: usize, F> {
    norms: [Norm; C],
    slopes: [f32; C],
    function: PhantomData<F>,
}

impl<const C: usize, F: Function> Epilogue for &Then<C, F> {
    type Terms<V: Copy> = [V; 4];
    #[inline(always)]
    fn terms<S: Simd>(self, s: S, channel: usize) -> [S::V; 4] {
        let Norm { mean, scale, shift, .. } = self.norms[channel];
        [s.splat(mean), s.splat(scale), s.splat(shift), s.splat(self.slopes[channel])]
    }
    #[inline(always)]
    fn value<S: Simd>(s: S, [mean, scale, shift, slope]: [S::V; 4], z: S::V) -> S::V {
        F::value(s, slope, s.fma(s.sub(z, mean), scale, shift))
    }
}

/// With dz = dy·f′, adds Σdz and Σdz·x̂ of each channel to `sums`, if it is not empty, and to the gradient: they are dβ and
/// dγ; and to the gradient of f's slopes theirs.
pub struct BackwardStatistics<'a, const C: usize, A: Activation, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales and shifts.
    pub parameters: &'a BatchNorm<C>,
    /// f.
    pub activation: A,
    /// The gradient of scales and shifts.
    pub gradient: &'a mut BatchNorm<C>,
    /// The gradient of f's slopes.
    pub slopes: &'a mut A::Gradient,
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

impl<S: Simd, const C: usize, A: Activation> crate::simd::Kernel<S> for BackwardStatistics<'_, C, A, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        let mut slopes = Slopes::<A>::new(self.slopes);
        for (c, (x, dy)) in self.x.chunks_exact(pixels).zip(self.dy.chunks_exact(pixels)).enumerate() {
            let norm = self.layer.norm(self.parameters, self.statistics, c, self.batch);
            let of = kernel::gradient_sums::<S, A>(s, norm, self.activation.slope(c), x, dy, self.samples);
            if let Some(sums) = self.sums.get_mut(2 * c..2 * c + 2) {
                sums[0] += of.total;
                sums[1] += of.product;
            }
            self.gradient.bias[c] += of.total as f32;
            self.gradient.weight[c] += of.product as f32;
            slopes.add(c, of.slope);
        }
        slopes.finish();
    }
}

/// dx = γ/√(σ² + ε) · (dz − Σdz/N − x̂·Σ(dz·x̂)/N), with dz = dy·f′ and N values of a channel in the batch; 0 in lanes without a sample.
pub struct Backward<'a, const C: usize, A, V> {
    /// The shape.
    pub layer: Shape,
    /// Scales and shifts.
    pub parameters: &'a BatchNorm<C>,
    /// f.
    pub activation: A,
    /// Σx and Σx² of each channel over the batch.
    pub statistics: &'a [f64],
    /// Σdz and Σdz·x̂ of each channel over the batch.
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

impl<S: Simd, const C: usize, A: Activation> crate::simd::Kernel<S> for Backward<'_, C, A, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let pixels = self.layer.pixels;
        let count = (self.batch * pixels) as f64;
        for (c, (x, d)) in self.x.chunks_exact(pixels).zip(self.d.chunks_exact_mut(pixels)).enumerate() {
            let norm = self.layer.norm(self.parameters, self.statistics, c, self.batch);
            let means = [0, 1].map(|i| (self.sums[2 * c + i] / count) as f32);
            kernel::gradient::<S, A>(s, norm, self.activation.slope(c), means, x, d, self.samples);
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
