//! Forward and backward-input: from images to images, samples in lanes.

use super::super::{at, put};
use super::product::{Filters, Tiling, multiply};
use super::{POINTS, differences, pair};
use crate::kernels::conv::Geometry;
use crate::kernels::epilogue::Epilogue;
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

/// Derived constants.
struct Of<I>(I);

impl<I: Images> Of<I> {
    const H: usize = I::INPUT[1];
    const W: usize = I::INPUT[2];
    const OH: usize = I::OUTPUT[1];
    const OW: usize = I::OUTPUT[2];
    const COLUMNS: usize = Self::OW.div_ceil(2);
    const TILES: usize = Self::OH.div_ceil(2) * Self::COLUMNS;
}

impl<I: Images> Tiling for Of<I> {
    const C: usize = I::INPUT[0];
    const O: usize = I::OUTPUT[0];
    const CHUNK: usize = {
        let chunk = 192 / (I::INPUT[0] + I::OUTPUT[0]) / 3 * 3;
        let chunk = if chunk < 3 { 3 } else { chunk };
        if chunk < Self::TILES { chunk } else { Self::TILES }
    };
}

/// Vectors that [`convolve`] works in.
pub(super) const fn temporary<I: Images>() -> usize {
    Of::<I>::TEMPORARY
}

/// y = then(the convolution of x, plus b), where b may be empty.
///
/// # Panics
/// If a slice's length is not that of the images.
#[inline(always)]
pub(super) fn convolve<S: Simd, I: Images, E: Epilogue, const O: usize, const R: usize, const T: usize>(
    s: S,
    x: &[S::V],
    filters: Filters<'_>,
    b: &[f32],
    then: E,
    y: &mut [S::V],
    temporary: &mut [S::V],
) {
    assert!(x.len() == Of::<I>::C * Of::<I>::H * Of::<I>::W && y.len() == Of::<I>::O * Of::<I>::OH * Of::<I>::OW);
    assert!(b.is_empty() || b.len() == Of::<I>::O);
    filters.check::<Of<I>>();
    let (v, m) = temporary.split_at_mut(POINTS * Of::<I>::V);
    let m = &mut m[..POINTS * Of::<I>::M];
    let mut first = 0;
    while first < Of::<I>::TILES {
        let count = Of::<I>::CHUNK.min(Of::<I>::TILES - first);
        // SAFETY: the lengths were asserted, and tiles first..first + count exist.
        unsafe {
            transform::<S, I>(s, x, v, first, count);
            let mut o = 0;
            while o + O <= Of::<I>::O {
                multiply::<S, Of<I>, O, T>(s, filters, v, m, o, count);
                outputs::<S, I, E, O>(s, m, b, then, y, o, first, count);
                o += O;
            }
            if R > 0 {
                multiply::<S, Of<I>, R, T>(s, filters, v, m, o, count);
                outputs::<S, I, E, R>(s, m, b, then, y, o, first, count);
            }
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

/// y = then(Aᵀ m A + b) of the chunk's tiles, for output channels `from..from + O`.
///
/// # Safety
/// The slices have the lengths of [`convolve`]; the tiles exist.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what there is of a tile")]
unsafe fn outputs<S: Simd, I: Images, E: Epilogue, const O: usize>(
    s: S,
    m: &[S::V],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    from: usize,
    first: usize,
    count: usize,
) {
    for k in 0..O {
        let o = from + k;
        // SAFETY: there is a bias for each channel.
        let bias = s.splat(if b.is_empty() { 0.0 } else { unsafe { at(b, o) } });
        let terms = then.terms(s, o);
        for n in 0..count {
            let mut rows = [[s.splat(0.0); 4]; 2];
            for q in 0..4 {
                let mut column = [s.splat(0.0); 4];
                for p in 0..4 {
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    column[p] = unsafe { at(m, (p * 4 + q) * Of::<I>::M + k * Of::<I>::CHUNK + n) };
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
                        unsafe { put(y, to, E::value(s, terms, s.add(pixels[b], bias))) };
                    }
                }
            }
        }
    }
}
