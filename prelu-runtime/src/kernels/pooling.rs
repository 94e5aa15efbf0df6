//! Pooling of a block: windows of `[H][W]`, each channel on its own.
//!
//! A window may reach over the edges of the input, into the padding, and, with `ceil_mode`, over that too. Such taps are
//! left out. Where a sum is of more than 64 terms, a `Cascade` takes it, of a block as of a single sample, in the
//! same order.

use core::ops::Range;

use super::reduction::Cascade;
use super::{at, put, single};
use crate::simd::{Simd, lanes, lanes_mut};

/// The most terms that are added one after the other.
const SHORT: usize = 64;

/// The shape of one pooling layer, as constants; pairs are (height, width). For upsampling, which is pooling from y to x,
/// the input is y.
pub trait Geometry: Copy + Send + Sync + 'static {
    /// `[C, H, W]` of the input.
    const INPUT: [usize; 3];
    /// `[C, OH, OW]` of the output.
    const OUTPUT: [usize; 3];
    /// The window's size.
    const KERNEL: [usize; 2];
    /// The stride.
    const STRIDE: [usize; 2];
    /// Padding above and to the left.
    const PADDING: [usize; 2];
}

/// Derived constants of a geometry.
pub(super) struct Of<G>(G);

impl<G: Geometry> Of<G> {
    const IN: usize = G::INPUT[0] * G::INPUT[1] * G::INPUT[2];
    const OUT: usize = G::OUTPUT[0] * G::OUTPUT[1] * G::OUTPUT[2];
    /// From the first padding to behind the last window's end: along rows (`axis` 0) or columns (1).
    const REACH: [usize; 2] =
        [(G::OUTPUT[1] - 1) * G::STRIDE[0] + G::KERNEL[0], (G::OUTPUT[2] - 1) * G::STRIDE[1] + G::KERNEL[1]];
    /// Whether windows end inside the input: along rows or columns.
    pub(super) const ENDS: [bool; 2] =
        [Self::REACH[0] <= G::INPUT[1] + G::PADDING[0], Self::REACH[1] <= G::INPUT[2] + G::PADDING[1]];
    /// Whether they end inside the input or the padding behind it, which is as much as in front.
    pub(super) const WHOLE: bool =
        Self::REACH[0] <= G::INPUT[1] + 2 * G::PADDING[0] && Self::REACH[1] <= G::INPUT[2] + 2 * G::PADDING[1];
    /// No two windows share a pixel and none is cut: each is handled in one piece.
    const DISJOINT: bool = G::KERNEL[0] <= G::STRIDE[0]
        && G::KERNEL[1] <= G::STRIDE[1]
        && G::PADDING[0] == 0
        && G::PADDING[1] == 0
        && Self::ENDS[0]
        && Self::ENDS[1];
    /// Whether a window has many pixels.
    pub(super) const LARGE: bool = G::KERNEL[0] * G::KERNEL[1] > SHORT;
    /// Whether a pixel is in many windows.
    const CROWDED: bool = {
        let [rows, columns] = [G::KERNEL[0].div_ceil(G::STRIDE[0]), G::KERNEL[1].div_ceil(G::STRIDE[1])];
        rows * columns > SHORT
    };

    /// The window's rows (`axis` 0) or columns (1) that fall inside the input, at output row or column `i`.
    #[inline(always)]
    fn inside(axis: usize, i: usize) -> Range<usize> {
        if Self::DISJOINT {
            return 0..G::KERNEL[axis];
        }
        let from = i * G::STRIDE[axis];
        let start = G::PADDING[axis].saturating_sub(from);
        let end = (G::INPUT[axis + 1] + G::PADDING[axis]).saturating_sub(from);
        start..end.min(G::KERNEL[axis])
    }

    /// The rows or columns of windows that a row or column of the input is in.
    #[inline(always)]
    fn around(axis: usize, pixel: usize) -> Range<usize> {
        let at = pixel + G::PADDING[axis];
        let start = (at + 1).saturating_sub(G::KERNEL[axis]).div_ceil(G::STRIDE[axis]);
        start..(at / G::STRIDE[axis] + 1).min(G::OUTPUT[axis + 1])
    }
}

/// What each pixel of the window at output row `i` and column `j` counts in its mean. Zeros of the padding are counted, and
/// what a window has beyond them is not.
#[inline(always)]
pub(super) fn share<G: Geometry>(i: usize, j: usize) -> f32 {
    if Of::<G>::WHOLE {
        return const { 1.0 / (G::KERNEL[0] * G::KERNEL[1]) as f32 };
    }
    let [rows, columns] =
        [[0, i], [1, j]].map(|[axis, i]| G::INPUT[axis + 1] + 2 * G::PADDING[axis] - i * G::STRIDE[axis]);
    1.0 / (rows.min(G::KERNEL[0]) * columns.min(G::KERNEL[1])) as f32
}

/// What each pixel counts in a sum, or, if `MEAN`, in a mean.
#[inline(always)]
fn weight<G: Geometry, const MEAN: bool>(i: usize, j: usize) -> f32 {
    if MEAN { share::<G>(i, j) } else { 1.0 }
}

/// The loops over windows and their pixels. `$start` is run for each output, at row `$i` and column `$j`, with the number of
/// the first tap inside, `$each` for every pixel of its window that is inside the input, with the number of its tap, and
/// `$end` after them. Loops and no closures: a closure that is not inlined is compiled without the instruction set.
macro_rules! windows {
    ($G:ident, output $output:ident at [$i:ident, $j:ident], first $first:ident => $start:stmt; tap $tap:ident, pixel $pixel:ident => $each:block; end $end:block) => {
        for channel in 0..$G::OUTPUT[0] {
            for $i in 0..$G::OUTPUT[1] {
                for $j in 0..$G::OUTPUT[2] {
                    let $output = (channel * $G::OUTPUT[1] + $i) * $G::OUTPUT[2] + $j;
                    let (rows, columns) = (Of::<$G>::inside(0, $i), Of::<$G>::inside(1, $j));
                    let $first = rows.start * $G::KERNEL[1] + columns.start;
                    $start
                    for u in rows {
                        let row = channel * $G::INPUT[1] + $i * $G::STRIDE[0] + u - $G::PADDING[0];
                        for v in columns.clone() {
                            let $tap = u * $G::KERNEL[1] + v;
                            let $pixel = row * $G::INPUT[2] + $j * $G::STRIDE[1] + v - $G::PADDING[1];
                            $each
                        }
                    }
                    $end
                }
            }
        }
    };
}

/// The other way round: the loops over the input's pixels and, for each, the windows that it is in, with the number of its
/// tap there.
macro_rules! pixels {
    ($G:ident, output $output:ident at [$i:ident, $j:ident], tap $tap:ident => $each:block; pixel $pixel:ident => $end:block) => {
        for channel in 0..$G::INPUT[0] {
            for row in 0..$G::INPUT[1] {
                for column in 0..$G::INPUT[2] {
                    for $i in Of::<$G>::around(0, row) {
                        for $j in Of::<$G>::around(1, column) {
                            let $output = (channel * $G::OUTPUT[1] + $i) * $G::OUTPUT[2] + $j;
                            let u = row + $G::PADDING[0] - $i * $G::STRIDE[0];
                            let $tap = u * $G::KERNEL[1] + column + $G::PADDING[1] - $j * $G::STRIDE[1];
                            $each
                        }
                    }
                    let $pixel = (channel * $G::INPUT[1] + row) * $G::INPUT[2] + column;
                    $end
                }
            }
        }
    };
}

/// y = the largest x of each window; a tie or a NaN is decided as in PyTorch: the first largest wins, but any NaN wins over
/// numbers, and the last NaN over the others. `taps`, unless empty, keeps the number of the tap that won.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn max_forward<S: Simd, G: Geometry>(s: S, x: &[S::V], y: &mut [S::V], taps: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT);
    assert!(taps.is_empty() || taps.len() == y.len());
    let keep = !taps.is_empty();
    if S::LANES == 1 && !keep {
        return single::max_pool::<S::Wide, G>(s.wide(), lanes(x), lanes_mut(y));
    }
    windows!(G,
        output output at [i, j], first first => let (mut largest, mut winner) = (s.splat(f32::NEG_INFINITY), s.splat(first as f32));
        tap tap, pixel pixel => {
            // SAFETY: the pixel is inside the input.
            let x = unsafe { at(x, pixel) };
            let wins = s.gt_or_nan(x, largest);
            winner = s.select(wins, s.splat(tap as f32), winner);
            largest = s.select(wins, x, largest);
        };
        end {
            // SAFETY: the output exists.
            unsafe { put(y, output, largest) };
            if keep {
                // SAFETY: there is a tap for each output.
                unsafe { put(taps, output, winner) };
            }
        }
    );
}

/// dx, overwritten: each dy goes to the pixel that won.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn max_backward<S: Simd, G: Geometry>(s: S, taps: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
    assert!(dx.len() == Of::<G>::IN && dy.len() == Of::<G>::OUT && taps.len() == dy.len());
    let zero = s.splat(0.0);
    if const { Of::<G>::CROWDED } {
        let mut sum = Cascade::new(s);
        pixels!(G,
            output output at [i, j], tap tap => {
                // SAFETY: the output exists.
                let (d, winner) = unsafe { (at(dy, output), at(taps, output)) };
                sum.add(s.select(s.eq(winner, s.splat(tap as f32)), d, zero));
            };
            // SAFETY: the pixel is inside the input.
            pixel pixel => { unsafe { put(dx, pixel, sum.take()) } }
        );
        return;
    }
    clear_uncovered::<S, G>(s, dx);
    windows!(G,
        // SAFETY: the output exists.
        output output at [i, j], first _first => let (d, winner) = unsafe { (at(dy, output), at(taps, output)) };
        tap tap, pixel pixel => {
            let d = s.select(s.eq(winner, s.splat(tap as f32)), d, zero);
            // SAFETY: the pixel is inside the input.
            unsafe { give::<S, G>(s, dx, pixel, d) };
        };
        end {}
    );
}

/// y = the sum of each window; or, if `MEAN`, its mean.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn gather<S: Simd, G: Geometry, const MEAN: bool>(s: S, x: &[S::V], y: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT);
    if S::LANES == 1 {
        return single::sum_pool::<S::Wide, G, MEAN>(s.wide(), lanes(x), lanes_mut(y));
    }
    if const { Of::<G>::LARGE } {
        let mut sum = Cascade::new(s);
        windows!(G,
            output output at [i, j], first _first => {};
            // SAFETY: the pixel is inside the input.
            tap _tap, pixel pixel => { sum.add(unsafe { at(x, pixel) }) };
            // SAFETY: the output exists.
            end { unsafe { put(y, output, s.mul(sum.take(), s.splat(weight::<G, MEAN>(i, j)))) } }
        );
        return;
    }
    windows!(G,
        output output at [i, j], first _first => let mut sum = s.splat(0.0);
        tap _tap, pixel pixel => {
            // SAFETY: the pixel is inside the input.
            sum = s.add(sum, unsafe { at(x, pixel) });
        };
        end {
            // SAFETY: the output exists.
            unsafe { put(y, output, s.mul(sum, s.splat(weight::<G, MEAN>(i, j)))) };
        }
    );
}

/// The way back of [`gather`]: x, overwritten, is at each pixel the sum of its windows' y, each, if `MEAN`, times the pixel's
/// share.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn spread<S: Simd, G: Geometry, const MEAN: bool>(s: S, y: &[S::V], x: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT);
    if const { Of::<G>::CROWDED } {
        let mut sum = Cascade::new(s);
        pixels!(G,
            // SAFETY: the output exists.
            output output at [i, j], tap _tap => { sum.add(s.mul(unsafe { at(y, output) }, s.splat(weight::<G, MEAN>(i, j)))) };
            // SAFETY: the pixel is inside the input.
            pixel pixel => { unsafe { put(x, pixel, sum.take()) } }
        );
        return;
    }
    clear_uncovered::<S, G>(s, x);
    windows!(G,
        // SAFETY: the output exists.
        output output at [i, j], first _first => let y = s.mul(unsafe { at(y, output) }, s.splat(weight::<G, MEAN>(i, j)));
        tap _tap, pixel pixel => {
            // SAFETY: the pixel is inside the input.
            unsafe { give::<S, G>(s, x, pixel, y) };
        };
        end {}
    );
}

/// Zeros, unless every pixel is in exactly one window and will be written.
#[inline(always)]
fn clear_uncovered<S: Simd, G: Geometry>(s: S, dx: &mut [S::V]) {
    let covered = const {
        Of::<G>::DISJOINT
            && G::KERNEL[0] == G::STRIDE[0]
            && G::KERNEL[1] == G::STRIDE[1]
            && G::OUTPUT[1] * G::STRIDE[0] == G::INPUT[1]
            && G::OUTPUT[2] * G::STRIDE[1] == G::INPUT[2]
    };
    if !covered {
        for dx in dx {
            *dx = s.splat(0.0);
        }
    }
}

/// A pixel's share of a window's gradient: the whole of it where no two windows share a pixel.
///
/// # Safety
/// `pixel < dx.len()`.
#[inline(always)]
unsafe fn give<S: Simd, G: Geometry>(s: S, dx: &mut [S::V], pixel: usize, d: S::V) {
    // SAFETY: by the contract above.
    unsafe { put(dx, pixel, if Of::<G>::DISJOINT { d } else { s.add(at(dx, pixel), d) }) };
}

#[cfg(test)]
mod tests;
