//! Forward and backward-input: from images to images, samples in lanes.

use super::super::{at, put};
use super::product::{self, Filters, Tiling, multiply};
use crate::kernels::conv::Geometry;
use crate::kernels::epilogue::Epilogue;
use crate::kernels::minimal::{Maps, Points};
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

/// Derived constants, of tiles with `N` points along an axis, of which `T` make a register tile.
struct Of<I, const N: usize, const T: usize>(I);

impl<I: Images, const N: usize, const T: usize> Of<I, N, T> {
    const H: usize = I::INPUT[1];
    const W: usize = I::INPUT[2];
    const OH: usize = I::OUTPUT[1];
    const OW: usize = I::OUTPUT[2];
    const COLUMNS: usize = Self::OW.div_ceil(N - 2);
    const TILES: usize = tiles::<I>(N);
}

/// Tiles of an image.
const fn tiles<I: Images>(n: usize) -> usize {
    I::OUTPUT[1].div_ceil(n - 2) * I::OUTPUT[2].div_ceil(n - 2)
}

/// Tiles of a chunk.
const fn chunk<I: Images>(n: usize, t: usize) -> usize {
    let chunk = 3072 / (n * n) / (I::INPUT[0] + I::OUTPUT[0]) / t * t;
    let chunk = if chunk < t { t } else { chunk };
    if chunk < tiles::<I>(n) { chunk } else { tiles::<I>(n) }
}

impl<I: Images, const N: usize, const T: usize> Tiling for Of<I, N, T> {
    const POINTS: usize = N * N;
    const C: usize = I::INPUT[0];
    const O: usize = I::OUTPUT[0];
    const CHUNK: usize = chunk::<I>(N, T);
}

/// Vectors that [`convolve`] works in.
pub(super) const fn temporary<I: Images>(n: usize, t: usize) -> usize {
    product::temporary(n * n, I::INPUT[0], I::OUTPUT[0], chunk::<I>(n, t))
}

/// y = then(the convolution of x, plus b), where b may be empty.
///
/// # Panics
/// If a slice's length is not that of the images.
#[inline(always)]
pub(super) fn convolve<
    S: Simd,
    I: Images,
    E: Epilogue,
    const M: usize,
    const N: usize,
    const O: usize,
    const R: usize,
    const T: usize,
>(
    s: S,
    x: &[S::V],
    filters: Filters<'_>,
    b: &[f32],
    then: E,
    y: &mut [S::V],
    temporary: &mut [S::V],
) where
    Points<N>: Maps<N>,
{
    assert!(
        x.len() == Of::<I, N, T>::C * Of::<I, N, T>::H * Of::<I, N, T>::W
            && y.len() == Of::<I, N, T>::O * Of::<I, N, T>::OH * Of::<I, N, T>::OW
    );
    assert!(b.is_empty() || b.len() == Of::<I, N, T>::O);
    filters.check::<Of<I, N, T>>();
    let (v, m) = temporary.split_at_mut(Of::<I, N, T>::POINTS * Of::<I, N, T>::V);
    let m = &mut m[..Of::<I, N, T>::POINTS * Of::<I, N, T>::M];
    let mut first = 0;
    while first < Of::<I, N, T>::TILES {
        let count = Of::<I, N, T>::CHUNK.min(Of::<I, N, T>::TILES - first);
        // SAFETY: the lengths were asserted, and tiles first..first + count exist.
        unsafe {
            transform::<S, I, M, N, T>(s, x, v, first, count);
            let mut o = 0;
            while o + O <= Of::<I, N, T>::O {
                multiply::<S, Of<I, N, T>, O, T>(s, filters, v, m, o, count);
                outputs::<S, I, E, M, N, O, T>(s, m, b, then, y, o, first, count);
                o += O;
            }
            if R > 0 {
                multiply::<S, Of<I, N, T>, R, T>(s, filters, v, m, o, count);
                outputs::<S, I, E, M, N, R, T>(s, m, b, then, y, o, first, count);
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
unsafe fn transform<S: Simd, I: Images, const M: usize, const N: usize, const T: usize>(
    s: S,
    x: &[S::V],
    v: &mut [S::V],
    first: usize,
    count: usize,
) where
    Points<N>: Maps<N>,
{
    for c in 0..Of::<I, N, T>::C {
        let mut columns = [[s.splat(0.0); N]; N];
        for n in 0..count {
            let (i, j) = ((first + n) / Of::<I, N, T>::COLUMNS, (first + n) % Of::<I, N, T>::COLUMNS);
            // The last two columns are the first two of the next tile.
            let new = if n == 0 || j == 0 { 0 } else { 2 };
            if new == 2 {
                (columns[0], columns[1]) = (columns[M], columns[M + 1]);
            } else {
                for k in 0..2 {
                    // SAFETY: channel and tile exist.
                    columns[k] = unsafe { column::<S, I, M, N, T>(s, x, c, i, M * j + k) };
                }
            }
            for k in 2..N {
                // SAFETY: channel and tile exist.
                columns[k] = unsafe { column::<S, I, M, N, T>(s, x, c, i, M * j + k) };
            }
            for p in 0..N {
                let mut row = [s.splat(0.0); N];
                for k in 0..N {
                    row[k] = columns[k][p];
                }
                let row = Points::input(s, row);
                for q in 0..N {
                    let to = (p * N + q) * Of::<I, N, T>::V + c * Of::<I, N, T>::CHUNK + n;
                    // SAFETY: there are N² points; channel and tile are inside the chunk.
                    unsafe { put(v, to, row[q]) };
                }
            }
        }
    }
}

/// Bᵀ of the pixels of a padded column, in row `i` of tiles.
///
/// # Safety
/// The channel exists, and x has the length of [`convolve`].
#[inline(always)]
unsafe fn column<S: Simd, I: Images, const M: usize, const N: usize, const T: usize>(
    s: S,
    x: &[S::V],
    c: usize,
    i: usize,
    column: usize,
) -> [S::V; N]
where
    Points<N>: Maps<N>,
{
    let mut pixels = [s.splat(0.0); N];
    // What falls outside above or to the left wraps round below zero, and is beyond the end too.
    let column = column.wrapping_sub(I::PADDING[1]);
    if column < Of::<I, N, T>::W {
        for (k, pixel) in pixels.iter_mut().enumerate() {
            let row = (M * i + k).wrapping_sub(I::PADDING[0]);
            if row < Of::<I, N, T>::H {
                // SAFETY: channel, row and column are inside the input.
                *pixel = unsafe { at(x, (c * Of::<I, N, T>::H + row) * Of::<I, N, T>::W + column) };
            }
        }
    }
    Points::input(s, pixels)
}

/// y = then(Aᵀ m A + b) of the chunk's tiles, for output channels `from..from + O`.
///
/// # Safety
/// The slices have the lengths of [`convolve`]; the tiles exist.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what there is of a tile")]
unsafe fn outputs<S: Simd, I: Images, E: Epilogue, const M: usize, const N: usize, const O: usize, const T: usize>(
    s: S,
    m: &[S::V],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    from: usize,
    first: usize,
    count: usize,
) where
    Points<N>: Maps<N>,
{
    for k in 0..O {
        let o = from + k;
        // SAFETY: there is a bias for each channel.
        let bias = s.splat(if b.is_empty() { 0.0 } else { unsafe { at(b, o) } });
        let terms = then.terms(s, o);
        for n in 0..count {
            let mut rows = [[s.splat(0.0); N]; M];
            for q in 0..N {
                let mut column = [s.splat(0.0); N];
                for p in 0..N {
                    let from = (p * N + q) * Of::<I, N, T>::M + k * Of::<I, N, T>::CHUNK + n;
                    // SAFETY: there are N² points; channel and tile are inside the chunk.
                    column[p] = unsafe { at(m, from) };
                }
                let column: [S::V; M] = Points::output(s, column);
                for a in 0..M {
                    rows[a][q] = column[a];
                }
            }
            let i = M * ((first + n) / Of::<I, N, T>::COLUMNS);
            let j = M * ((first + n) % Of::<I, N, T>::COLUMNS);
            for (a, row) in rows.into_iter().enumerate() {
                let pixels: [S::V; M] = Points::output(s, row);
                for b in 0..M {
                    let inside = [Of::<I, N, T>::OH.is_multiple_of(M), Of::<I, N, T>::OW.is_multiple_of(M)];
                    if (inside[0] || i + a < Of::<I, N, T>::OH) && (inside[1] || j + b < Of::<I, N, T>::OW) {
                        let to = (o * Of::<I, N, T>::OH + i + a) * Of::<I, N, T>::OW + j + b;
                        // SAFETY: channel, row and column are inside the output.
                        unsafe { put(y, to, E::value(s, terms, s.add(pixels[b], bias))) };
                    }
                }
            }
        }
    }
}
