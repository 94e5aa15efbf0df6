//! The input gradient: `dx[c, i, j] = Σ w[o, c, u, v] dy[o, (i + top - u·dilation) / stride, (j + left - v·dilation) / stride]`
//! over the taps for which both quotients are whole and inside the output.
//!
//! A row that fits the registers is computed whole: which of its columns a tap meets is folded into the code. Parts of a
//! longer row are columns of one remainder modulo the stride: they meet the same taps, and neighbours among them meet
//! neighbours of the output, so that away from the row's ends no bound is asked for.

use core::marker::PhantomData;
use core::ops::Range;

use super::{Geometry, Of, at, put};
use crate::simd::Simd;

/// Computes all of it with tiles of `C` channels, of which `R` are left in each group, × `W` columns.
///
/// # Safety
/// The slices have the geometry's lengths.
#[inline(always)]
pub(super) unsafe fn backward_input<S: Simd, G: Geometry, const C: usize, const R: usize, const W: usize>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
) {
    const { assert!(R == Of::<G>::C % C && W > 0) };
    for g in 0..G::GROUPS {
        if const { W >= G::INPUT[2] } {
            let (mut c, end) = (g * Of::<G>::C, (g + 1) * Of::<G>::C);
            while c + C <= end {
                // SAFETY: by the contract above; channels c..c + C are in group g.
                unsafe { rows::<S, G, C, W>(s, w, dy, dx, g, c) };
                c += C;
            }
            if R > 0 {
                // SAFETY: as above; R channels are left.
                unsafe { rows::<S, G, R, W>(s, w, dy, dx, g, c) };
            }
        } else {
            // SAFETY: by the contract above.
            unsafe { parts::<S, G, C, R, W>(s, w, dy, dx, g) };
        }
    }
}

/// Channels `c..c + C`, a row of `W` columns in registers.
///
/// # Safety
/// As for [`backward_input`]; the channels exist and are of group `g`.
#[inline(always)]
unsafe fn rows<S: Simd, G: Geometry, const C: usize, const W: usize>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    g: usize,
    c: usize,
) {
    for row in 0..Of::<G>::H {
        let mut acc = [[s.splat(0.0); W]; C];
        for (u, i) in output_rows::<G>(row) {
            for o in g * Of::<G>::O..(g + 1) * Of::<G>::O {
                let from = (o * Of::<G>::OH + i) * Of::<G>::OW;
                for v in 0..Of::<G>::KW {
                    // SAFETY: the channels, the row and the tap exist.
                    let weights = unsafe { weights::<S, G, C>(s, w, o, g, c, u, v) };
                    for q in 0..W {
                        // A number below 0 wraps round and is beyond the end too.
                        let j = (q + G::PADDING[1]).wrapping_sub(v * G::DILATION[1]);
                        if j % G::STRIDE[1] == 0 && j / G::STRIDE[1] < Of::<G>::OW {
                            // SAFETY: row and column are inside the output.
                            let d = unsafe { at(dy, from + j / G::STRIDE[1]) };
                            for k in 0..C {
                                acc[k][q] = s.fma(d, weights[k], acc[k][q]);
                            }
                        }
                    }
                }
            }
        }
        for k in 0..C {
            for q in 0..W {
                // SAFETY: channels, row and column are inside the input.
                unsafe { put(dx, ((c + k) * Of::<G>::H + row) * Of::<G>::W + q, acc[k][q]) };
            }
        }
    }
}

/// The kernel rows that meet an input row, each with the output row where it does.
#[inline(always)]
fn output_rows<G: Geometry>(row: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..Of::<G>::KH).filter_map(move |u| {
        let i = (row + G::PADDING[0]).checked_sub(u * G::DILATION[0])?;
        (i % G::STRIDE[0] == 0 && i / G::STRIDE[0] < Of::<G>::OH).then_some((u, i / G::STRIDE[0]))
    })
}

/// The weights of tap (`u`, `v`) from channels `c..c + C` to `o`.
///
/// # Safety
/// `w` has the geometry's length; the channels exist and are of group `g`; the tap is one of the kernel's.
#[inline(always)]
unsafe fn weights<S: Simd, G: Geometry, const C: usize>(
    s: S,
    w: &[f32],
    o: usize,
    g: usize,
    c: usize,
    u: usize,
    v: usize,
) -> [S::V; C] {
    let mut weights = [s.splat(0.0); C];
    for k in 0..C {
        let at_channel = o * Of::<G>::C + c + k - g * Of::<G>::C;
        // SAFETY: by the contract above.
        weights[k] = s.splat(unsafe { at(w, (at_channel * Of::<G>::KH + u) * Of::<G>::KW + v) });
    }
    weights
}

/// The columns `residue`, `residue + stride`, …: column `t` of them meets output column `t + offset(v)` at tap `v`.
#[derive(Clone, Copy)]
struct Columns<G> {
    geometry: PhantomData<G>,
    residue: usize,
    /// The first tap that meets them.
    tap: usize,
}

impl<G: Geometry> Columns<G> {
    /// From one tap that meets them to the next.
    const STEP: usize = G::STRIDE[1] / common(G::STRIDE[1], G::DILATION[1]);

    #[inline(always)]
    fn new(residue: usize) -> Self {
        let meets = |v: &usize| (residue + G::PADDING[1]) % G::STRIDE[1] == v * G::DILATION[1] % G::STRIDE[1];
        let tap = (0..Of::<G>::KW).find(meets).unwrap_or(Of::<G>::KW);
        Self { geometry: PhantomData, residue, tap }
    }

    #[inline(always)]
    fn count(self) -> usize {
        (Of::<G>::W - self.residue).div_ceil(G::STRIDE[1])
    }

    #[inline(always)]
    fn offset(self, v: usize) -> isize {
        ((self.residue + G::PADDING[1]) as isize - (v * G::DILATION[1]) as isize) / G::STRIDE[1] as isize
    }

    /// Those for which all taps fall inside the output.
    #[inline(always)]
    fn interior(self) -> Range<usize> {
        let count = self.count();
        if self.tap >= Of::<G>::KW {
            return 0..count;
        }
        let last = self.tap + (Of::<G>::KW - 1 - self.tap) / Self::STEP * Self::STEP;
        let start = (-self.offset(last)).max(0) as usize;
        let end = (Of::<G>::OW as isize - self.offset(self.tap)).max(0) as usize;
        let (start, end) = (start.min(count), end.min(count));
        start..end.max(start)
    }
}

/// The greatest common divisor.
const fn common(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common(b, a % b) }
}

/// A group's channels, tile by tile: all channels of a part before the next part, so that the gradients of the outputs stay
/// in the nearest cache.
///
/// # Safety
/// As for [`backward_input`].
#[inline(always)]
unsafe fn parts<S: Simd, G: Geometry, const C: usize, const R: usize, const W: usize>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    g: usize,
) {
    const { assert!(W == 1 || W >= G::INPUT[2] || W <= G::INPUT[2] / G::STRIDE[1]) };
    for row in 0..Of::<G>::H {
        for residue in 0..G::STRIDE[1].min(Of::<G>::W) {
            let columns = Columns::<G>::new(residue);
            let (inside, end) = (columns.interior(), columns.count());
            // SAFETY: by the contract above; the columns exist. That the first part's place is a constant lets its bounds be
            // folded.
            unsafe { part::<S, G, C, R, W, true>(s, w, dy, dx, g, row, columns, 0) };
            for t in (W..end).step_by(W) {
                // The last part begins earlier and computes some columns again, to the same bits.
                let t = t.min(end - W);
                if inside.start <= t && t + W <= inside.end {
                    // SAFETY: by the contract above; the columns are in the interior.
                    unsafe { part::<S, G, C, R, W, false>(s, w, dy, dx, g, row, columns, t) };
                } else {
                    // SAFETY: by the contract above; the columns exist.
                    unsafe { part::<S, G, C, R, W, true>(s, w, dy, dx, g, row, columns, t) };
                }
            }
        }
    }
}

/// A group's channels × the columns `t..t + W` of a row.
///
/// # Safety
/// As for [`backward_input`]; the columns exist, and without `BOUNDS` they are in the interior.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn part<S: Simd, G: Geometry, const C: usize, const R: usize, const W: usize, const BOUNDS: bool>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    g: usize,
    row: usize,
    columns: Columns<G>,
    t: usize,
) {
    let (mut c, end) = (g * Of::<G>::C, (g + 1) * Of::<G>::C);
    while c + C <= end {
        // SAFETY: by the contract above; channels c..c + C are in group g.
        unsafe { tile::<S, G, C, W, BOUNDS>(s, w, dy, dx, g, c, row, columns, t) };
        c += C;
    }
    if R > 0 {
        // SAFETY: as above; R channels are left.
        unsafe { tile::<S, G, R, W, BOUNDS>(s, w, dy, dx, g, c, row, columns, t) };
    }
}

/// Channels `c..c + C` × the columns `t..t + W` of a row.
///
/// # Safety
/// As for [`part`]; the channels exist and are of group `g`; the columns exist, and without `BOUNDS` they are in the interior.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn tile<S: Simd, G: Geometry, const C: usize, const W: usize, const BOUNDS: bool>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    g: usize,
    c: usize,
    row: usize,
    columns: Columns<G>,
    t: usize,
) {
    let mut acc = [[s.splat(0.0); W]; C];
    for (u, i) in output_rows::<G>(row) {
        for o in g * Of::<G>::O..(g + 1) * Of::<G>::O {
            let from = (o * Of::<G>::OH + i) * Of::<G>::OW;
            let mut v = columns.tap;
            while v < Of::<G>::KW {
                // SAFETY: the channels, the row and the tap exist.
                let weights = unsafe { weights::<S, G, C>(s, w, o, g, c, u, v) };
                // A number below 0 wraps round and is beyond the end too.
                let j = t.wrapping_add_signed(columns.offset(v));
                for q in 0..W {
                    let j = j.wrapping_add(q);
                    if !BOUNDS || j < Of::<G>::OW {
                        // SAFETY: row and column are inside the output, by the interior or by the bound just asked for.
                        let d = unsafe { at(dy, from + j) };
                        for k in 0..C {
                            acc[k][q] = s.fma(d, weights[k], acc[k][q]);
                        }
                    }
                }
                v += Columns::<G>::STEP;
            }
        }
    }
    for k in 0..C {
        for q in 0..W {
            let column = columns.residue + (t + q) * G::STRIDE[1];
            // SAFETY: channels, row and column are inside the input.
            unsafe { put(dx, ((c + k) * Of::<G>::H + row) * Of::<G>::W + column, acc[k][q]) };
        }
    }
}
