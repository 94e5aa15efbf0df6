//! Functions of single elements.

use super::{at, put};
use crate::simd::Simd;

/// y = f(x).
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn map<V: Copy>(x: &[V], y: &mut [V], f: impl Fn(V) -> V) {
    assert_eq!(x.len(), y.len());
    for (y, &x) in y.iter_mut().zip(x) {
        *y = f(x);
    }
}

/// d = f(x, d), in place.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn map_gradient<V: Copy>(x: &[V], d: &mut [V], f: impl Fn(V, V) -> V) {
    assert_eq!(x.len(), d.len());
    for (d, &x) in d.iter_mut().zip(x) {
        *d = f(x, *d);
    }
}

/// y = x where x > 0, else a·x: He et al. 2015, equation 1. Neighbouring runs of elements share a slope: all of them,
/// those of a channel, or single ones.
///
/// # Panics
/// If the elements cannot be divided among the slopes.
#[inline(always)]
pub fn prelu<S: Simd>(s: S, slopes: &[f32], x: &[S::V], y: &mut [S::V]) {
    assert!(x.len() == y.len() && x.len() % slopes.len() == 0);
    let run = x.len() / slopes.len();
    for ((x, y), &slope) in x.chunks_exact(run).zip(y.chunks_exact_mut(run)).zip(slopes) {
        let slope = s.splat(slope);
        map(x, y, |x| leak(s, slope, x));
    }
}

/// [`prelu`] in place.
///
/// # Panics
/// If the elements cannot be divided among the slopes.
#[inline(always)]
pub fn prelu_in_place<S: Simd>(s: S, slopes: &[f32], x: &mut [S::V]) {
    assert!(x.len() % slopes.len() == 0);
    let run = x.len() / slopes.len();
    for (x, &slope) in x.chunks_exact_mut(run).zip(slopes) {
        let slope = s.splat(slope);
        for x in x {
            *x = leak(s, slope, *x);
        }
    }
}

/// x where x > 0, else a·x.
#[inline(always)]
pub fn leak<S: Simd>(s: S, slope: S::V, x: S::V) -> S::V {
    s.select(s.gt(x, s.splat(0.0)), x, s.mul(slope, x))
}

/// The gradient of [`prelu`], in place: d becomes d where x > 0, else a·d; and da += Σ d·x over the x that are not
/// positive (He et al. 2015, equations 2 and 3).
///
/// # Panics
/// If the elements cannot be divided among the slopes.
#[inline(always)]
pub fn prelu_backward<S: Simd>(s: S, slopes: &[f32], x: &[S::V], d: &mut [S::V], da: &mut [f32]) {
    assert!(x.len() == d.len() && da.len() == slopes.len() && x.len() % slopes.len() == 0);
    let (run, zero) = (x.len() / slopes.len(), s.splat(0.0));
    for (k, (x, d)) in x.chunks_exact(run).zip(d.chunks_exact_mut(run)).enumerate() {
        let slope = s.splat(slopes[k]);
        let mut acc = [zero; 4];
        for i in 0..run {
            // SAFETY: i is below `run`, the length of both.
            let (x, dy) = unsafe { (at(x, i), at(d, i)) };
            let positive = s.gt(x, zero);
            acc[i % 4] = s.fma(dy, s.select(positive, zero, x), acc[i % 4]);
            // SAFETY: as above.
            unsafe { put(d, i, s.select(positive, dy, s.mul(slope, dy))) };
        }
        da[k] += s.sum(s.add(s.add(acc[0], acc[1]), s.add(acc[2], acc[3])));
    }
}

/// Adds to `counts`, for each slope, how many of its inputs are negative, in the first `samples` lanes.
///
/// # Panics
/// If the elements cannot be divided among the counts.
#[inline(always)]
pub fn count_negative<S: Simd>(x: &[S::V], samples: usize, counts: &mut [f32]) {
    assert!(x.len() % counts.len() == 0);
    let run = x.len() / counts.len();
    for (x, count) in crate::simd::lanes(x).chunks_exact(run * S::LANES).zip(counts) {
        let negative = x.chunks_exact(S::LANES).flat_map(|v| &v[..samples]).filter(|&&x| x < 0.0).count();
        *count += negative as f32;
    }
}
