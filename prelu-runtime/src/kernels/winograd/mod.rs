//! Convolution of a block with 3 × 3 kernels and stride 1 by minimal filtering (Lavin & Gray 2016, after Winograd 1980): tiles
//! of 2 × 2 outputs from 4 × 4 inputs with 16 multiply-adds where plain convolution takes 36.
//!
//! - forward, F(2×2, 3×3): Y = Aᵀ\[(G g Gᵀ) ⊙ (Bᵀ d B)\]A (their equation 8), summed over input channels before A. For each
//!   of the 16 points that is a product of matrices: filters `[O][C]` and tiles `[C][T]`
//! - backward-input is forward of dy, with filters turned by 180° and their channels exchanged
//! - backward-weight, F(3×3, 2×2): tiles of dy are the filters. The sum is over tiles and samples, and so the lanes are input
//!   channels: `[O][T·samples]` and `[T·samples][C]`
//!
//! Tiles go through in chunks that stay in the cache. Results differ from plain convolution's by rounding. A number that is
//! not finite makes not only the outputs that depend on it not finite, but all of their tile.

mod image;
mod product;
mod single;
#[cfg(test)]
mod tests;
mod weight;

use core::ops::Range;

use super::conv::{Geometry, Method, Tiles};
use super::epilogue::Epilogue;
use super::pointwise::Nothing;
use super::put;
use crate::simd::{MAX_LANES, Simd, lanes, lanes_mut};

/// Register tiles, for the 16 matrix products of a chunk: `FO` output channels forward, `XC` input channels in
/// backward-input, each × `T` tiles, and `WO` output channels in backward-weight; `FR`, `XR` and `WR` channels are left.
/// `D` is for a single sample that fills too few tiles.
pub struct Winograd<
    D,
    const FO: usize,
    const FR: usize,
    const XC: usize,
    const XR: usize,
    const WO: usize,
    const WR: usize,
    const T: usize,
>(D);

/// Points of a tile.
const POINTS: usize = 16;

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

    /// Vectors of transformed filters.
    const fn filters(lanes: usize) -> usize {
        POINTS * Self::point(lanes)
    }
}

/// Vectors that the tiles need as a temporary.
pub const fn temporary<G: Geometry>(lanes: usize) -> usize {
    let images = [image::temporary::<image::Ahead<G>>(), image::temporary::<image::Back<G>>()];
    let images = Of::<G>::filters(lanes) + if images[0] > images[1] { images[0] } else { images[1] };
    let weight = weight::temporary::<G>(lanes);
    if images > weight { images } else { weight }
}

#[rustfmt::skip] // The constants of a tile stand on a line.
impl<
    D: Tiles,
    const FO: usize, const FR: usize, const XC: usize, const XR: usize,
    const WO: usize, const WR: usize, const T: usize,
> Tiles for Winograd<D, FO, FR, XC, XR, WO, WR, T> {
    const METHOD: Method = Method::Minimal;

    #[inline(always)]
    fn forward<S: Simd, G: Geometry, E: Epilogue>(
        s: S, x: &[S::V], w: &[f32], b: &[f32], then: E, y: &mut [S::V], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(FR == Of::<G>::O % FO) };
        let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES) });
        filters::<S, G, false>(s, w, u, 0..Of::<G>::O);
        let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
        let u = product::Filters { u: lanes(u), point: const { Of::<G>::point(S::LANES) * S::LANES }, output: row, input: 1 };
        image::convolve::<S, image::Ahead<G>, E, FO, FR, T>(s, x, u, b, then, y, temporary);
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
        const { Of::<G>::check(); assert!(XR == Of::<G>::C % XC) };
        let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES) });
        filters::<S, G, true>(s, w, u, 0..Of::<G>::O);
        let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
        let u = product::Filters { u: lanes(u), point: const { Of::<G>::point(S::LANES) * S::LANES }, output: 1, input: row };
        image::convolve::<S, image::Back<G>, Nothing, XC, XR, T>(s, dy, u, &[], Nothing, dx, temporary);
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(
        s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(WR == Of::<G>::O % WO) };
        weight::backward_weight::<S, G, WO, WR>(s, x, dy, dw, temporary);
    }
}

/// u = G g Gᵀ for each filter g of some output channels of w, or of w turned by 180°: `[point][O][C]`, with the lanes behind
/// the last channel undefined.
#[inline(always)]
fn filters<S: Simd, G: Geometry, const TURNED: bool>(s: S, w: &[f32], u: &mut [S::V], outputs: Range<usize>) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (from, point) = (outputs.start, Of::<G>::point_of(S::LANES, outputs.len()));
    assert!(w.len() == Of::<G>::O * Of::<G>::C * 9 && outputs.end <= Of::<G>::O && POINTS * point <= u.len());
    for o in outputs {
        for k in 0..vectors {
            let first = (o * Of::<G>::C + k * S::LANES) * 9;
            let count = S::LANES.min(Of::<G>::C - k * S::LANES);
            let mut g = taps(s, &w[first..], count);
            if TURNED {
                g.reverse();
            }
            let mut columns = [[s.splat(0.0); 3]; 4];
            for v in 0..3 {
                let column = spread(s, [g[v], g[3 + v], g[6 + v]]);
                for p in 0..4 {
                    columns[p][v] = column[p];
                }
            }
            for p in 0..4 {
                let row = spread(s, columns[p]);
                for q in 0..4 {
                    // SAFETY: there are 16 points, o is of the range, k below `vectors`, and the length was asserted.
                    unsafe { put(u, (p * 4 + q) * point + (o - from) * vectors + k, row[q]) };
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

/// G g: (g₀, (g₀ + g₁ + g₂)/2, (g₀ − g₁ + g₂)/2, g₂).
#[inline(always)]
fn spread<S: Simd>(s: S, [a, b, c]: [S::V; 3]) -> [S::V; 4] {
    let half = s.splat(0.5);
    let (even, odd) = (s.mul(s.add(a, c), half), s.mul(b, half));
    [a, s.add(even, odd), s.sub(even, odd), c]
}

/// Bᵀ d: (d₀ − d₂, d₁ + d₂, d₂ − d₁, d₁ − d₃).
#[inline(always)]
fn differences<S: Simd>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; 4] {
    [s.sub(a, c), s.add(b, c), s.sub(c, b), s.sub(b, d)]
}

/// Aᵀ m: (m₀ + m₁ + m₂, m₁ − m₂ − m₃).
#[inline(always)]
fn pair<S: Simd>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; 2] {
    [s.add(s.add(a, b), c), s.sub(s.sub(b, c), d)]
}
