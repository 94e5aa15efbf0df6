//! Forward and backward-input: from images to images, samples in lanes.

use super::super::{at, put};
use super::{POINTS, differences};
use crate::kernels::conv::Geometry;
use crate::simd::Simd;

/// Input and output of a convolution with 3 × 3 taps.
pub(super) trait Images {
    /// `[C, H, W]`.
    const INPUT: [usize; 3];
    /// `[O, OH, OW]`.
    const OUTPUT: [usize; 3];
    /// Zeros above and to the left.
    const PADDING: [usize; 2];
}

/// From x to y.
pub(super) struct Ahead<G>(G);
/// From dy to dx.
pub(super) struct Back<G>(G);

impl<G: Geometry> Images for Ahead<G> {
    const INPUT: [usize; 3] = G::INPUT;
    const OUTPUT: [usize; 3] = G::OUTPUT;
    const PADDING: [usize; 2] = G::PADDING;
}

impl<G: Geometry> Images for Back<G> {
    const INPUT: [usize; 3] = G::OUTPUT;
    const OUTPUT: [usize; 3] = G::INPUT;
    const PADDING: [usize; 2] = [2 - G::PADDING[0], 2 - G::PADDING[1]];
}

/// Transformed filters, and the distances from point to point, output to output, and input to input channel.
#[derive(Clone, Copy)]
pub(super) struct Filters<'a> {
    pub(super) u: &'a [f32],
    pub(super) point: usize,
    pub(super) output: usize,
    pub(super) input: usize,
}

/// Derived constants.
struct Of<I>(I);

impl<I: Images> Of<I> {
    const C: usize = I::INPUT[0];
    const H: usize = I::INPUT[1];
    const W: usize = I::INPUT[2];
    const O: usize = I::OUTPUT[0];
    const OH: usize = I::OUTPUT[1];
    const OW: usize = I::OUTPUT[2];
    const COLUMNS: usize = Self::OW.div_ceil(2);
    const TILES: usize = Self::OH.div_ceil(2) * Self::COLUMNS;
    /// Tiles of a chunk: what is made of them, and of it, is to stay in the second cache.
    const CHUNK: usize = {
        let chunk = 192 / (Self::C + Self::O) / 3 * 3;
        let chunk = if chunk < 3 { 3 } else { chunk };
        if chunk < Self::TILES { chunk } else { Self::TILES }
    };
    /// From point to point of a chunk's tiles, and of its products; one more than there are, for powers of two would meet in
    /// the same lines of the cache.
    const V: usize = Self::C * Self::CHUNK + 1;
    const M: usize = Self::O * Self::CHUNK + 1;
}

/// Vectors that [`convolve`] works in.
pub(super) const fn temporary<I: Images>() -> usize {
    POINTS * (Of::<I>::V + Of::<I>::M)
}

/// y = the convolution of x, plus b, which may be empty.
///
/// # Panics
/// If a slice's length is not that of the images.
#[inline(always)]
pub(super) fn convolve<S: Simd, I: Images, const O: usize, const R: usize, const T: usize>(
    s: S,
    x: &[S::V],
    filters: Filters<'_>,
    b: &[f32],
    y: &mut [S::V],
    temporary: &mut [S::V],
) {
    assert!(x.len() == Of::<I>::C * Of::<I>::H * Of::<I>::W && y.len() == Of::<I>::O * Of::<I>::OH * Of::<I>::OW);
    assert!(b.is_empty() || b.len() == Of::<I>::O);
    let last = (POINTS - 1) * filters.point + (Of::<I>::O - 1) * filters.output + (Of::<I>::C - 1) * filters.input;
    assert!(last < filters.u.len());
    let (v, m) = temporary.split_at_mut(POINTS * Of::<I>::V);
    let m = &mut m[..POINTS * Of::<I>::M];
    let mut first = 0;
    while first < Of::<I>::TILES {
        let count = Of::<I>::CHUNK.min(Of::<I>::TILES - first);
        // SAFETY: the lengths were asserted, and tiles first..first + count exist.
        unsafe {
            transform::<S, I>(s, x, v, first, count);
            for point in 0..POINTS {
                let mut o = 0;
                while o + O <= Of::<I>::O {
                    products::<S, I, O, T>(s, filters, v, m, point, o, count);
                    o += O;
                }
                if R > 0 {
                    products::<S, I, R, T>(s, filters, v, m, point, o, count);
                }
            }
            outputs::<S, I>(s, m, b, y, first, count);
        }
        first += count;
    }
}

/// v = Bᵀ d B of the chunk's tiles: `[point][C][tile]`.
///
/// # Safety
/// The slices have the lengths of [`convolve`]; the tiles exist.
#[inline(always)]
unsafe fn transform<S: Simd, I: Images>(s: S, x: &[S::V], v: &mut [S::V], first: usize, count: usize) {
    for c in 0..Of::<I>::C {
        let mut columns = [[s.splat(0.0); 4]; 4];
        for n in 0..count {
            let (i, j) = ((first + n) / Of::<I>::COLUMNS, (first + n) % Of::<I>::COLUMNS);
            let new = if n == 0 || j == 0 { 0 } else { 2 };
            if new == 2 {
                (columns[0], columns[1]) = (columns[2], columns[3]);
            } else {
                // SAFETY: channel and tile exist.
                unsafe {
                    columns[0] = column::<S, I>(s, x, c, i, 2 * j);
                    columns[1] = column::<S, I>(s, x, c, i, 2 * j + 1);
                }
            }
            // SAFETY: channel and tile exist.
            unsafe {
                columns[2] = column::<S, I>(s, x, c, i, 2 * j + 2);
                columns[3] = column::<S, I>(s, x, c, i, 2 * j + 3);
            }
            for p in 0..4 {
                let row = differences(s, [columns[0][p], columns[1][p], columns[2][p], columns[3][p]]);
                for q in 0..4 {
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    unsafe { put(v, (p * 4 + q) * Of::<I>::V + c * Of::<I>::CHUNK + n, row[q]) };
                }
            }
        }
    }
}

/// Bᵀ of the four pixels of a padded column, in row `i` of tiles.
///
/// # Safety
/// The channel exists, and x has the length of [`convolve`].
#[inline(always)]
unsafe fn column<S: Simd, I: Images>(s: S, x: &[S::V], c: usize, i: usize, column: usize) -> [S::V; 4] {
    let mut pixels = [s.splat(0.0); 4];
    // What falls outside above or to the left wraps round below zero, and is beyond the end too.
    let column = column.wrapping_sub(I::PADDING[1]);
    if column < Of::<I>::W {
        for (k, pixel) in pixels.iter_mut().enumerate() {
            let row = (2 * i + k).wrapping_sub(I::PADDING[0]);
            if row < Of::<I>::H {
                // SAFETY: channel, row and column are inside the input.
                *pixel = unsafe { at(x, (c * Of::<I>::H + row) * Of::<I>::W + column) };
            }
        }
    }
    differences(s, pixels)
}

/// m = u · v at a point, for output channels `o..o + O` and all tiles of the chunk.
///
/// # Safety
/// The slices have the lengths of [`convolve`]; point, channels and tiles exist.
#[inline(always)]
unsafe fn products<S: Simd, I: Images, const O: usize, const T: usize>(
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
unsafe fn product<S: Simd, I: Images, const O: usize, const T: usize>(
    s: S,
    filters: Filters<'_>,
    v: &[S::V],
    m: &mut [S::V],
    point: usize,
    o: usize,
    n: usize,
) {
    let mut acc = [[s.splat(0.0); T]; O];
    for c in 0..Of::<I>::C {
        let mut tiles = [s.splat(0.0); T];
        for t in 0..T {
            // SAFETY: point, channel and tile are inside the chunk.
            tiles[t] = unsafe { at(v, point * Of::<I>::V + c * Of::<I>::CHUNK + n + t) };
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
            unsafe { put(m, point * Of::<I>::M + (o + k) * Of::<I>::CHUNK + n + t, acc[k][t]) };
        }
    }
}

/// y = Aᵀ m A + b of the chunk's tiles.
///
/// # Safety
/// The slices have the lengths of [`convolve`]; the tiles exist.
#[inline(always)]
unsafe fn outputs<S: Simd, I: Images>(s: S, m: &[S::V], b: &[f32], y: &mut [S::V], first: usize, count: usize) {
    for o in 0..Of::<I>::O {
        // SAFETY: there is a bias for each channel.
        let bias = s.splat(if b.is_empty() { 0.0 } else { unsafe { at(b, o) } });
        for n in 0..count {
            let mut rows = [[s.splat(0.0); 4]; 2];
            for q in 0..4 {
                let mut column = [s.splat(0.0); 4];
                for p in 0..4 {
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    column[p] = unsafe { at(m, (p * 4 + q) * Of::<I>::M + o * Of::<I>::CHUNK + n) };
                }
                [rows[0][q], rows[1][q]] = pair(s, column);
            }
            let (i, j) = (2 * ((first + n) / Of::<I>::COLUMNS), 2 * ((first + n) % Of::<I>::COLUMNS));
            for (a, row) in rows.into_iter().enumerate() {
                let pixels = pair(s, row);
                for b in 0..2 {
                    if i + a < Of::<I>::OH && j + b < Of::<I>::OW {
                        let to = (o * Of::<I>::OH + i + a) * Of::<I>::OW + j + b;
                        // SAFETY: channel, row and column are inside the output.
                        unsafe { put(y, to, s.add(pixels[b], bias)) };
                    }
                }
            }
        }
    }
}

/// Aᵀ m: (m₀ + m₁ + m₂, m₁ − m₂ − m₃).
#[inline(always)]
fn pair<S: Simd>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; 2] {
    [s.add(s.add(a, b), c), s.sub(s.sub(b, c), d)]
}
