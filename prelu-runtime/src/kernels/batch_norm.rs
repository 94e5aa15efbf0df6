//! Statistics of a channel, and normalisation by them, with an activation behind it.

use super::pointwise::Activation;
use super::{ahead, at, put};
use crate::simd::{Simd, Vector, lanes};

/// The sum of the first `samples` lanes.
#[inline(always)]
fn sum_lanes<V: Vector>(v: V, samples: usize) -> f64 {
    lanes(&[v])[..samples].iter().map(|&x| f64::from(x)).sum()
}

/// The sum of f(i) over 0..n, in four chains, so that an addition need not wait for the one before it.
#[inline(always)]
fn chains<S: Simd>(s: S, n: usize, f: impl Fn(usize, S::V) -> S::V) -> S::V {
    let mut acc = [s.splat(0.0); 4];
    let whole = n / 4 * 4;
    for i in (0..whole).step_by(4) {
        for k in 0..4 {
            acc[k] = f(i + k, acc[k]);
        }
    }
    for i in whole..n {
        acc[0] = f(i, acc[0]);
    }
    s.add(s.add(acc[0], acc[1]), s.add(acc[2], acc[3]))
}

/// Adds Σx and Σx² of the first `samples` lanes to `sums`. Σx² is found by way of the deviations from the block's own mean,
/// so that rounding is relative to the spread, not to the mean.
///
/// # Panics
/// If there are more samples than lanes, or not two sums.
#[inline(always)]
pub fn moments<S: Simd>(s: S, x: &[S::V], samples: usize, sums: &mut [f64]) {
    assert!(samples <= S::LANES && sums.len() == 2);
    // SAFETY: i is below x's length, here and below.
    let total = sum_lanes(chains(s, x.len(), |i, acc| s.add(acc, unsafe { at(x, i) })), samples);
    let count = (x.len() * samples) as f64;
    let mean = (total / count) as f32;
    let center = s.splat(mean);
    let squares = chains(s, x.len(), |i, acc| {
        // SAFETY: as above.
        let d = s.sub(unsafe { at(x, i) }, center);
        s.fma(d, d, acc)
    });
    let mean = f64::from(mean);
    sums[0] += total;
    sums[1] += sum_lanes(squares, samples) + 2.0 * mean * total - count * mean * mean;
}

/// Normalisation of a channel: x̂ = (x − mean)·inverse and z = (x − mean)·scale + shift.
#[derive(Clone, Copy, Debug)]
pub struct Norm {
    /// The mean.
    pub mean: f32,
    /// One over the standard deviation.
    pub inverse: f32,
    /// γ times that.
    pub scale: f32,
    /// β.
    pub shift: f32,
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
    // Four chains each, so that an addition need not wait for the one before it.
    let mut chains = [Terms::zero(s); 4];
    let terms = [s.splat(norm.mean), s.splat(norm.scale), s.splat(norm.shift), s.splat(slope)];
    let whole = x.len() / 4 * 4;
    for i in (0..whole).step_by(4) {
        for k in 0..4 {
            ahead(s, x, i + k);
            ahead(s, dy, i + k);
            // SAFETY: i + k is below the length of both.
            chains[k].add::<A>(s, terms, unsafe { at(x, i + k) }, unsafe { at(dy, i + k) });
        }
    }
    for i in whole..x.len() {
        // SAFETY: i is below the length of both.
        chains[0].add::<A>(s, terms, unsafe { at(x, i) }, unsafe { at(dy, i) });
    }
    let [a, b, c, d] = chains;
    let sum = a.plus(s, b).plus(s, c.plus(s, d));
    GradientSums {
        total: sum_lanes(sum.total, samples),
        product: sum_lanes(sum.product, samples) * f64::from(norm.inverse),
        slope: s.sum(sum.slope),
    }
}

/// [`GradientSums`] of each lane; the product is with x − mean in place of x̂.
#[derive(Clone, Copy)]
struct Terms<V> {
    total: V,
    product: V,
    slope: V,
}

impl<V: Copy> Terms<V> {
    #[inline(always)]
    fn zero<S: Simd<V = V>>(s: S) -> Self {
        Self { total: s.splat(0.0), product: s.splat(0.0), slope: s.splat(0.0) }
    }

    #[inline(always)]
    fn plus(self, s: impl Simd<V = V>, other: Self) -> Self {
        Self {
            total: s.add(self.total, other.total),
            product: s.add(self.product, other.product),
            slope: s.add(self.slope, other.slope),
        }
    }

    #[inline(always)]
    fn add<A: Activation>(&mut self, s: impl Simd<V = V>, [mean, scale, shift, slope]: [V; 4], x: V, dy: V) {
        let (zero, centred) = (s.splat(0.0), s.sub(x, mean));
        let z = s.fma(centred, scale, shift);
        let dz = A::gradient(s, slope, z, dy);
        self.total = s.add(self.total, dz);
        self.product = s.fma(dz, centred, self.product);
        self.slope = s.fma(dy, s.select(s.gt(z, zero), zero, z), self.slope);
    }
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
    let (constant, slope) = (s.splat(means[0]), s.splat(-means[1] * norm.inverse));
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
