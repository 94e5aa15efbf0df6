//! Functions of single elements.

use super::reduction::lane_sums;
use super::{ahead, at, put};
use crate::simd::Simd;

/// y = f(x).
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn map<S: Simd>(s: S, x: &[S::V], y: &mut [S::V], f: impl Fn(S::V) -> S::V) {
    assert_eq!(x.len(), y.len());
    for i in 0..x.len() {
        ahead(s, x, i);
        // SAFETY: i is below the length of both.
        unsafe { put(y, i, f(at(x, i))) };
    }
}

/// d = f(x, d), in place.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn map_gradient<S: Simd>(s: S, x: &[S::V], d: &mut [S::V], f: impl Fn(S::V, S::V) -> S::V) {
    assert_eq!(x.len(), d.len());
    for i in 0..x.len() {
        ahead(s, x, i);
        ahead(s, d, i);
        // SAFETY: i is below the length of both.
        unsafe { put(d, i, f(at(x, i), at(d, i))) };
    }
}

/// y = a + b.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn add<S: Simd>(s: S, a: &[S::V], b: &[S::V], y: &mut [S::V]) {
    assert!(a.len() == y.len() && b.len() == y.len());
    for i in 0..y.len() {
        ahead(s, a, i);
        ahead(s, b, i);
        // SAFETY: i is below the length of all three.
        unsafe { put(y, i, s.add(at(a, i), at(b, i))) };
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
        map(s, x, y, |x| leak(s, slope, x));
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

/// [`leak`] for a slope above 0 and at most 1: the larger of x and a·x. (Zero times infinity is none of them.)
#[inline(always)]
pub fn gentle_leak<S: Simd>(s: S, slope: S::V, x: S::V) -> S::V {
    s.max(x, s.mul(slope, x))
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
        let [sum] = lane_sums!(s, 1, run, |i, sums| {
            ahead(s, x, i);
            ahead(s, d, i);
            // SAFETY: i is below `run`, the length of both.
            let (x, dy) = unsafe { (at(x, i), at(d, i)) };
            let positive = s.gt(x, zero);
            sums[0] = s.select(positive, sums[0], s.fma(dy, x, sums[0]));
            // SAFETY: as above.
            unsafe { put(d, i, s.select(positive, dy, s.mul(slope, dy))) };
        });
        da[k] += s.sum(sum);
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

/// A function of each element with a slope for negative z, which may depend on the channel: what is fused with a
/// convolution.
pub trait Activation: Copy {
    /// What it is, whatever its slopes: what is fused by this shares code.
    type Function: Function;
    /// What the gradient of the slopes is added to.
    type Gradient;
    /// The slope of a channel.
    fn slope(self, channel: usize) -> f32;
    /// Whether f(z) is never smaller for a larger z: then the largest f(z) is f of the largest z, but for the sign of a zero.
    #[inline(always)]
    fn increases(self, channel: usize) -> bool {
        let slope = self.slope(channel);
        slope > 0.0 && slope < f32::INFINITY
    }
    /// f(z).
    fn value<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V;
    /// The same for a slope above 0 and at most 1, in fewer operations if there is a way.
    #[inline(always)]
    fn value_of_gentle<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V {
        Self::value(s, slope, z)
    }
    /// d · f′(z).
    fn gradient<S: Simd>(s: S, slope: S::V, z: S::V, d: S::V) -> S::V;
    /// Whether equal f(z) of different z have equal gradients: then a pool may compare z in place of f(z), and take another
    /// winner where f rounds both to the same number.
    const TIES_ARE_EQUAL: bool;
    /// Whether all channels share a slope that is learned.
    const SHARED: bool;
    /// Adds Σ d·z, over the z that are not positive, to the gradient of a channel's slope.
    fn learn(gradient: &mut Self::Gradient, channel: usize, sum: f32);
}

/// The gradient of slopes while channels add to it: for a slope that all share in `f64`, so that many channels lose no digits.
pub(crate) struct Slopes<'a, A: Activation> {
    gradient: &'a mut A::Gradient,
    shared: f64,
}

impl<'a, A: Activation> Slopes<'a, A> {
    #[inline(always)]
    pub(crate) fn new(gradient: &'a mut A::Gradient) -> Self {
        Self { gradient, shared: 0.0 }
    }

    /// Adds the sum of a channel; see [`Activation::learn`].
    #[inline(always)]
    pub(crate) fn add(&mut self, channel: usize, sum: f32) {
        if A::SHARED {
            self.shared += f64::from(sum);
        } else {
            A::learn(self.gradient, channel, sum);
        }
    }

    /// After the last channel.
    #[inline(always)]
    pub(crate) fn finish(self) {
        if A::SHARED {
            A::learn(self.gradient, 0, self.shared as f32);
        }
    }
}

/// A function of an element and a slope for those that are not positive.
pub trait Function: Copy + Send + Sync + 'static {
    /// f(z).
    fn value<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V;
}

/// [`leak`].
#[derive(Clone, Copy, Debug)]
pub struct Leak;

impl Function for Leak {
    #[inline(always)]
    fn value<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V {
        leak(s, slope, z)
    }
}

/// The activation that is none: f(z) = z.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Activation for Nothing {
    type Function = Leak;
    type Gradient = ();
    const TIES_ARE_EQUAL: bool = true;
    const SHARED: bool = false;
    #[inline(always)]
    fn slope(self, _: usize) -> f32 {
        1.0
    }
    #[inline(always)]
    fn value<S: Simd>(_: S, _: S::V, z: S::V) -> S::V {
        z
    }
    #[inline(always)]
    fn gradient<S: Simd>(_: S, _: S::V, _: S::V, d: S::V) -> S::V {
        d
    }
    #[inline(always)]
    fn learn((): &mut (), _: usize, _: f32) {}
}

/// d = d · f′(z), in place, for the elements of a channel; gives Σ of what d becomes, and Σ d·z over the z that are not
/// positive, of d as it was.
///
/// # Panics
/// If the lengths differ.
#[inline(always)]
pub fn activation_backward<S: Simd, A: Activation>(s: S, slope: f32, z: &[S::V], d: &mut [S::V]) -> [f32; 2] {
    assert_eq!(z.len(), d.len());
    let (slope, zero) = (s.splat(slope), s.splat(0.0));
    let sums = lane_sums!(s, 2, z.len(), |i, sums| {
        // SAFETY: i is below the length of both.
        let (z, dy) = unsafe { (at(z, i), at(d, i)) };
        let dz = A::gradient(s, slope, z, dy);
        sums[0] = s.add(sums[0], dz);
        sums[1] = s.select(s.gt(z, zero), sums[1], s.fma(dy, z, sums[1]));
        // SAFETY: as above.
        unsafe { put(d, i, dz) };
    });
    sums.map(|sum| s.sum(sum))
}
