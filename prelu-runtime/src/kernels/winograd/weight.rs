//! Backward-weight: input channels in lanes.

use super::super::{at, put};
use super::{Of, POINTS, differences};
use crate::kernels::conv::Geometry;
use crate::simd::{Simd, lanes};

impl<G: Geometry> Of<G> {
    const H: usize = G::INPUT[1];
    const W: usize = G::INPUT[2];
    const OH: usize = G::OUTPUT[1];
    const OW: usize = G::OUTPUT[2];
    const ROWS: usize = Self::OH.div_ceil(2);
    const COLUMNS: usize = Self::OW.div_ceil(2);
    /// Columns of a strip: the four rows of x that a row of tiles reads, with their padding.
    const STRIP: usize = 2 * Self::COLUMNS + 2;
    /// Tiles of a chunk, which all lie in one row.
    const CHUNK: usize = {
        let chunk = 256 / (Self::C + Self::O);
        let chunk = if chunk < 2 { 2 } else { chunk };
        if chunk < Self::COLUMNS { chunk } else { Self::COLUMNS }
    };
    /// From point to point of a chunk's tiles of dy, and of x; one more than there are, as in `image`.
    const Y: usize = Self::O * Self::CHUNK + 1;
    const fn x(lanes: usize) -> usize {
        Self::CHUNK * lanes * Self::vectors(lanes) + 1
    }
    const fn strip(lanes: usize) -> usize {
        4 * Self::STRIP * lanes * Self::vectors(lanes)
    }
}

/// Vectors that [`backward_weight`] works in.
pub(super) const fn temporary<G: Geometry>(lanes: usize) -> usize {
    Of::<G>::filters(lanes) + Of::<G>::strip(lanes) + POINTS * (Of::<G>::x(lanes) + Of::<G>::Y)
}

/// dw += the sum over the block's samples.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub(super) fn backward_weight<S: Simd, G: Geometry, const O: usize, const R: usize>(
    s: S,
    x: &[S::V],
    dy: &[S::V],
    dw: &mut [f32],
    temporary: &mut [S::V],
) {
    assert!(x.len() == Of::<G>::C * Of::<G>::H * Of::<G>::W && dy.len() == Of::<G>::O * Of::<G>::OH * Of::<G>::OW);
    assert!(dw.len() == Of::<G>::O * Of::<G>::C * 9);
    let (sums, temporary) = temporary.split_at_mut(const { Of::<G>::filters(S::LANES) });
    let (strip, temporary) = temporary.split_at_mut(const { Of::<G>::strip(S::LANES) });
    let (v, z) = temporary.split_at_mut(const { POINTS * Of::<G>::x(S::LANES) });
    let z = &mut z[..POINTS * Of::<G>::Y];
    sums.fill(s.splat(0.0));
    for i in 0..Of::<G>::ROWS {
        // Two of the strip's rows are those of the row of tiles before.
        for row in if i == 0 { 0 } else { 2 * i + 2 }..2 * i + 4 {
            // SAFETY: the lengths were asserted.
            unsafe { fill_strip::<S, G>(s, x, strip, row) };
        }
        let mut first = 0;
        while first < Of::<G>::COLUMNS {
            let count = Of::<G>::CHUNK.min(Of::<G>::COLUMNS - first);
            // SAFETY: the lengths were asserted; tiles first..first + count of row i exist.
            unsafe {
                inputs::<S, G>(s, strip, v, i, first, count);
                gradients::<S, G>(s, dy, z, i, first, count);
                for point in 0..POINTS {
                    for k in 0..Of::<G>::vectors(S::LANES) {
                        let mut o = 0;
                        while o + O <= Of::<G>::O {
                            product::<S, G, O>(s, v, z, sums, point, k, o, count);
                            o += O;
                        }
                        if R > 0 {
                            product::<S, G, R>(s, v, z, sums, point, k, o, count);
                        }
                    }
                }
            }
            first += count;
        }
    }
    // SAFETY: the lengths were asserted.
    unsafe { taps::<S, G>(s, sums, dw) };
}

/// Puts a row of x, with its padding, into the strip: `[row mod 4][column][sample][C]`.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`].
#[inline(always)]
unsafe fn fill_strip<S: Simd, G: Geometry>(s: S, x: &[S::V], strip: &mut [S::V], row: usize) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let to = row % 4 * Of::<G>::STRIP;
    // What falls outside above or to the left wraps round below zero, and is beyond the end too.
    let row = row.wrapping_sub(G::PADDING[0]);
    for column in 0..Of::<G>::STRIP {
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
unsafe fn inputs<S: Simd, G: Geometry>(s: S, strip: &[S::V], v: &mut [S::V], i: usize, first: usize, count: usize) {
    let (width, distance) = const { (S::LANES * Of::<G>::vectors(S::LANES), Of::<G>::x(S::LANES)) };
    for n in 0..count {
        for place in 0..width {
            let mut columns = [[s.splat(0.0); 4]; 4];
            for (b, column) in columns.iter_mut().enumerate() {
                let mut pixels = [s.splat(0.0); 4];
                for (a, pixel) in pixels.iter_mut().enumerate() {
                    let row = (2 * i + a) % 4 * Of::<G>::STRIP;
                    // SAFETY: row, column and place are inside the strip.
                    *pixel = unsafe { at(strip, (row + 2 * (first + n) + b) * width + place) };
                }
                *column = differences(s, pixels);
            }
            for p in 0..4 {
                let row = differences(s, [columns[0][p], columns[1][p], columns[2][p], columns[3][p]]);
                for q in 0..4 {
                    // SAFETY: there are 16 points; tile and place are inside the chunk.
                    unsafe { put(v, (p * 4 + q) * distance + n * width + place, row[q]) };
                }
            }
        }
    }
}

/// z = twice G d Gᵀ in each direction, of a chunk's tiles of dy: `[point][O][tile]`.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`]; the tiles exist.
#[inline(always)]
unsafe fn gradients<S: Simd, G: Geometry>(s: S, dy: &[S::V], z: &mut [S::V], i: usize, first: usize, count: usize) {
    for o in 0..Of::<G>::O {
        for n in 0..count {
            let (i, j) = (2 * i, 2 * (first + n));
            let mut rows = [[s.splat(0.0); 2]; 4];
            for b in 0..2 {
                let mut pixels = [s.splat(0.0); 2];
                for (a, pixel) in pixels.iter_mut().enumerate() {
                    if i + a < Of::<G>::OH && j + b < Of::<G>::OW {
                        // SAFETY: channel, row and column are inside the output.
                        *pixel = unsafe { at(dy, (o * Of::<G>::OH + i + a) * Of::<G>::OW + j + b) };
                    }
                }
                let column = sums(s, pixels);
                for p in 0..4 {
                    rows[p][b] = column[p];
                }
            }
            for p in 0..4 {
                let row = sums(s, rows[p]);
                for q in 0..4 {
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    unsafe { put(z, (p * 4 + q) * Of::<G>::Y + o * Of::<G>::CHUNK + n, row[q]) };
                }
            }
        }
    }
}

/// (g₀, g₀ + g₁, g₀ − g₁, g₁): G g, but for the halves, which [`three`] has.
#[inline(always)]
fn sums<S: Simd>(s: S, [a, b]: [S::V; 2]) -> [S::V; 4] {
    [a, s.add(a, b), s.sub(a, b), b]
}

/// Adds to `O` output channels × the input channels of vector `k`, at a point, the products of a chunk.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`]; point, vector, channels and tiles exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn product<S: Simd, G: Geometry, const O: usize>(
    s: S,
    v: &[S::V],
    z: &[S::V],
    sums: &mut [S::V],
    point: usize,
    k: usize,
    o: usize,
    count: usize,
) {
    let (vectors, distance) = const { (Of::<G>::vectors(S::LANES), Of::<G>::x(S::LANES)) };
    let z = lanes(z);
    let to = point * const { Of::<G>::point(S::LANES) } + o * vectors + k;
    let mut acc = [s.splat(0.0); O];
    for j in 0..O {
        // SAFETY: point, channel and vector are inside the sums.
        acc[j] = unsafe { at(sums, to + j * vectors) };
    }
    for place in 0..count * S::LANES {
        // SAFETY: point, tile, sample and vector are inside the chunk.
        let x = unsafe { at(v, point * distance + place * vectors + k) };
        for j in 0..O {
            let index = (point * Of::<G>::Y + (o + j) * Of::<G>::CHUNK) * S::LANES + place;
            // SAFETY: point, channel, tile and sample are inside the chunk.
            acc[j] = s.fma(x, s.splat(unsafe { at(z, index) }), acc[j]);
        }
    }
    for j in 0..O {
        // SAFETY: as above.
        unsafe { put(sums, to + j * vectors, acc[j]) };
    }
}

/// dw += Aᵀ m A for each pair of channels.
///
/// # Safety
/// The slices have the lengths of [`backward_weight`].
#[inline(always)]
unsafe fn taps<S: Simd, G: Geometry>(s: S, sums: &[S::V], dw: &mut [f32]) {
    let (vectors, point) = const { (Of::<G>::vectors(S::LANES), Of::<G>::point(S::LANES)) };
    for o in 0..Of::<G>::O {
        for k in 0..vectors {
            let mut rows = [[s.splat(0.0); 4]; 3];
            for q in 0..4 {
                let mut column = [s.splat(0.0); 4];
                for p in 0..4 {
                    // SAFETY: point, channel and vector are inside the sums.
                    column[p] = unsafe { at(sums, (p * 4 + q) * point + o * vectors + k) };
                }
                let column = three(s, column);
                for u in 0..3 {
                    rows[u][q] = column[u];
                }
            }
            for (u, row) in rows.into_iter().enumerate() {
                let row = three(s, row);
                for (v, sums) in lanes(&row).chunks_exact(S::LANES).enumerate() {
                    for (sum, c) in sums.iter().zip(k * S::LANES..Of::<G>::C) {
                        dw[(o * Of::<G>::C + c) * 9 + u * 3 + v] += sum;
                    }
                }
            }
        }
    }
}

/// Aᵀ m, with the halves of G: (m₀ + m₁/2 + m₂/2, m₁/2 − m₂/2, m₁/2 + m₂/2 − m₃).
#[inline(always)]
fn three<S: Simd>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; 3] {
    let half = s.splat(0.5);
    let (even, odd) = (s.mul(s.add(b, c), half), s.mul(s.sub(b, c), half));
    [s.add(a, even), odd, s.sub(even, d)]
}
