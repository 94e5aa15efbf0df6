//! Backward-weight: a register tile is output channels × input channels × neighbouring taps, summed over all pixels and then
//! over the lanes.

use core::ops::Range;

use super::super::{at, put};
use super::{Geometry, Of};
use crate::simd::Simd;

impl<G: Geometry> Of<G> {
    /// Rows of dy of some output channels that go over all taps together, in tiles of so many input channels: all, where they
    /// are few enough for the first caches; or as many as are near, with pixels enough to fetch the sums for.
    const fn rows_near(outputs: usize, channels: usize, vector: usize) -> usize {
        let row = outputs * Self::OW * vector;
        if row * Self::OH <= 64 << 10 && Self::OH * Self::OW <= 1024 {
            return Self::OH;
        }
        // Dy that is read once is cut all the same, for a long sum loses digits.
        let pixels: usize = if Self::KH * Self::C <= channels { 128 } else { 64 };
        let rows = pixels.div_ceil(Self::OW);
        if rows < Self::OH { rows } else { Self::OH }
    }
}

/// The gradient of the output, some rows at a time.
pub trait Dy<S: Simd, G: Geometry> {
    /// Rows of `outputs` output channels that are best taken together by tiles of so many input channels.
    fn near(outputs: usize, channels: usize) -> usize;
    /// Rows of which some element may not be zero: all before this.
    fn end() -> usize;
    /// Some rows, which exist, of the output channels from the first on.
    fn rows(&mut self, outputs: Range<usize>, rows: Range<usize>) -> Rows<'_, S::V>;
}

/// Rows of some output channels.
pub struct Rows<'a, V> {
    /// From the first of them on.
    pub dy: &'a [V],
    /// Vectors from channel to channel.
    pub pitch: usize,
}

impl<S: Simd, G: Geometry> Dy<S, G> for &[S::V] {
    #[inline(always)]
    fn near(outputs: usize, channels: usize) -> usize {
        Of::<G>::rows_near(outputs, channels, size_of::<S::V>())
    }
    #[inline(always)]
    fn end() -> usize {
        Of::<G>::OH
    }
    #[inline(always)]
    fn rows(&mut self, outputs: Range<usize>, rows: Range<usize>) -> Rows<'_, S::V> {
        let pitch = const { Of::<G>::OH * Of::<G>::OW };
        Rows { dy: &self[outputs.start * pitch + rows.start * Of::<G>::OW..], pitch }
    }
}

/// How often some rows are added up before their sums join the gradient: a long sum loses digits.
const PASSES: usize = 32;

/// Weight gradient of output channels `o..o + O`; `R` input channels are left beside tiles of `C`. Where dy of the channels
/// outgrows the smallest cache, some rows of it go over all taps before the next do, with sums of all in the temporary, if it
/// has room for them; the sum of some rows is then added to those of others.
///
/// # Safety
/// The slices have the geometry's lengths; the channels exist and are of group `g`.
#[rustfmt::skip] // The constants of a tile stand on a line.
#[inline(always)]
pub(super) unsafe fn channels<
    S: Simd, G: Geometry, Y: Dy<S, G>, const O: usize, const C: usize, const R: usize, const K: usize,
>(
    s: S, x: &[S::V], dy: &mut Y, dw: &mut [f32], temporary: &mut [S::V], g: usize, o: usize,
) {
    let (rows, end) = (Y::near(O, C), Y::end());
    let weights = const { Of::<G>::C * Of::<G>::KH * Of::<G>::KW };
    let dw = &mut dw[o * weights..(o + O) * weights];
    match temporary.get_mut(..O * weights) {
        Some(sums) if rows < end => {
            for (n, first) in (0..end).step_by(rows).enumerate() {
                if n.is_multiple_of(PASSES) {
                    sums.fill(s.splat(0.0));
                }
                let rows = first..end.min(first + rows);
                let (dy, last) = (dy.rows(o..o + O, rows.clone()), rows.end == end);
                // SAFETY: by the contract above; the rows exist.
                unsafe { rows_of::<S, G, _, O, C, R, K>(s, x, dy, &mut Sums(sums), g, rows) };
                if last || (n + 1).is_multiple_of(PASSES) {
                    for (dw, &sum) in dw.iter_mut().zip(&*sums) {
                        *dw += s.sum(sum);
                    }
                }
            }
        }
        _ => {
            let dy = dy.rows(o..o + O, 0..end);
            // SAFETY: by the contract above.
            unsafe { rows_of::<S, G, _, O, C, R, K>(s, x, dy, &mut Weights(dw), g, 0..end) };
        }
    }
}

/// Where the products of a tile are summed: for each weight of some output channels.
trait Total<S: Simd> {
    /// Adds a sum.
    ///
    /// # Safety
    /// The weight exists.
    unsafe fn add(&mut self, s: S, weight: usize, sum: S::V);
}

/// Sums to which rows that follow will be added.
struct Sums<'a, V>(&'a mut [V]);
/// The weights' gradient, where there are no other rows.
struct Weights<'a>(&'a mut [f32]);

impl<S: Simd> Total<S> for Sums<'_, S::V> {
    #[inline(always)]
    unsafe fn add(&mut self, s: S, weight: usize, sum: S::V) {
        // SAFETY: by the contract above.
        unsafe { put(self.0, weight, s.add(at(self.0, weight), sum)) }
    }
}

impl<S: Simd> Total<S> for Weights<'_> {
    #[inline(always)]
    unsafe fn add(&mut self, s: S, weight: usize, sum: S::V) {
        // SAFETY: by the contract above.
        unsafe { put(self.0, weight, at(self.0, weight) + s.sum(sum)) }
    }
}

/// What some rows of dy add to the sums of output channels `o..o + O`.
///
/// # Safety
/// As for [`channels`]; the rows exist.
///
/// # Panics
/// If these are not all in dy.
#[inline(always)]
unsafe fn rows_of<S: Simd, G: Geometry, T: Total<S>, const O: usize, const C: usize, const R: usize, const K: usize>(
    s: S,
    x: &[S::V],
    dy: Rows<'_, S::V>,
    total: &mut T,
    g: usize,
    rows: Range<usize>,
) {
    assert!((O - 1) * dy.pitch + rows.len() * Of::<G>::OW <= dy.dy.len());
    let mut c = 0;
    while c + C <= Of::<G>::C {
        // SAFETY: by the contract above; input channels c..c + C are in the group.
        unsafe { tiles::<S, G, T, O, C, K>(s, x, &dy, total, [g, c], rows.clone()) };
        c += C;
    }
    if R > 0 {
        // SAFETY: as above; R input channels are left.
        unsafe { tiles::<S, G, T, O, R, K>(s, x, &dy, total, [g, c], rows) };
    }
}

/// Columns of a wide row that go into one sum.
const SEGMENT: usize = 128;

/// Adds a tile's sums to others; they begin anew.
#[inline(always)]
fn join<S: Simd, const O: usize, const C: usize, const K: usize>(
    s: S,
    from: &mut [[[S::V; K]; C]; O],
    to: &mut [[[S::V; K]; C]; O],
) {
    for m in 0..O {
        for n in 0..C {
            for k in 0..K {
                to[m][n][k] = s.add(to[m][n][k], from[m][n][k]);
                from[m][n][k] = s.splat(0.0);
            }
        }
    }
}

/// Adds a tile's sums to the total; they begin anew.
///
/// # Safety
/// The weights of the tile exist.
#[inline(always)]
unsafe fn flush<S: Simd, T: Total<S>, const O: usize, const C: usize, const K: usize>(
    s: S,
    total: &mut T,
    acc: &mut [[[S::V; K]; C]; O],
    weight: impl Fn(usize, usize, usize) -> usize,
) {
    for m in 0..O {
        for n in 0..C {
            for k in 0..K {
                // SAFETY: by the contract above.
                unsafe { total.add(s, weight(m, n, k), acc[m][n][k]) };
                acc[m][n][k] = s.splat(0.0);
            }
        }
    }
}

/// The same of the group's input channels `c..c + C`, all taps.
///
/// # Safety
/// As for [`rows_of`], which asserted that dy holds the rows; the input channels are in the group.
#[inline(always)]
unsafe fn tiles<S: Simd, G: Geometry, T: Total<S>, const O: usize, const C: usize, const K: usize>(
    s: S,
    x: &[S::V],
    dy: &Rows<'_, S::V>,
    total: &mut T,
    [g, c]: [usize; 2],
    rows: Range<usize>,
) {
    let weight =
        |m: usize, n: usize, u: usize, v: usize| ((m * Of::<G>::C + c + n) * Of::<G>::KH + u) * Of::<G>::KW + v;
    for u in 0..Of::<G>::KH {
        for v in (0..Of::<G>::KW).step_by(K) {
            let (mut acc, mut joined) = ([[[s.splat(0.0); K]; C]; O], [[[s.splat(0.0); K]; C]; O]);
            let inside = Of::<G>::interior(v..v + K);
            for i in rows.clone() {
                let Some(row) = Of::<G>::row(i, u) else { continue };
                let from = ((g * Of::<G>::C + c) * Of::<G>::H + row) * Of::<G>::W;
                let plane = Of::<G>::H * Of::<G>::W;
                let d = (i - rows.start) * Of::<G>::OW;
                for j in inside.clone() {
                    if const { Of::<G>::OW > 8 * SEGMENT } && j.is_multiple_of(SEGMENT) {
                        join(s, &mut acc, &mut joined);
                        if j.is_multiple_of(PASSES * SEGMENT) {
                            // SAFETY: channels and tap are inside the weights.
                            unsafe { flush(s, total, &mut joined, |m, n, k| weight(m, n, u, v + k)) };
                        }
                    }
                    let column = Of::<G>::column(j, v) as usize;
                    let mut pixels = [[s.splat(0.0); K]; C];
                    for n in 0..C {
                        for k in 0..K {
                            // SAFETY: all taps of the interior's columns are inside the input.
                            pixels[n][k] = unsafe { at(x, from + n * plane + column + k * G::DILATION[1]) };
                        }
                    }
                    for m in 0..O {
                        // SAFETY: channel, row and column are inside the output.
                        let d = unsafe { at(dy.dy, d + m * dy.pitch + j) };
                        for n in 0..C {
                            for k in 0..K {
                                acc[m][n][k] = s.fma(pixels[n][k], d, acc[m][n][k]);
                            }
                        }
                    }
                }
                for j in (0..inside.start).chain(inside.end..Of::<G>::OW) {
                    for k in 0..K {
                        let column = Of::<G>::column(j, v + k) as usize;
                        if column < Of::<G>::W {
                            for n in 0..C {
                                // SAFETY: row and column are inside the input.
                                let pixel = unsafe { at(x, from + n * plane + column) };
                                for m in 0..O {
                                    // SAFETY: channel, row and column are inside the output.
                                    let d = unsafe { at(dy.dy, d + m * dy.pitch + j) };
                                    acc[m][n][k] = s.fma(pixel, d, acc[m][n][k]);
                                }
                            }
                        }
                    }
                }
            }
            if const { Of::<G>::OW > 8 * SEGMENT } {
                join(s, &mut joined, &mut acc);
            }
            // SAFETY: channels and tap are inside the weights.
            unsafe { flush(s, total, &mut acc, |m, n, k| weight(m, n, u, v + k)) };
        }
    }
}
