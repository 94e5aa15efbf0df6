//! Samples into lanes and back, by transposed squares.

use crate::simd::{Kernel, MAX_LANES, Simd, lanes, lanes_mut, single_lanes};
use crate::tensor::Tensor;

/// Vectors of each sample that are asked for ahead: there are too many samples at once for a processor to see them coming.
const AHEAD: usize = 4;

/// The call of [`pack`].
pub struct Pack<'a, T, V> {
    /// Samples, at most one for each lane.
    pub xs: &'a [T],
    /// A vector for each element.
    pub y: &'a mut [V],
}

impl<S: Simd, T: Tensor> Kernel<S> for Pack<'_, T, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        pack(s, self.xs, self.y);
    }
}

/// The call of [`pack`], which gives what it packed; a single sample is read where it lies, and `y` left as it is.
pub struct PackToRead<'a, T, V> {
    /// Samples, at most one for each lane.
    pub xs: &'a [T],
    /// A vector for each element.
    pub y: &'a mut [V],
}

impl<'a, S: Simd, T: Tensor> Kernel<S> for PackToRead<'a, T, S::V> {
    type Output = &'a [S::V];
    #[inline(always)]
    fn run(self, s: S) -> &'a [S::V] {
        if let (1, [x]) = (S::LANES, self.xs) {
            return single_lanes(x.floats());
        }
        pack(s, self.xs, self.y);
        self.y
    }
}

/// The call of [`unpack`].
pub struct Unpack<'a, T, V> {
    /// A vector for each element.
    pub x: &'a [V],
    /// Samples, at most one for each lane.
    pub ys: &'a mut [T],
}

impl<S: Simd, T: Tensor> Kernel<S> for Unpack<'_, T, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        unpack(s, self.x, self.ys);
    }
}

/// Packs samples, at most one a lane, into a vector for each of their elements. In place of missing samples the first is
/// repeated of which every element is finite: of zeros, a layer might make what is not. If there is none, they are zeros.
///
/// # Panics
/// If there are more samples than lanes, or `y` is not as long as a sample.
#[inline(always)]
pub fn pack<S: Simd, T: Tensor>(s: S, xs: &[T], y: &mut [S::V]) {
    assert!(xs.len() <= S::LANES && y.len() == T::LEN);
    if let (1, [x]) = (S::LANES, xs) {
        lanes_mut(y).copy_from_slice(x.floats());
        return;
    }
    let finite = |x: &&T| x.floats().iter().all(|x| x.is_finite());
    let spare = if xs.len() < S::LANES { xs.iter().find(finite) } else { None };
    let sample = |n: usize| xs.get(n).or(spare);
    let mut square = [s.splat(0.0); MAX_LANES];
    let square = &mut square[..S::LANES];
    let whole = T::LEN / S::LANES * S::LANES;
    for from in (0..whole).step_by(S::LANES) {
        for (n, row) in square.iter_mut().enumerate() {
            *row = match sample(n) {
                Some(x) => {
                    let p = x.floats().as_ptr();
                    s.prefetch(p.wrapping_add(from + AHEAD * S::LANES).cast());
                    // SAFETY: a vector's worth of floats is left of the sample at `from`.
                    unsafe { s.load(p.add(from)) }
                }
                None => s.splat(0.0),
            };
        }
        s.transpose(square);
        y[from..from + S::LANES].copy_from_slice(square);
    }
    let rest = lanes_mut(&mut y[whole..]);
    for (e, element) in rest.chunks_exact_mut(S::LANES).enumerate() {
        for (n, lane) in element.iter_mut().enumerate() {
            *lane = sample(n).map_or(0.0, |x| x.floats()[whole + e]);
        }
    }
}

/// The inverse of [`pack`]: lanes to samples.
///
/// # Panics
/// If there are more samples than lanes, or `x` is not as long as a sample.
#[inline(always)]
pub fn unpack<S: Simd, T: Tensor>(_: S, x: &[S::V], ys: &mut [T]) {
    assert!(ys.len() <= S::LANES && x.len() == T::LEN);
    for (n, y) in ys.iter_mut().enumerate() {
        unpack_lane::<S>(x, n, y.floats_mut());
    }
}

/// One lane of every vector.
#[inline(always)]
pub fn unpack_lane<S: Simd>(x: &[S::V], lane: usize, y: &mut [f32]) {
    for (to, from) in y.iter_mut().zip(lanes(x).chunks_exact(S::LANES)) {
        *to = from[lane];
    }
}
