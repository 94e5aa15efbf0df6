//! Statistics of a channel, and normalisation by them, with an activation behind it.

use super::pointwise::Activation;
use super::reduction::lane_sums;
use super::{ahead, at, put};
use crate::math;
use crate::simd::{Simd, Vector, lanes};

/// The sum of the first `samples` lanes.
#[inline(always)]
fn sum_lanes<V: Vector>(v: V, samples: usize) -> f64 {
    lanes(&[v])[..samples].iter().map(|&x| f64::from(x)).sum()
}

/// Adds Σx and Σx² of the first `samples` lanes to `sums`. They are found by way of the deviations from the block's own mean,
/// so that rounding is relative to the spread, not to the mean.
///
/// # Panics
/// If there are more samples than lanes, or not two sums.
#[inline(always)]
pub fn moments<S: Simd>(s: S, x: &[S::V], samples: usize, sums: &mut [f64]) {
    assert!(samples <= S::LANES && sums.len() == 2);
    let [total] = lane_sums!(s, 1, x.len(), |i, sums| {
        // SAFETY: i is below x's length, here and below.
        sums[0] = s.add(sums[0], unsafe { at(x, i) });
    });
    let (count, first) = ((x.len() * samples) as f64, sum_lanes(total, samples));
    let center = (first / count) as f32;
    if !center.is_finite() {
        // There is no deviation from it: the mean is infinite or NaN, and the variance NaN, as in the difference below.
        sums[0] += first;
        sums[1] += first * first;
        return;
    }
    let wide = s.splat(center);
    let [total, squares] = lane_sums!(s, 2, x.len(), |i, sums| {
        // SAFETY: as above.
        let off = s.sub(unsafe { at(x, i) }, wide);
        sums[0] = s.add(sums[0], off);
        sums[1] = s.fma(off, off, sums[1]);
    });
    let (center, total) = (f64::from(center), sum_lanes(total, samples));
    sums[0] += count * center + total;
    sums[1] += sum_lanes(squares, samples) + center * (2.0 * total + count * center);
}

/// A correction, or none where it is not finite: what it corrects is not finite then.
#[inline]
fn finite(correction: f64) -> f64 {
    if correction.is_finite() { correction } else { 0.0 }
}

/// Normalization of a channel: x̂ = (x − mean − rest)·inverse and z = (x − mean)·scale + shift.
#[derive(Clone, Copy, Debug)]
pub struct Norm {
    /// The mean, rounded to a float.
    pub mean: f32,
    /// The mean less that float: no part of the spread is lost where it is much smaller than the mean.
    pub rest: f32,
    /// One over the standard deviation.
    pub inverse: f32,
    /// γ times that.
    pub scale: f32,
    /// β − rest·scale.
    pub shift: f32,
}

impl Norm {
    /// The normalization by a mean and a variance, with ε added to that, then by γ and β.
    #[inline]
    pub fn new(mean: f64, variance: f64, [gamma, beta]: [f32; 2]) -> Self {
        let inverse = 1.0 / math::sqrt(variance);
        let (scale, rest) = (f64::from(gamma) * inverse, mean - f64::from(mean as f32));
        Self {
            mean: mean as f32,
            rest: finite(rest) as f32,
            inverse: inverse as f32,
            scale: scale as f32,
            shift: (f64::from(beta) - finite(rest * scale)) as f32,
        }
    }
}

/// y = f(z), with an activation's slope of the channel.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn normalise<S: Simd, A: Activation>(s: S, norm: Norm, slope: f32, x: &[S::V], y: &mut [S::V]) {
    let (mean, scale, shift, slope) = (s.splat(norm.mean), s.splat(norm.scale), s.splat(norm.shift), s.splat(slope));
    super::pointwise::map(s, x, y, |x| A::value(s, slope, s.fma(s.sub(x, mean), scale, shift)));
}

/// [`normalise`] in place.
#[inline(always)]
pub fn normalise_in_place<S: Simd, A: Activation>(s: S, norm: Norm, slope: f32, x: &mut [S::V]) {
    let (mean, scale, shift, slope) = (s.splat(norm.mean), s.splat(norm.scale), s.splat(norm.shift), s.splat(slope));
    for x in x {
        *x = A::value(s, slope, s.fma(s.sub(*x, mean), scale, shift));
    }
}

/// The sums that a channel's gradients need.
#[derive(Clone, Copy, Debug)]
pub struct GradientSums {
    /// Σdz over the samples.
    pub total: f64,
    /// Σdz·x̂ over the samples.
    pub product: f64,
    /// Σdy·z over the z that are not positive.
    pub slope: f32,
}

/// The sums, with dz = dy·f′(z) and z computed anew from x. Lanes from `samples` on do not count; in them dy must be 0.
///
/// # Panics
/// If the lengths differ, or there are more samples than lanes.
#[inline(always)]
pub fn gradient_sums<S: Simd, A: Activation>(
    s: S,
    norm: Norm,
    slope: f32,
    x: &[S::V],
    dy: &[S::V],
    samples: usize,
) -> GradientSums {
    assert!(x.len() == dy.len() && samples <= S::LANES);
    let zero = s.splat(0.0);
    let [mean, scale, shift, slope] = [norm.mean, norm.scale, norm.shift, slope].map(|x| s.splat(x));
    let [total, product, slope] = lane_sums!(s, 3, x.len(), |i, sums| {
        ahead(s, x, i);
        ahead(s, dy, i);
        // SAFETY: i is below the length of both.
        let (x, dy) = unsafe { (at(x, i), at(dy, i)) };
        let centered = s.sub(x, mean);
        let z = s.fma(centered, scale, shift);
        let dz = A::gradient(s, slope, z, dy);
        sums[0] = s.add(sums[0], dz);
        sums[1] = s.fma(dz, centered, sums[1]);
        sums[2] = s.select(s.gt(z, zero), sums[2], s.fma(dy, z, sums[2]));
    });
    let total = sum_lanes(total, samples);
    let product = sum_lanes(product, samples) - finite(f64::from(norm.rest) * total);
    GradientSums { total, product: product * f64::from(norm.inverse), slope: s.sum(slope) }
}

/// d = scale·(dz − means₀ − x̂·means₁), with dz = d·f′(z) and z computed anew from x; 0 in lanes from `samples` on.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn gradient<S: Simd, A: Activation>(
    s: S,
    norm: Norm,
    slope: f32,
    means: [f32; 2],
    x: &[S::V],
    d: &mut [S::V],
    samples: usize,
) {
    assert_eq!(x.len(), d.len());
    let (zero, center) = (s.splat(0.0), s.splat(norm.mean));
    let (scale, shift, leak) = (s.splat(norm.scale), s.splat(norm.shift), s.splat(slope));
    // Of −x̂·means₁ the part of x − mean has a slope, and that of the rest is constant.
    let slope = -means[1] * norm.inverse;
    let constant = means[0] + finite(f64::from(norm.rest) * f64::from(slope)) as f32;
    let (constant, slope) = (s.splat(constant), s.splat(slope));
    let mut ones = [s.splat(0.0)];
    crate::simd::lanes_mut(&mut ones)[..samples].fill(1.0);
    let real = s.gt(ones[0], zero);
    for i in 0..d.len() {
        ahead(s, x, i);
        ahead(s, d, i);
        // SAFETY: i is below the length of both.
        unsafe {
            let centred = s.sub(at(x, i), center);
            let dz = A::gradient(s, leak, s.fma(centred, scale, shift), at(d, i));
            let dx = s.mul(scale, s.fma(centred, slope, s.sub(dz, constant)));
            put(d, i, s.select(real, dx, zero));
        }
    }
}
