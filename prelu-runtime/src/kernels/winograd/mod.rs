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
#[cfg(test)]
mod tests;
mod weight;

use super::conv::{Geometry, Tiles};
use super::put;
use crate::simd::{Simd, lanes, lanes_mut};

/// Register tiles, for the 16 matrix products of a chunk: `FO` output channels forward, `XC` input channels in
/// backward-input, each × `T` tiles, and `WO` output channels in backward-weight; `FR`, `XR` and `WR` channels are left. A
/// single sample goes the way of `D`.
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

    /// Vectors of transformed filters.
    const fn filters(lanes: usize) -> usize {
        POINTS * Self::O * Self::vectors(lanes)
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
    const WINOGRAD: bool = true;

    #[inline(always)]
    fn forward<S: Simd, G: Geometry>(
        s: S, x: &[S::V], w: &[f32], b: &[f32], y: &mut [S::V], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(FR == Of::<G>::O % FO) };
        let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES) });
        filters::<S, G, false>(s, w, u);
        let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
        let u = image::Filters { u: lanes(u), point: Of::<G>::O * row, output: row, input: 1 };
        image::convolve::<S, image::Ahead<G>, FO, FR, T>(s, x, u, b, y, temporary);
    }

    #[inline(always)]
    fn single<S: Simd, G: Geometry>(s: S, x: &[f32], w: &[f32], b: &[f32], y: &mut [f32], temporary: &mut [f32]) {
        D::single::<S, G>(s, x, w, b, y, temporary);
    }

    #[inline(always)]
    fn backward_input<S: Simd, G: Geometry>(
        s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(XR == Of::<G>::C % XC) };
        let (u, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES) });
        filters::<S, G, true>(s, w, u);
        let row = const { Of::<G>::vectors(S::LANES) * S::LANES };
        let u = image::Filters { u: lanes(u), point: Of::<G>::O * row, output: 1, input: row };
        image::convolve::<S, image::Back<G>, XC, XR, T>(s, dy, u, &[], dx, temporary);
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(
        s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V],
    ) {
        const { Of::<G>::check(); assert!(WR == Of::<G>::O % WO) };
        weight::backward_weight::<S, G, WO, WR>(s, x, dy, dw, temporary);
    }
}

/// u = G g Gᵀ for each filter g of w, or of w turned by 180°: `[point][O][C]`, with the lanes behind the last channel
/// undefined.
#[inline(always)]
fn filters<S: Simd, G: Geometry, const TURNED: bool>(s: S, w: &[f32], u: &mut [S::V]) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    assert!(w.len() == Of::<G>::O * Of::<G>::C * 9 && u.len() == Of::<G>::filters(S::LANES));
    let mut g = [s.splat(0.0); 9];
    for (o, w) in w.chunks_exact(Of::<G>::C * 9).enumerate() {
        for (k, w) in w.chunks(S::LANES * 9).enumerate() {
            let taps = lanes_mut(&mut g);
            for (c, w) in w.chunks_exact(9).enumerate() {
                for tap in 0..9 {
                    taps[tap * S::LANES + c] = w[if TURNED { 8 - tap } else { tap }];
                }
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
                    // SAFETY: there are 16 points, o and k are below O and `vectors`, and the length was asserted.
                    unsafe { put(u, ((p * 4 + q) * Of::<G>::O + o) * vectors + k, row[q]) };
                }
            }
        }
    }
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
