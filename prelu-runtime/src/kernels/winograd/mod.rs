//! Convolution of a block with 3 × 3 kernels and stride 1 by minimal filtering (Lavin & Gray 2016, after Winograd 1980): tiles
//! of M × M outputs from N × N inputs, with N² multiply-adds: 2 × 2 outputs take 16 where plain convolution takes 36, and 4 × 4
//! take 36 for 144. Which takes fewer operations is known when a net is expanded; without fused multiply-adds, tiles are of
//! 2 × 2. The maps along an axis are in `kernels::minimal`.
//!
//! - forward: Y = Aᵀ\[(G g Gᵀ) ⊙ (Bᵀ d B)\]A (their equation 8), summed over input channels before A. For each of the N² points
//!   that is a product of matrices: filters `[O][C]` and tiles `[C][T]`
//! - backward-input is forward of dy, with filters turned by 180° and their channels exchanged
//! - backward-weight: dg = Gᵀ\[(A dY Aᵀ) ⊙ (Bᵀ d B)\]G. The sum is over tiles and samples, and so the lanes are input channels:
//!   `[O][T·samples]` and `[T·samples][C]`
//!
//! Tiles go through in chunks that stay in the cache. Results differ from plain convolution's by rounding: of 16 and 64 channels,
//! sums were 2.2 and 1.7 times as far from exact ones as plain sums in order with tiles of 4 × 4 (with the usual points, 0, ±1,
//! ±2 and ∞, 4.6 and 3.7 times), and nearer than these with 2 × 2. A number that is not finite makes not only the outputs that
//! depend on it not finite, but all of their tile.

mod image;
mod product;
mod single;
#[cfg(test)]
mod tests;
mod weight;

use core::ops::Range;

use super::conv::{Geometry, Method, Tiles};
use super::epilogue::Epilogue;
use super::minimal::{Maps, Points};
use super::pointwise::Nothing;
use super::put;
use crate::simd::{MAX_LANES, Simd, lanes, lanes_mut};

/// Tiles of `M` × `M` outputs from `N` × `N` inputs, and register tiles for the matrix products of a chunk: `FO` output channels forward, `XC` input channels in
/// backward-input, each × `T` tiles, and `WO` output channels in backward-weight; `FR`, `XR` and `WR` channels are left.
/// `D` is for a single sample that fills too few tiles.
pub struct Winograd<
    D,
    const M: usize,
    const N: usize,
    const FO: usize,
    const FR: usize,
    const XC: usize,
    const XR: usize,
    const WO: usize,
    const WR: usize,
    const T: usize,
>(D);

/// Derived constants of a geometry.
struct Of<G>(G);

impl<G: Geometry> Of<G> {
    const C: usize = G::INPUT[0];
    const O: usize = G::OUTPUT[0];

    const fn check() {
        assert!(G::KERNEL[0] == 3 && G::KERNEL[1] == 3 && G::STRIDE[0] == 1 && G::STRIDE[1] == 1);
        assert!(G::DILATION[0] == 1 && G::DILATION[1] == 1 && G::GROUPS == 1);
        assert!(G::PADDING[0] <= 2 && G::PADDING[1] <= 2);
    }

    /// Vectors whose lanes are input channels.
    const fn vectors(lanes: usize) -> usize {
        Self::C.div_ceil(lanes)
    }

    /// Vectors from point to point of transformed filters; one more than there are, for powers of two would meet in the same
    /// lines of the cache.
    const fn point(lanes: usize) -> usize {
        Self::point_of(lanes, Self::O)
    }

    /// [`point`](Self::point) of the filters of so many output channels.
    const fn point_of(lanes: usize, outputs: usize) -> usize {
        outputs * Self::vectors(lanes) + 1
    }

    /// Vectors of transformed filters, at `n` × `n` points.
    const fn filters(lanes: usize, n: usize) -> usize {
        n * n * Self::point(lanes)
    }
}

/// Vectors that tiles of `n` × `n` inputs need as a temporary, where register tiles are `t` of them wide.
const fn temporary_of<G: Geometry>(lanes: usize, n: usize, t: usize) -> usize {
    let images = [image::temporary::<image::Ahead<G>>(n, t), image::temporary::<image::Back<G>>(n, t)];
    let images = Of::<G>::filters(lanes, n) + if images[0] > images[1] { images[0] } else { images[1] };
    let weight = weight::temporary::<G>(lanes, n);
    if images > weight { images } else { weight }
}

/// Vectors that tiles of `n` × `n` inputs need as a temporary, `t` of them at a time, whether a level multiplies and adds at once
/// or not.
pub const fn temporary<G: Geometry>(lanes: usize, n: usize, t: usize) -> usize {
    let vectors = [temporary_of::<G>(lanes, n, t), temporary_of::<G>(lanes, PLAIN[1], t)];
    if vectors[0] > vectors[1] { vectors[0] } else { vectors[1] }
}

/// Outputs and inputs of a tile along an axis, for levels without fused multiply-adds.
const PLAIN: [usize; 2] = [2, 4];

#[rustfmt::skip] // The constants of a tile stand on a line.
impl<
    D: Tiles, const M: usize, const N: usize,
    const FO: usize, const FR: usize, const XC: usize, const XR: usize,
    const WO: usize, const WR: usize, const T: usize,
> Tiles for Winograd<D, M, N, FO, FR, XC, XR, WO, WR, T> where Points<N>: Maps<N> {
    const METHOD: Method = Method::Minimal { side: N, tiles: T };

    #[inline(always)]
    fn forward<S: Simd, G: Geometry, E: Epilogue>(
        s: S, x: &[S::V], w: &[f32], b: &[f32], then: E, y: &mut [S::V], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(FR == Of::<G>::O % FO && N == M + 2) };
        if const { S::FUSED } {
            forward::<S, G, E, M, N, FO, FR, T>(s, x, w, b, then, y, temporary);
        } else {
            forward::<S, G, E, { PLAIN[0] }, { PLAIN[1] }, FO, FR, T>(s, x, w, b, then, y, temporary);
        }
    }

    #[inline(always)]
    fn single<S: Simd, G: Geometry, E: Epilogue>(
        s: S, x: &[f32], w: &[f32], b: &[f32], then: E, y: &mut [f32], temporary: &mut [f32],
    ) {
        if const { single::pays::<S::V, G>() } {
            single::forward::<S, G, E, FO, FR>(s, x, w, b, then, y, temporary);
        } else {
            D::single::<S, G, E>(s, x, w, b, then, y, temporary);
        }
    }

    #[inline(always)]
    fn backward_input<S: Simd, G: Geometry>(
        s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(XR == Of::<G>::C % XC && N == M + 2) };
        if const { S::FUSED } {
            backward_input::<S, G, M, N, XC, XR, T>(s, w, dy, dx, temporary);
        } else {
            backward_input::<S, G, { PLAIN[0] }, { PLAIN[1] }, XC, XR, T>(s, w, dy, dx, temporary);
        }
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(
        s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(WR == Of::<G>::O % WO && N == M + 2) };
        if const { S::FUSED } {
            weight::backward_weight::<S, G, M, N, WO, WR>(s, x, dy, dw, temporary);
        } else {
            weight::backward_weight::<S, G, { PLAIN[0] }, { PLAIN[1] }, WO, WR>(s, x, dy, dw, temporary);
        }
    }
}

#[inline(always)]
fn forward<
    S: Simd,
    G: Geometry,
    E: Epilogue,
    const M: usize,
    const N: usize,
    const O: usize,
    const R: usize,
    const T: usize,
>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    temporary: &mut [S::V],
) where
    Points<N>: Maps<N>,
{
    let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES, N) });
    filters::<S, G, N, false>(s, w, u, 0..Of::<G>::O);
    let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
    let u =
        product::Filters { u: lanes(u), point: const { Of::<G>::point(S::LANES) * S::LANES }, output: row, input: 1 };
    image::convolve::<S, image::Ahead<G>, E, M, N, O, R, T>(s, x, u, b, then, y, temporary);
}

#[inline(always)]
fn backward_input<
    S: Simd,
    G: Geometry,
    const M: usize,
    const N: usize,
    const C: usize,
    const R: usize,
    const T: usize,
>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    temporary: &mut [S::V],
) where
    Points<N>: Maps<N>,
{
    let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES, N) });
    filters::<S, G, N, true>(s, w, u, 0..Of::<G>::O);
    let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
    let u =
        product::Filters { u: lanes(u), point: const { Of::<G>::point(S::LANES) * S::LANES }, output: 1, input: row };
    image::convolve::<S, image::Back<G>, Nothing, M, N, C, R, T>(s, dy, u, &[], Nothing, dx, temporary);
}

/// u = G g Gᵀ for each filter g of some output channels of w, or of w turned by 180°: `[point][O][C]`, with the lanes behind
/// the last channel undefined.
#[inline(always)]
fn filters<S: Simd, G: Geometry, const N: usize, const TURNED: bool>(
    s: S,
    w: &[f32],
    u: &mut [S::V],
    outputs: Range<usize>,
) where
    Points<N>: Maps<N>,
{
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (from, point) = (outputs.start, Of::<G>::point_of(S::LANES, outputs.len()));
    assert!(w.len() == Of::<G>::O * Of::<G>::C * 9 && outputs.end <= Of::<G>::O && N * N * point <= u.len());
    for o in outputs {
        for k in 0..vectors {
            let first = (o * Of::<G>::C + k * S::LANES) * 9;
            let count = S::LANES.min(Of::<G>::C - k * S::LANES);
            let mut g = taps(s, &w[first..], count);
            if TURNED {
                g.reverse();
            }
            let mut columns = [[s.splat(0.0); 3]; N];
            for v in 0..3 {
                let column = Points::filter(s, [g[v], g[3 + v], g[6 + v]]);
                for p in 0..N {
                    columns[p][v] = column[p];
                }
            }
            for p in 0..N {
                let row: [S::V; N] = Points::filter(s, columns[p]);
                for q in 0..N {
                    // SAFETY: there are N² points, o is of the range, k below `vectors`, and the length was asserted.
                    unsafe { put(u, (p * N + q) * point + (o - from) * vectors + k, row[q]) };
                }
            }
        }
    }
}

/// The nine taps of `count` filters, which lie in w one after the other: a vector for each tap, with a filter in each lane.
#[inline(always)]
fn taps<S: Simd>(s: S, w: &[f32], count: usize) -> [S::V; 9] {
    let mut taps = [s.splat(0.0); 9];
    // Squares of as many taps as there are lanes; with more lanes than taps, what is read too much begins the next filter.
    let squares = if S::LANES > 9 { 1 } else { 9 / S::LANES };
    let last = (S::LANES - 1) * 9 + squares * S::LANES;
    let whole = if count == S::LANES && last <= w.len() { squares * S::LANES } else { 0 };
    for first in (0..whole).step_by(S::LANES) {
        let mut square = [s.splat(0.0); MAX_LANES];
        for (lane, row) in square[..S::LANES].iter_mut().enumerate() {
            // SAFETY: the last lane's row ends at `last`, which is inside.
            *row = unsafe { s.load(w.as_ptr().add(lane * 9 + first)) };
        }
        s.transpose(&mut square[..S::LANES]);
        let end = (first + S::LANES).min(9);
        taps[first..end].copy_from_slice(&square[..end - first]);
    }
    for tap in whole..9 {
        for lane in 0..count {
            lanes_mut(&mut taps)[tap * S::LANES + lane] = w[lane * 9 + tap];
        }
    }
    taps
}
