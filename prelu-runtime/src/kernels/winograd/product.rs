//! The products of matrices, one for each point, that forward and backward-input come down to.

use super::super::{at, put};
use crate::simd::Simd;

/// Most output channels of a register tile: the products of all points are to stay in the first cache until they are brought
/// together.
pub(super) const CHANNELS: usize = 8;

/// What is multiplied: filters `[O][C]` and tiles `[C][tile]`.
pub(super) trait Tiling {
    /// Points of a tile.
    const POINTS: usize;
    /// Channels that are summed over.
    const C: usize;
    /// Channels of the product.
    const O: usize;
    /// Vectors of tiles of a chunk: what is made of them, and of it, is to stay in the second cache.
    const CHUNK: usize;
    /// From point to point of a chunk's tiles, and of its products; one more than there are, for powers of two would meet in
    /// the same lines of the cache.
    const V: usize = apart(Self::C, Self::CHUNK);
    /// From point to point of the products of a few channels; see [`V`](Self::V).
    const M: usize = apart(few(Self::O), Self::CHUNK);
    /// Vectors of all points' tiles and products.
    const TEMPORARY: usize = temporary(Self::POINTS, Self::C, Self::O, Self::CHUNK);
}

const fn apart(channels: usize, chunk: usize) -> usize {
    channels * chunk + 1
}

const fn few(channels: usize) -> usize {
    if channels < CHANNELS { channels } else { CHANNELS }
}

/// [`Tiling::TEMPORARY`].
pub(super) const fn temporary(points: usize, channels: usize, outputs: usize, chunk: usize) -> usize {
    points * (apart(channels, chunk) + apart(few(outputs), chunk))
}

/// Transformed filters, and the distances from point to point, output to output, and input to input channel.
#[derive(Clone, Copy)]
pub(super) struct Filters<'a> {
    pub(super) u: &'a [f32],
    pub(super) point: usize,
    pub(super) output: usize,
    pub(super) input: usize,
}

impl Filters<'_> {
    /// # Panics
    /// If there are fewer filters than channels of the tiling ask for.
    #[inline(always)]
    pub(super) fn check<I: Tiling>(&self) {
        assert!((I::POINTS - 1) * self.point + (I::O - 1) * self.output + (I::C - 1) * self.input < self.u.len());
    }
}

/// m = u · v at every point, for output channels `o..o + O` and the first `count` vectors of tiles of the chunk: v is
/// `[point][C][tile]`, m `[point][O][tile]`.
///
/// # Safety
/// The filters were [checked](Filters::check), v and m are [`Tiling::V`] and [`Tiling::M`] times [`Tiling::POINTS`] long, the channels
/// exist, and `count` is at most the chunk.
#[inline(always)]
pub(super) unsafe fn multiply<S: Simd, I: Tiling, const O: usize, const T: usize>(
    s: S,
    filters: Filters<'_>,
    v: &[S::V],
    m: &mut [S::V],
    o: usize,
    count: usize,
) {
    const { assert!(O <= CHANNELS) };
    for point in 0..I::POINTS {
        // SAFETY: by the contract above.
        unsafe { products::<S, I, O, T>(s, filters, v, m, point, o, count) };
    }
}

/// [`multiply`] at a point.
///
/// # Safety
/// As for [`multiply`]; the point exists.
#[inline(always)]
unsafe fn products<S: Simd, I: Tiling, const O: usize, const T: usize>(
    s: S,
    filters: Filters<'_>,
    v: &[S::V],
    m: &mut [S::V],
    point: usize,
    o: usize,
    count: usize,
) {
    let mut n = 0;
    // SAFETY: by the contract above, and n + the width of the tile ≤ count.
    unsafe {
        while n + T <= count {
            product::<S, I, O, T>(s, filters, v, m, point, o, n);
            n += T;
        }
        if T > 2 && n + 2 <= count {
            product::<S, I, O, 2>(s, filters, v, m, point, o, n);
            n += 2;
        }
        while n < count {
            product::<S, I, O, 1>(s, filters, v, m, point, o, n);
            n += 1;
        }
    }
}

/// [`products`] of tiles `n..n + T`.
///
/// # Safety
/// As for [`products`].
#[inline(always)]
unsafe fn product<S: Simd, I: Tiling, const O: usize, const T: usize>(
    s: S,
    filters: Filters<'_>,
    v: &[S::V],
    m: &mut [S::V],
    point: usize,
    o: usize,
    n: usize,
) {
    let mut acc = [[s.splat(0.0); T]; O];
    for c in 0..I::C {
        let mut tiles = [s.splat(0.0); T];
        for t in 0..T {
            // SAFETY: point, channel and tile are inside the chunk.
            tiles[t] = unsafe { at(v, point * I::V + c * I::CHUNK + n + t) };
        }
        for k in 0..O {
            let index = point * filters.point + (o + k) * filters.output + c * filters.input;
            // SAFETY: point and channels are inside the filters.
            let u = s.splat(unsafe { at(filters.u, index) });
            for t in 0..T {
                acc[k][t] = s.fma(tiles[t], u, acc[k][t]);
            }
        }
    }
    for k in 0..O {
        for t in 0..T {
            // SAFETY: point, channel and tile are inside the chunk.
            unsafe { put(m, point * I::M + k * I::CHUNK + n + t, acc[k][t]) };
        }
    }
}
