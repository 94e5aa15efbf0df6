//! Normalisation of a sample over all of its elements, with a weight and a bias for each: with x̂ = (x − μ)/√(σ² + ε),
//!
//! - forward: y = w·x̂ + b
//! - backward-weight: dw = Σ dy·x̂ and db = Σ dy, summed over lanes
//! - backward-input: dx = (g − mean(g) − x̂·mean(g·x̂))/√(σ² + ε), where g = w·dy
//!
//! (Ba et al. 2016, equation 3, and its derivative.) The variance σ² is the mean of (x − μ)², taken in a pass after that
//! of μ: the difference of two large sums would cancel.

use super::reduction::lane_sum;
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
    let share = s.splat(1.0 / x.len() as f32);
    // SAFETY: i is below the length, here and below.
    let mean = s.mul(lane_sum!(s, x.len(), i => unsafe { at(x, i) }), share);
    let variance = lane_sum!(s, x.len(), i => {
        // SAFETY: as above.
        let off = s.sub(unsafe { at(x, i) }, mean);
        s.mul(off, off)
    });
    let mut scale = [s.mul(variance, share)];
    for lane in lanes_mut(&mut scale) {
        *lane = (1.0 / math::sqrt(f64::from(*lane) + f64::from(eps))) as f32;
    }
    [mean, scale[0]]
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
    let share = s.splat(1.0 / x.len() as f32);
    for (d, &w) in d.iter_mut().zip(w) {
        *d = s.mul(*d, s.splat(w));
    }
    // SAFETY: i is below the length of both, here and below.
    let mean = s.mul(lane_sum!(s, x.len(), i => unsafe { at(d, i) }), share);
    let slope = lane_sum!(s, x.len(), i => {
        // SAFETY: as above.
        let (x, d) = unsafe { (at(x, i), at(d, i)) };
        s.mul(d, normalised(s, statistics, x))
    });
    let slope = s.mul(slope, share);
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
