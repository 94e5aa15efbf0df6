//! Backward-weight of a block, where each sample's winners select the pixels that they read: with samples in lanes and
//! windows of 2 × 2, of the pixels that a tap may have read the right ones are chosen from neighbouring columns, then rows.
//! That takes a multiply-add and, shared by neighbouring taps, little more than two selections, where z in full takes four
//! multiply-adds; processors do one beside the other.

use super::super::at;
use super::{Geometry, Of};
use crate::simd::Simd;

/// `U` rows × `V` columns of the kernel; the `R` rows that are left get a smaller one.
pub struct Selected<const U: usize, const R: usize, const V: usize>;

/// Register tiles: [`Selected`].
pub trait Tiles {
    /// Adds to dw, where `d` is the gradient of z at the places `taps`.
    ///
    /// # Safety
    /// The slices have the geometry's lengths.
    unsafe fn weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], taps: &[S::V], dw: &mut [f32]);
}

/// Rows of input that a tile may read.
const MOST: usize = 6;

/// Windows that go into one sum, to the end of a row: a long sum loses digits.
const WINDOWS: usize = 512;

impl<G: Geometry> Of<G> {
    /// Whether this does backward-weight, where it is not left to the winners alone.
    pub(super) const fn selects(registers: usize) -> bool {
        Self::WINDOW[0] == 2 && Self::WINDOW[1] == 2 && Self::CLOSE && registers >= 32
    }
}

impl<const U: usize, const R: usize, const V: usize> Tiles for Selected<U, R, V> {
    #[inline(always)]
    unsafe fn weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], taps: &[S::V], dw: &mut [f32]) {
        const { assert!(U < MOST && R == Of::<G>::KERNEL[0] % U && V == Of::<G>::KERNEL[1]) };
        let part = const { WINDOWS.div_ceil(Of::<G>::COLUMNS) };
        for o in 0..Of::<G>::OUTPUTS {
            for c in 0..Of::<G>::C {
                for first in (0..Of::<G>::ROWS).step_by(part) {
                    let (mut u, rows) = (0, [first, Of::<G>::ROWS.min(first + part)]);
                    while u + U <= Of::<G>::KERNEL[0] {
                        // SAFETY: by the contract above; channels, rows and kernel rows exist.
                        unsafe { tile::<S, G, U, V>(s, x, d, taps, dw, [o, c, u], rows) };
                        u += U;
                    }
                    if R > 0 {
                        // SAFETY: as above; R rows are left.
                        unsafe { tile::<S, G, R, V>(s, x, d, taps, dw, [o, c, u], rows) };
                    }
                }
            }
        }
    }
}

/// Adds to the gradient of `U` rows of a kernel, from row `u`, of output channel `o` and channel `c` of its group: the part of
/// the rows of windows from the first to the one before the last.
///
/// # Safety
/// The slices have the geometry's lengths; channels, kernel rows and rows exist.
#[inline(always)]
unsafe fn tile<S: Simd, G: Geometry, const U: usize, const V: usize>(
    s: S,
    x: &[S::V],
    d: &[S::V],
    taps: &[S::V],
    dw: &mut [f32],
    [o, c, u]: [usize; 3],
    [first, end]: [usize; 2],
) {
    let plane = (o / Of::<G>::O * Of::<G>::C + c) * Of::<G>::PIXELS;
    let zero = s.splat(0.0);
    let mut acc = [[zero; V]; U];
    for i in first..end {
        for j in 0..Of::<G>::COLUMNS {
            let window = o * Of::<G>::WINDOWS + i * Of::<G>::COLUMNS + j;
            // SAFETY: channel and window exist.
            let (d, tap) = unsafe { (at(d, window), at(taps, window)) };
            let lower = s.gt(tap, s.splat(1.5));
            let right = s.gt(s.select(lower, s.sub(tap, s.splat(2.0)), tap), s.splat(0.5));
            let column = |v: usize| {
                let mut pixels = [zero; MOST];
                for r in 0..=U {
                    // What falls outside above or to the left wraps round below zero, and is beyond the end too.
                    let row = (i * Of::<G>::STEP[0] + u + r).wrapping_sub(Of::<G>::PADDING[0]);
                    let column = (j * Of::<G>::STEP[1] + v).wrapping_sub(Of::<G>::PADDING[1]);
                    if Of::<G>::INSIDE || (row < Of::<G>::H && column < Of::<G>::W) {
                        // SAFETY: channel, row and column are inside the input.
                        pixels[r] = unsafe { at(x, plane + row * Of::<G>::W + column) };
                    }
                }
                pixels
            };
            let mut pixels = column(0);
            for v in 0..V {
                let next = column(v + 1);
                for r in 0..=U {
                    pixels[r] = s.select(right, next[r], pixels[r]);
                }
                for a in 0..U {
                    acc[a][v] = s.fma(s.select(lower, pixels[a + 1], pixels[a]), d, acc[a][v]);
                }
                pixels = next;
            }
        }
    }
    for a in 0..U {
        for v in 0..V {
            dw[((o * Of::<G>::C + c) * Of::<G>::KERNEL[0] + u + a) * V + v] += s.sum(acc[a][v]);
        }
    }
}
