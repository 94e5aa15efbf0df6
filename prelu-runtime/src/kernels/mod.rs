//! The arithmetic: each kernel once, generic over the vector, with shapes as constants.
//!
//! Activations of a block are slices of vectors, `[C][H][W]`, a sample in each lane. Weights are slices of floats in
//! PyTorch's layout, broadcast one at a time. A register tile is a few outputs × a few pixels of accumulators; its size
//! is a type, chosen where the net is expanded. Lengths are asserted once on entry; inside, indices are not checked.

pub mod batch_norm;
pub mod conv;
pub mod conv_pool;
pub mod epilogue;
pub mod linear;
mod minimal;
pub mod norm;
pub mod pack;
pub mod pointwise;
pub mod pooling;
pub(crate) mod reduction;
mod samples;
pub mod single;
pub mod winograd;

use crate::simd::Simd;

/// `x[i]`, unchecked in release builds.
///
/// # Safety
/// `i < x.len()`.
#[inline(always)]
unsafe fn at<T: Copy>(x: &[T], i: usize) -> T {
    // SAFETY: by the contract above.
    unsafe { *x.get_unchecked(i) }
}

/// Bytes that a pass over memory asks for before it reads them. Processors see such passes coming, but not over the ends of
/// small pages, and not so many at once as kernels have.
const AHEAD: usize = 2560;

/// Asks for what a pass over x reads a little later than `x[i]`, once for each line of the cache.
#[inline(always)]
fn ahead<S: Simd>(s: S, x: &[S::V], i: usize) {
    if (i * size_of::<S::V>()).is_multiple_of(64) {
        s.prefetch(x.as_ptr().wrapping_add(i).wrapping_byte_add(AHEAD));
    }
}

/// `x[i] = v`, unchecked in release builds.
///
/// # Safety
/// `i < x.len()`.
#[inline(always)]
unsafe fn put<T>(x: &mut [T], i: usize, v: T) {
    // SAFETY: by the contract above.
    unsafe { *x.get_unchecked_mut(i) = v }
}

/// How often a loop is to turn, unknown to the compiler, which would dissolve one of few turns: into an order of its own, that
/// takes more registers than there are, or into much code.
#[inline(always)]
fn opaque(turns: usize) -> usize {
    core::hint::black_box(turns)
}

/// The sum over all vectors and lanes.
#[inline(always)]
pub fn sum<S: Simd>(s: S, x: &[S::V]) -> f32 {
    let [sum] = reduction::lane_sums!(s, 1, x.len(), |i, sums| {
        // SAFETY: i is below the length.
        sums[0] = s.add(sums[0], unsafe { at(x, i) });
    });
    s.sum(sum)
}
