//! Forward of a single sample, windows in lanes: a register tile is some output channels × the pixels of a window, for a
//! vector of windows, and only what wins is written.
//!
//! That takes a copy of the input in which windows that follow each other are neighbours, over the ends of rows: for each
//! column of a window's *field*, which is all that its taps reach over, every row of the input has the pixels of the
//! windows side by side, and the rows that windows below each other read at the same place follow one another.

use super::super::single::{Fold, Largest, products_of};
use super::super::{at, put};
use super::conv::{self, Geometry as _};
use super::{Activation, Geometry, Of};
use crate::simd::{Simd, lanes};

/// Floats that the copies may take: a scratch is not to grow by more.
const MOST: usize = 1 << 14;
/// Floats of the copies that stay in the smallest cache.
const NEAR: usize = 6 << 10;

impl<G: Geometry> Of<G> {
    /// From window to window of the input.
    const PACE: [usize; 2] = [Self::STEP[0] * Self::STRIDE[0], Self::STEP[1] * Self::STRIDE[1]];
    /// Height and width of a window's field.
    const FIELD: [usize; 2] = [
        (Self::KERNEL[0] - 1) * Self::DILATION[0] + (Self::WINDOW[0] - 1) * Self::STRIDE[0] + 1,
        (Self::KERNEL[1] - 1) * Self::DILATION[1] + (Self::WINDOW[1] - 1) * Self::STRIDE[1] + 1,
    ];

    /// Rows of windows that are laid out at a time: all, or as many as fill vectors and stay near.
    const fn rows(lanes: usize) -> usize {
        let mut fill = 1;
        while !(fill * Self::COLUMNS).is_multiple_of(lanes) {
            fill += 1;
        }
        let rows = NEAR / (Self::C * Self::PACE[0] * Self::FIELD[1] * Self::COLUMNS * fill) * fill;
        let rows = if rows < fill { fill } else { rows };
        if rows < Self::ROWS { rows } else { Self::ROWS }
    }

    /// Rows of a copy of so many rows of windows.
    const fn copied(rows: usize) -> usize {
        rows + (Self::FIELD[0] - 1) / Self::PACE[0]
    }

    /// From copy to copy: to the end of the last vector that is read.
    const fn distance(lanes: usize) -> usize {
        let rows = Self::rows(lanes);
        (rows * Self::COLUMNS).next_multiple_of(lanes) + (Self::copied(rows) - rows) * Self::COLUMNS
    }

    /// Of each remainder modulo the pace, the pixels of a row that windows read.
    const fn reach() -> usize {
        Self::COLUMNS + (Self::FIELD[1] - 1) / Self::PACE[1]
    }

    /// What these take, with a vector behind them to write over the end.
    const fn part(lanes: usize) -> usize {
        let all = (Self::W + Self::PADDING[1]).div_ceil(Self::PACE[1]);
        (if all > Self::reach() { all } else { Self::reach() }).next_multiple_of(lanes) + lanes
    }

    /// Floats of a channel's rows, each in parts.
    const fn split(lanes: usize) -> usize {
        Self::copied(Self::rows(lanes)) * Self::PACE[0] * Self::PACE[1] * Self::part(lanes)
    }

    /// Floats of a group's copies.
    const fn copies(lanes: usize) -> usize {
        Self::C * Self::PACE[0] * Self::FIELD[1] * Self::distance(lanes)
    }

    /// Where the copies have what windows read at a place in their field.
    #[inline(always)]
    const fn copy(lanes: usize, c: usize, dy: usize, dx: usize) -> usize {
        ((c * Self::PACE[0] + dy % Self::PACE[0]) * Self::FIELD[1] + dx) * Self::distance(lanes)
            + dy / Self::PACE[0] * Self::COLUMNS
    }
}

/// Whether the copies cost less than the passes over the convolution's output: in multiply-adds of vectors, in whose time
/// two floats are copied; to pool a vector takes the time of thirteen. With few registers a tile has two channels, whose sums
/// wait for one another, and nothing is gained.
pub(super) const fn pays<G: Geometry>(lanes: usize, registers: usize) -> bool {
    let plain = matches!(<<G::Conv as conv::Geometry>::Tiles32 as conv::Tiles>::METHOD, conv::Method::Plain);
    let products = Of::<G>::WINDOWS.div_ceil(lanes) * Of::<G>::PLACES * Of::<G>::FAN_IN * Of::<G>::O;
    let pooling = (G::Conv::OUTPUT[1] * G::Conv::OUTPUT[2]).div_ceil(lanes) * Of::<G>::O * 13;
    let (copies, times) = (Of::<G>::copies(lanes), Of::<G>::ROWS.div_ceil(Of::<G>::rows(lanes)));
    let less = products + copies * times / 2 <= products_of::<G::Conv>(lanes) + pooling;
    plain && registers >= 32 && copies <= MOST && less
}

/// y = the largest f(w ∗ x + b) of each window.
///
/// # Panics
/// If `temporary` does not hold a group's copies and a channel's rows.
///
/// # Safety
/// The slices have the geometry's lengths.
#[inline(always)]
pub(super) unsafe fn forward<
    S: Simd,
    G: Geometry,
    A: Activation,
    const O: usize,
    const R: usize,
    const PH: usize,
    const PW: usize,
>(
    s: S,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    activation: A,
    y: &mut [f32],
    temporary: &mut [f32],
) {
    let (copies, split) = temporary.split_at_mut(const { Of::<G>::copies(S::LANES) });
    let split = &mut split[..const { Of::<G>::split(S::LANES) }];
    for g in 0..G::Conv::GROUPS {
        let mut first = 0;
        while first < Of::<G>::ROWS {
            let rows = const { Of::<G>::rows(S::LANES) }.min(Of::<G>::ROWS - first);
            // SAFETY: by the contract above; the group's channels are in x, and the rows exist.
            unsafe {
                lay_out::<S, G>(
                    s,
                    &x[g * Of::<G>::C * Of::<G>::PIXELS..][..Of::<G>::C * Of::<G>::PIXELS],
                    copies,
                    split,
                    first,
                    rows,
                )
            };
            let (mut o, end) = (g * Of::<G>::O, (g + 1) * Of::<G>::O);
            while o + O <= end {
                // SAFETY: by the contract above; channels o..o + O are in group g, and the rows are in the copies.
                unsafe { channels::<S, G, A, O, PH, PW>(s, copies, w, b, activation, y, o, first, rows) };
                o += O;
            }
            if R > 0 {
                // SAFETY: as above; R channels are left.
                unsafe { channels::<S, G, A, R, PH, PW>(s, copies, w, b, activation, y, o, first, rows) };
            }
            first += rows;
        }
    }
}

/// Lays out a group's channels, for some rows of windows: `[C][row in a pace][column of a field][row][window]`.
///
/// # Safety
/// x begins with the group's channels; the copies and `split` have their lengths; the rows exist.
#[inline(always)]
unsafe fn lay_out<S: Simd, G: Geometry>(
    s: S,
    x: &[f32],
    copies: &mut [f32],
    split: &mut [f32],
    first: usize,
    rows: usize,
) {
    let (distance, part) = const { (Of::<G>::distance(S::LANES), Of::<G>::part(S::LANES)) };
    let (pace, columns) = (Of::<G>::PACE, Of::<G>::COLUMNS);
    let channels = copies.chunks_exact_mut(pace[0] * Of::<G>::FIELD[1] * distance);
    for (channel, copies) in x.chunks_exact(Of::<G>::PIXELS).zip(channels) {
        // All of them before any is read again: what was just stored is slow to read in pieces.
        for (i, split) in split.chunks_exact_mut(pace[1] * part).take(Of::<G>::copied(rows) * pace[0]).enumerate() {
            // What falls outside above wraps round below zero, and is beyond the end too.
            let row = (first * pace[0] + i).wrapping_sub(Of::<G>::PADDING[0]);
            if row < Of::<G>::H {
                // SAFETY: the row is in the channel, and `split` has the length of its parts.
                unsafe { split_row::<S, G>(s, &channel[row * Of::<G>::W..], split) };
            } else {
                split.fill(0.0);
            }
        }
        for (n, copy) in copies.chunks_exact_mut(distance).enumerate() {
            let (phase, dx) = (n / Of::<G>::FIELD[1], n % Of::<G>::FIELD[1]);
            let from = (phase * pace[1] + dx % pace[1]) * part + dx / pace[1];
            let split = split[from..].chunks(pace[0] * pace[1] * part);
            for (to, from) in copy.chunks_exact_mut(columns).zip(split).take(Of::<G>::copied(rows)) {
                to.copy_from_slice(&from[..columns]);
            }
        }
    }
}

/// Lays out the pixels of a row, with zeros where there is padding, those of each remainder modulo the windows' pace
/// together.
///
/// # Safety
/// x begins with the row; `row` has the length of its parts.
#[inline(always)]
unsafe fn split_row<S: Simd, G: Geometry>(s: S, x: &[f32], row: &mut [f32]) {
    let (pace, left, part) = const { (Of::<G>::PACE[1], Of::<G>::PADDING[1], Of::<G>::part(S::LANES)) };
    let first = |remainder: usize| left.saturating_sub(remainder).div_ceil(pace);
    let end = |remainder: usize| (Of::<G>::W + left).saturating_sub(remainder).div_ceil(pace);
    for start in (0..Of::<G>::W.div_ceil(pace)).step_by(S::LANES) {
        if pace <= 2 && pace * (start + S::LANES) <= x.len() {
            // SAFETY: so many vectors are left of x; each part has room for one behind its end.
            unsafe {
                let p = x.as_ptr().add(pace * start);
                if pace == 1 {
                    s.store(row.as_mut_ptr().add(left + start), s.load(p));
                } else {
                    let halves = s.unzip(s.load(p), s.load(p.add(S::LANES)));
                    for remainder in 0..2 {
                        let to = remainder * part + first(remainder) + start;
                        s.store(row.as_mut_ptr().add(to), halves[(remainder + left) % 2]);
                    }
                }
            }
        } else {
            for column in pace * start..Of::<G>::W.min(pace * (start + S::LANES)) {
                // SAFETY: the column exists, and has its place in a part.
                unsafe { put(row, (column + left) % pace * part + (column + left) / pace, at(x, column)) };
            }
        }
    }
    for (remainder, part) in row.chunks_exact_mut(part).enumerate() {
        part[..first(remainder)].fill(0.0);
        part[end(remainder)..Of::<G>::reach().max(end(remainder))].fill(0.0);
    }
}

/// Output channels `o..o + O` of some rows of windows.
///
/// # Safety
/// The slices have the geometry's lengths; the channels exist and are those of the copies' group, and so do the rows.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn channels<S: Simd, G: Geometry, A: Activation, const O: usize, const PH: usize, const PW: usize>(
    s: S,
    copies: &[f32],
    w: &[f32],
    b: &[f32],
    activation: A,
    y: &mut [f32],
    o: usize,
    first: usize,
    rows: usize,
) {
    let (first, count) = (first * Of::<G>::COLUMNS, rows * Of::<G>::COLUMNS);
    for start in (0..count).step_by(S::LANES) {
        // SAFETY: by the contract above; a vector begins inside the copies, which are whole vectors.
        let largest = unsafe { tile::<S, G, A, O, PH, PW>(s, copies, w, b, activation, o, start) };
        let count = S::LANES.min(count - start);
        for k in 0..O {
            let to = (o + k) * Of::<G>::WINDOWS + first + start;
            y[to..to + count].copy_from_slice(&lanes(&largest[k..=k])[..count]);
        }
    }
}

/// A vector of windows, from `start` in the copies.
///
/// # Safety
/// As for [`channels`].
#[inline(always)]
unsafe fn tile<S: Simd, G: Geometry, A: Activation, const O: usize, const PH: usize, const PW: usize>(
    s: S,
    copies: &[f32],
    w: &[f32],
    b: &[f32],
    activation: A,
    o: usize,
    start: usize,
) -> [S::V; O] {
    let mut acc = [[[s.splat(0.0); PW]; PH]; O];
    if !b.is_empty() {
        for k in 0..O {
            // SAFETY: there is a bias for each channel.
            acc[k] = [[s.splat(unsafe { at(b, o + k) }); PW]; PH];
        }
    }
    for c in 0..Of::<G>::C {
        for u in 0..Of::<G>::KERNEL[0] {
            for v in 0..Of::<G>::KERNEL[1] {
                let mut pixels = [[s.splat(0.0); PW]; PH];
                for p in 0..PH {
                    for q in 0..PW {
                        let (dy, dx) = (
                            u * Of::<G>::DILATION[0] + p * Of::<G>::STRIDE[0],
                            v * Of::<G>::DILATION[1] + q * Of::<G>::STRIDE[1],
                        );
                        let from = Of::<G>::copy(S::LANES, c, dy, dx) + start;
                        // SAFETY: the place is inside the field, and a vector is left at `start`.
                        pixels[p][q] = unsafe { s.load(copies.as_ptr().add(from)) };
                    }
                }
                let weight = o * Of::<G>::FAN_IN + (c * Of::<G>::KERNEL[0] + u) * Of::<G>::KERNEL[1] + v;
                for k in 0..O {
                    // SAFETY: channel and tap are inside the weights.
                    let weight = s.splat(unsafe { at(w, weight + k * Of::<G>::FAN_IN) });
                    for p in 0..PH {
                        for q in 0..PW {
                            acc[k][p][q] = s.fma(pixels[p][q], weight, acc[k][p][q]);
                        }
                    }
                }
            }
        }
    }
    let mut slopes = [s.splat(0.0); O];
    for k in 0..O {
        slopes[k] = s.splat(activation.slope(o + k));
    }
    // Channels innermost: a loop over channels with a window in it is too long to be unrolled, and tiles are in registers
    // only where all loops over them are.
    let mut largest = [s.splat(Largest::START); O];
    for p in 0..PH {
        for q in 0..PW {
            for k in 0..O {
                let value = A::value(s, slopes[k], acc[k][p][q]);
                largest[k] = if (p, q) == (0, 0) { value } else { Largest::fold(s, largest[k], value) };
            }
        }
    }
    largest
}
