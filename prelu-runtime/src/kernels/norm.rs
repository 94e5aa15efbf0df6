//! Normalisation of a sample over all of its elements, with a weight and a bias for each: with x̂ = (x − μ)/√(σ² + ε),
//!
//! - forward: y = w·x̂ + b
//! - backward-weight: dw = Σ dy·x̂ and db = Σ dy, summed over lanes
//! - backward-input: dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε), where g = w·dy
//!
//! (Ba et al. 2016, equation 3, and its derivative.) A first pass gives a center c near the mean, a second the sums of x − c
//! and its square: μ = c + mean(x − c) and σ² = mean((x − c)²) − mean(x − c)². Both differences are small, so that rounding is
//! relative to the spread of x and not to its mean.

use super::reduction::lane_sums;
use super::{at, put};
use crate::math;
use crate::simd::{Simd, lanes_mut};

/// μ and 1/√(σ² + ε) of each lane's sample.
///
/// # Panics
/// If there is no element.
#[inline(always)]
pub fn statistics<S: Simd>(s: S, eps: f32, x: &[S::V]) -> [S::V; 2] {
    assert!(!x.is_empty());
    let count = s.splat(x.len() as f32);
    let [sum] = lane_sums!(s, 1, x.len(), |i, sums| {
        // SAFETY: i is below the length.
        sums[0] = s.add(sums[0], unsafe { at(x, i) });
    });
    let center = s.div(sum, count);
    let [sum, squares] = lane_sums!(s, 2, x.len(), |i, sums| {
        // SAFETY: as above.
        let off = s.sub(unsafe { at(x, i) }, center);
        sums[0] = s.add(sums[0], off);
        sums[1] = s.fma(off, off, sums[1]);
    });
    let off = s.div(sum, count);
    let mut scale = [s.sub(s.div(squares, count), s.mul(off, off))];
    for lane in lanes_mut(&mut scale) {
        // Rounding may leave a variance of 0 below it; a NaN stays.
        let variance = if *lane < 0.0 { 0.0 } else { f64::from(*lane) };
        *lane = (1.0 / math::sqrt(variance + f64::from(eps))) as f32;
    }
    [s.add(center, off), scale[0]]
}

/// x̂ of one element.
#[inline(always)]
fn normalised<S: Simd>(s: S, [mean, scale]: [S::V; 2], x: S::V) -> S::V {
    s.mul(s.sub(x, mean), scale)
}

/// x, made y in place.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn forward<S: Simd>(s: S, statistics: [S::V; 2], w: &[f32], b: &[f32], x: &mut [S::V]) {
    assert!(w.len() == x.len() && b.len() == x.len());
    for ((x, &w), &b) in x.iter_mut().zip(w).zip(b) {
        *x = s.fma(normalised(s, statistics, *x), s.splat(w), s.splat(b));
    }
}

/// Adds to dw and db the sums over the block's samples.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn backward_weight<S: Simd>(s: S, statistics: [S::V; 2], x: &[S::V], dy: &[S::V], dw: &mut [f32], db: &mut [f32]) {
    assert!(dy.len() == x.len() && dw.len() == x.len() && db.len() == x.len());
    for i in 0..x.len() {
        // SAFETY: i is below the length of all four.
        unsafe {
            let d = at(dy, i);
            let product = s.mul(d, normalised(s, statistics, at(x, i)));
            put(dw, i, at(dw, i) + s.sum(product));
            put(db, i, at(db, i) + s.sum(d));
        }
    }
}

/// dy, made dx in place.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn backward_input<S: Simd>(s: S, statistics: [S::V; 2], x: &[S::V], w: &[f32], d: &mut [S::V]) {
    assert!(w.len() == x.len() && d.len() == x.len());
    let count = s.splat(x.len() as f32);
    let sums = lane_sums!(s, 2, x.len(), |i, sums| {
        // SAFETY: i is below the length of all three.
        let (x, g) = unsafe { (at(x, i), s.mul(at(d, i), s.splat(at(w, i)))) };
        // SAFETY: as above.
        unsafe { put(d, i, g) };
        sums[0] = s.add(sums[0], g);
        sums[1] = s.fma(g, normalised(s, statistics, x), sums[1]);
    });
    let [mean, slope] = sums.map(|sum| s.div(sum, count));
    for (d, &x) in d.iter_mut().zip(x) {
        let along = s.mul(slope, normalised(s, statistics, x));
        *d = s.mul(s.sub(s.sub(*d, mean), along), statistics[1]);
    }
}

#[cfg(test)]
mod tests {
    use crate::rng::Stream;
    use crate::simd::{Level, Program, Simd, dispatch, lanes, lanes_mut};

    /// The statistics of the first lane.
    struct Statistics<'a>(&'a [f32]);
    impl Program for Statistics<'_> {
        type Output = [f64; 2];
        fn run<S: Simd>(self, s: S) -> [f64; 2] {
            let mut x = vec![s.splat(0.0); self.0.len()];
            for (lane, &value) in lanes_mut(&mut x).iter_mut().step_by(S::LANES).zip(self.0) {
                *lane = value;
            }
            super::statistics(s, 1e-5, &x).map(|v| f64::from(lanes(&[v])[0]))
        }
    }

    #[test]
    fn large_samples_far_from_zero_keep_their_precision() {
        let x: Vec<f32> = (0..100_003).map(|i| 100.0 + Stream::new(1).uniform(i)).collect();
        let n = x.len() as f64;
        let mean = x.iter().copied().map(f64::from).sum::<f64>() / n;
        let variance = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / n;
        let scale = 1.0 / (variance + 1e-5).sqrt();
        for level in Level::available() {
            let [got, got_scale] = dispatch(level, Statistics(&x));
            assert!((got / mean - 1.0).abs() < 1e-6, "{level}: mean {got}, not {mean}");
            assert!((got_scale / scale - 1.0).abs() < 1e-5, "{level}: scale {got_scale}, not {scale}");
        }
    }
}
