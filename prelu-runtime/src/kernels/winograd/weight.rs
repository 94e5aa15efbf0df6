//! Backward-weight: input channels in lanes.

use super::super::{at, put};
use super::Of;
use crate::kernels::conv::Geometry;
use crate::kernels::minimal::{Maps, Points};
use crate::simd::{Simd, lanes};

impl<G: Geometry> Of<G> {
    const H: usize = G::INPUT[1];
    const W: usize = G::INPUT[2];
    const OH: usize = G::OUTPUT[1];
    const OW: usize = G::OUTPUT[2];

    const fn rows(n: usize) -> usize {
        Self::OH.div_ceil(n - 2)
    }
    const fn columns(n: usize) -> usize {
        Self::OW.div_ceil(n - 2)
    }
    /// Columns of a strip: the `n` rows of x that a row of tiles reads, with their padding.
    const fn width(n: usize) -> usize {
        (n - 2) * Self::columns(n) + 2
    }
    /// Tiles of a chunk, which all lie in one row.
    const fn chunk(n: usize) -> usize {
        let chunk = 4096 / (n * n) / (Self::C + Self::O);
        let chunk = if chunk < 2 { 2 } else { chunk };
        if chunk < Self::columns(n) { chunk } else { Self::columns(n) }
    }
    /// From point to point of a chunk's tiles of dy, and of x; one more than there are, as in `image`.
    const fn y(n: usize) -> usize {
        Self::O * Self::chunk(n) + 1
    }
    const fn x(lanes: usize, n: usize) -> usize {
        Self::chunk(n) * lanes * Self::vectors(lanes) + 1
    }
    const fn strip(lanes: usize, n: usize) -> usize {
        n * Self::width(n) * lanes * Self::vectors(lanes)
    }
}

/// Vectors that [`backward_weight`] works in.
pub(super) const fn temporary<G: Geometry>(lanes: usize, n: usize) -> usize {
    let tiles = n * n * (Of::<G>::x(lanes, n) + Of::<G>::y(n));
    Of::<G>::filters(lanes, n) + Of::<G>::strip(lanes, n) + tiles
}

/// Chunks whose products are added up before they join the gradient: a long sum loses digits.
const CHUNKS: usize = 32;

/// dw += the sum over the block's samples.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub(super) fn backward_weight<S: Simd, G: Geometry, const M: usize, const N: usize, const O: usize, const R: usize>(
    s: S,
    x: &[S::V],
    dy: &[S::V],
    dw: &mut [f32],
    temporary: &mut [S::V],
) where
    Points<N>: Maps<N>,
{
    assert!(x.len() == Of::<G>::C * Of::<G>::H * Of::<G>::W && dy.len() == Of::<G>::O * Of::<G>::OH * Of::<G>::OW);
    assert!(dw.len() == Of::<G>::O * Of::<G>::C * 9);
    let (sums, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES, N) });
    let (strip, temporary) = temporary.split_at_mut(const { Of::<G>::strip(S::LANES, N) });
    let (v, z) = temporary.split_at_mut(const { N * N * Of::<G>::x(S::LANES, N) });
    let z = &mut z[..const { N * N * Of::<G>::y(N) }];
    sums.fill(s.splat(0.0));
    let mut chunks = 0;
    for i in 0..const { Of::<G>::rows(N) } {
        // Two of the strip's rows are those of the row of tiles before.
        for row in if i == 0 { 0 } else { M * i + 2 }..M * i + N {
            // SAFETY: the lengths were asserted.
            unsafe { fill_strip::<S, G, N>(s, x, strip, row) };
        }
        let mut first = 0;
        while first < const { Of::<G>::columns(N) } {
            let count = const { Of::<G>::chunk(N) }.min(const { Of::<G>::columns(N) } - first);
            // SAFETY: the lengths were asserted; tiles first..first + count of row i exist.
            unsafe {
                inputs::<S, G, M, N>(s, strip, v, i, first, count);
                gradients::<S, G, M, N>(s, dy, z, i, first, count);
                for point in 0..N * N {
                    for k in 0..const { Of::<G>::vectors(S::LANES) } {
                        let mut o = 0;
                        while o + O <= Of::<G>::O {
                            product::<S, G, N, O>(s, v, z, sums, point, k, o, count);
                            o += O;
                        }
                        if R > 0 {
                            product::<S, G, N, R>(s, v, z, sums, point, k, o, count);
                        }
                    }
                }
            }
            first += count;
            chunks += 1;
            let last = i + 1 == const { Of::<G>::rows(N) } && first == const { Of::<G>::columns(N) };
            if last || chunks == CHUNKS {
                // SAFETY: the lengths were asserted.
                unsafe { taps::<S, G, N>(s, sums, dw) };
                sums.fill(s.splat(0.0));
                chunks = 0;
            }
        }
    }
}

/// Puts a row of x, with its padding, into the strip: `[row mod N][column][sample][C]`.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`].
#[inline(always)]
unsafe fn fill_strip<S: Simd, G: Geometry, const N: usize>(s: S, x: &[S::V], strip: &mut [S::V], row: usize) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let to = row % N * const { Of::<G>::width(N) };
    // What falls outside above or to the left wraps round below zero, and is beyond the end too.
    let row = row.wrapping_sub(G::PADDING[0]);
    for column in 0..const { Of::<G>::width(N) } {
        let to = (to + column) * S::LANES * vectors;
        let column = column.wrapping_sub(G::PADDING[1]);
        for k in 0..vectors {
            let mut square = [s.splat(0.0); 16];
            let square = &mut square[..S::LANES];
            if row < Of::<G>::H && column < Of::<G>::W {
                for (pixel, c) in square.iter_mut().zip(k * S::LANES..Of::<G>::C) {
                    // SAFETY: channel, row and column are inside the input.
                    *pixel = unsafe { at(x, (c * Of::<G>::H + row) * Of::<G>::W + column) };
                }
                s.transpose(square);
            }
            for (sample, &pixel) in square.iter().enumerate() {
                // SAFETY: row, column, sample and vector are inside the strip.
                unsafe { put(strip, to + sample * vectors + k, pixel) };
            }
        }
    }
}

/// v = Bᵀ d B of a chunk's tiles of x: `[point][tile][sample][C]`.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`]; the tiles exist.
#[inline(always)]
unsafe fn inputs<S: Simd, G: Geometry, const M: usize, const N: usize>(
    s: S,
    strip: &[S::V],
    v: &mut [S::V],
    i: usize,
    first: usize,
    count: usize,
) where
    Points<N>: Maps<N>,
{
    let (width, distance) = const { (S::LANES * Of::<G>::vectors(S::LANES), Of::<G>::x(S::LANES, N)) };
    for n in 0..count {
        for place in 0..width {
            let mut columns = [[s.splat(0.0); N]; N];
            for (b, column) in columns.iter_mut().enumerate() {
                let mut pixels = [s.splat(0.0); N];
                for (a, pixel) in pixels.iter_mut().enumerate() {
                    let row = (M * i + a) % N * const { Of::<G>::width(N) };
                    // SAFETY: row, column and place are inside the strip.
                    *pixel = unsafe { at(strip, (row + M * (first + n) + b) * width + place) };
                }
                *column = Points::input(s, pixels);
            }
            for p in 0..N {
                let mut row = [s.splat(0.0); N];
                for b in 0..N {
                    row[b] = columns[b][p];
                }
                let row = Points::input(s, row);
                for q in 0..N {
                    // SAFETY: there are N² points; tile and place are inside the chunk.
                    unsafe { put(v, (p * N + q) * distance + n * width + place, row[q]) };
                }
            }
        }
    }
}

/// z = A dy Aᵀ of a chunk's tiles of dy: `[point][O][tile]`.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`]; the tiles exist.
#[inline(always)]
unsafe fn gradients<S: Simd, G: Geometry, const M: usize, const N: usize>(
    s: S,
    dy: &[S::V],
    z: &mut [S::V],
    i: usize,
    first: usize,
    count: usize,
) where
    Points<N>: Maps<N>,
{
    for o in 0..Of::<G>::O {
        for n in 0..count {
            let (i, j) = (M * i, M * (first + n));
            let mut rows = [[s.splat(0.0); M]; N];
            for b in 0..M {
                let mut pixels = [s.splat(0.0); M];
                for (a, pixel) in pixels.iter_mut().enumerate() {
                    if i + a < Of::<G>::OH && j + b < Of::<G>::OW {
                        // SAFETY: channel, row and column are inside the output.
                        *pixel = unsafe { at(dy, (o * Of::<G>::OH + i + a) * Of::<G>::OW + j + b) };
                    }
                }
                let column = Points::output_transposed(s, pixels);
                for p in 0..N {
                    rows[p][b] = column[p];
                }
            }
            for p in 0..N {
                let row = Points::output_transposed(s, rows[p]);
                for q in 0..N {
                    let to = (p * N + q) * const { Of::<G>::y(N) } + o * const { Of::<G>::chunk(N) } + n;
                    // SAFETY: there are N² points; channel and tile are inside the chunk.
                    unsafe { put(z, to, row[q]) };
                }
            }
        }
    }
}

/// Adds to `O` output channels × the input channels of vector `k`, at a point, the products of a chunk.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`]; point, vector, channels and tiles exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn product<S: Simd, G: Geometry, const N: usize, const O: usize>(
    s: S,
    v: &[S::V],
    z: &[S::V],
    sums: &mut [S::V],
    point: usize,
    k: usize,
    o: usize,
    count: usize,
) {
    let (vectors, distance) = const { (Of::<G>::vectors(S::LANES), Of::<G>::x(S::LANES, N)) };
    let (channel, apart) = const { (Of::<G>::chunk(N), Of::<G>::y(N)) };
    let z = lanes(z);
    let to = point * const { Of::<G>::point(S::LANES) } + o * vectors + k;
    let mut acc = [s.splat(0.0); O];
    for place in 0..count * S::LANES {
        // SAFETY: point, tile, sample and vector are inside the chunk.
        let x = unsafe { at(v, point * distance + place * vectors + k) };
        for j in 0..O {
            let index = (point * apart + (o + j) * channel) * S::LANES + place;
            // SAFETY: point, channel, tile and sample are inside the chunk.
            acc[j] = s.fma(x, s.splat(unsafe { at(z, index) }), acc[j]);
        }
    }
    for j in 0..O {
        // SAFETY: point, channel and vector are inside the sums.
        unsafe { put(sums, to + j * vectors, s.add(at(sums, to + j * vectors), acc[j])) };
    }
}

/// dw += Gᵀ m G for each pair of channels.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`].
#[inline(always)]
unsafe fn taps<S: Simd, G: Geometry, const N: usize>(s: S, sums: &[S::V], dw: &mut [f32])
where
    Points<N>: Maps<N>,
{
    let (vectors, point) = const { (Of::<G>::vectors(S::LANES), Of::<G>::point(S::LANES)) };
    for o in 0..Of::<G>::O {
        for k in 0..vectors {
            let mut rows = [[s.splat(0.0); N]; 3];
            for q in 0..N {
                let mut column = [s.splat(0.0); N];
                for p in 0..N {
                    // SAFETY: point, channel and vector are inside the sums.
                    column[p] = unsafe { at(sums, (p * N + q) * point + o * vectors + k) };
                }
                let column: [S::V; 3] = Points::filter_transposed(s, column);
                for u in 0..3 {
                    rows[u][q] = column[u];
                }
            }
            for (u, row) in rows.into_iter().enumerate() {
                let row: [S::V; 3] = Points::filter_transposed(s, row);
                for (v, sums) in lanes(&row).chunks_exact(S::LANES).enumerate() {
                    for (sum, c) in sums.iter().zip(k * S::LANES..Of::<G>::C) {
                        dw[(o * Of::<G>::C + c) * 9 + u * 3 + v] += sum;
                    }
                }
            }
        }
    }
}
