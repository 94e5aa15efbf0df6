//! Statistics of a channel, and normalisation by them.

use super::{at, put};
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

/// y = (x − mean)·scale + shift.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn normalise<S: Simd>(s: S, x: &[S::V], y: &mut [S::V], mean: f32, scale: f32, shift: f32) {
    let (mean, scale, shift) = (s.splat(mean), s.splat(scale), s.splat(shift));
    super::pointwise::map(x, y, |x| s.fma(s.sub(x, mean), scale, shift));
}

/// [`normalise`] in place.
#[inline(always)]
pub fn normalise_in_place<S: Simd>(s: S, x: &mut [S::V], mean: f32, scale: f32, shift: f32) {
    let (mean, scale, shift) = (s.splat(mean), s.splat(scale), s.splat(shift));
    for x in x {
        *x = s.fma(s.sub(*x, mean), scale, shift);
    }
}

/// Σdy and Σdy·(x − mean)·inverse over the first `samples` lanes.
///
/// # Panics
/// If the lengths differ, or there are more samples than lanes.
#[inline(always)]
pub fn gradient_sums<S: Simd>(s: S, x: &[S::V], dy: &[S::V], mean: f32, inverse: f32, samples: usize) -> [f64; 2] {
    assert!(x.len() == dy.len() && samples <= S::LANES);
    let center = s.splat(mean);
    // SAFETY: i is below the length of both, here and below.
    let total = chains(s, dy.len(), |i, acc| s.add(acc, unsafe { at(dy, i) }));
    let product = chains(s, dy.len(), |i, acc| {
        // SAFETY: as above.
        let (x, dy) = unsafe { (at(x, i), at(dy, i)) };
        s.fma(dy, s.sub(x, center), acc)
    });
    [sum_lanes(total, samples), sum_lanes(product, samples) * f64::from(inverse)]
}

/// d = scale·(d − means₀ − x̂·means₁), with x̂ = (x − mean)·inverse; 0 in lanes from `samples` on.
///
/// # Panics
/// If the lengths differ.
#[expect(clippy::too_many_arguments, reason = "the terms of one formula")]
#[inline(always)]
pub fn gradient<S: Simd>(
    s: S,
    x: &[S::V],
    d: &mut [S::V],
    mean: f32,
    inverse: f32,
    scale: f32,
    means: [f32; 2],
    samples: usize,
) {
    assert_eq!(x.len(), d.len());
    let (zero, center, scale) = (s.splat(0.0), s.splat(mean), s.splat(scale));
    let (constant, slope) = (s.splat(means[0]), s.splat(-means[1] * inverse));
    let mut ones = [s.splat(0.0)];
    crate::simd::lanes_mut(&mut ones)[..samples].fill(1.0);
    let real = s.gt(ones[0], zero);
    for i in 0..d.len() {
        // SAFETY: i is below the length of both.
        unsafe {
            let centred = s.fma(s.sub(at(x, i), center), slope, s.sub(at(d, i), constant));
            put(d, i, s.select(real, s.mul(scale, centred), zero));
        }
    }
}
