//! Forward of a single sample, windows in lanes: a register tile is some output channels × the pixels of a window, for a
//! vector of windows, and only what wins is written.
//!
//! That takes a copy of the input in which windows that follow each other are neighbours, over the ends of rows: for each
//! column of a window's *field*, which is all that its taps reach over, every row of the input has the pixels of the
//! windows side by side, and the rows that windows below each other read at the same place follow one another. A vector of
//! a copy is joined from pieces of rows in a register: what was just stored is slow to read in other pieces.

use super::super::at;
use super::super::single::{Fold, Largest, products_of};
use super::conv::{self, Geometry as _};
use super::minimal::{Maps, SIDE, Six, single as minimal};
use super::{Activation, Geometry, Of, Pass, biases};
use crate::simd::{Simd, lanes};

/// Floats that the copies may take: a scratch is not to grow by more.
pub(super) const MOST: usize = 1 << 14;
/// Pieces of rows that may be joined to the vectors of a filling.
const PIECES: usize = 128;
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

    /// Rows of windows that fill vectors.
    const fn fill(lanes: usize) -> usize {
        let mut rows = 1;
        while !(rows * Self::COLUMNS).is_multiple_of(lanes) {
            rows += 1;
        }
        rows
    }

    /// Rows of windows that are laid out at a time: all, or as many as fill vectors and stay near.
    const fn rows(lanes: usize) -> usize {
        let fill = Self::fill(lanes);
        let rows = NEAR / (Self::C * Self::PACE[0] * Self::FIELD[1] * Self::COLUMNS * fill) * fill;
        let rows = if rows < fill { fill } else { rows };
        if rows < Self::ROWS { rows } else { Self::ROWS }
    }

    /// How often rows are laid out.
    pub(super) const fn times(lanes: usize) -> usize {
        Self::ROWS.div_ceil(Self::rows(lanes))
    }

    /// Multiply-adds, of vectors, of a group's windows.
    const fn products(lanes: usize) -> usize {
        Self::WINDOWS.div_ceil(lanes) * Self::PLACES * Self::FAN_IN * Self::O
    }

    /// Rows of a copy of so many rows of windows.
    const fn copied(rows: usize) -> usize {
        rows + (Self::FIELD[0] - 1) / Self::PACE[0]
    }

    /// From copy to copy: whole vectors, to the end of the last that is read.
    const fn distance(lanes: usize) -> usize {
        let rows = Self::rows(lanes);
        let last = (rows * Self::COLUMNS).next_multiple_of(lanes) + (Self::copied(rows) - rows) * Self::COLUMNS;
        last.next_multiple_of(lanes)
    }

    /// Floats of a group's copies.
    pub(super) const fn copies(lanes: usize) -> usize {
        Self::C * Self::PACE[0] * Self::FIELD[1] * Self::distance(lanes)
    }

    /// Where the copies have what windows read at a place in their field.
    #[inline(always)]
    pub(super) const fn copy(lanes: usize, c: usize, dy: usize, dx: usize) -> usize {
        ((c * Self::PACE[0] + dy % Self::PACE[0]) * Self::FIELD[1] + dx) * Self::distance(lanes)
            + dy / Self::PACE[0] * Self::COLUMNS
    }
}

/// Whether the copies cost less than the passes over the convolution's output: in multiply-adds of vectors, in whose time
/// two floats are copied, or half of one where they are copied one by one; to pool a vector takes the time of thirteen. With
/// few registers a tile has two channels, whose sums wait for one another, and nothing is gained.
pub(super) const fn pays<G: Geometry>(lanes: usize, registers: usize) -> bool {
    let plain = matches!(<<G::Conv as conv::Geometry>::Tiles32 as conv::Tiles>::METHOD, conv::Method::Plain);
    let products = Of::<G>::products(lanes);
    let pooling = (G::Conv::OUTPUT[1] * G::Conv::OUTPUT[2]).div_ceil(lanes) * Of::<G>::O * 13;
    let (copies, times) = (Of::<G>::copies(lanes), Of::<G>::times(lanes));
    let cost = if Of::<G>::PACE[1] <= 2 { copies * times / 2 } else { copies * times * 2 };
    let less = products + cost <= products_of::<G::Conv>(lanes) + pooling;
    let pieces = Of::<G>::fill(lanes) * Of::<G>::COLUMNS * Of::<G>::PACE[1] / lanes + Of::<G>::fill(lanes);
    plain && registers >= 32 && copies <= MOST && pieces <= PIECES && Of::<G>::PIXELS < 1 << 30 && less
}

/// Whether minimal filtering takes fewer operations, by a margin, where the geometry allows it.
pub(super) const fn filters<G: Geometry>(lanes: usize) -> bool {
    let floats = Of::<G>::copies(lanes) + Of::<G>::transformed(lanes);
    floats <= MOST && minimal::operations::<G>(lanes) <= Of::<G>::products(lanes) / 20 * 19
}

/// y = the largest f(w ∗ x + b) of each window, with tiles of `O` output channels; the `R` channels of a group that are left
/// get a smaller one. If `MINIMAL`, kernels are filtered minimally.
///
/// # Panics
/// If `temporary` does not hold a group's copies, and the transformed filters if there are any.
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
    const MINIMAL: bool,
>(
    s: S,
    mut pass: Pass<'_, f32, A>,
) {
    let (copies, rest) = core::mem::take(&mut pass.temporary).split_at_mut(const { Of::<G>::copies(S::LANES) });
    let transformed = if MINIMAL { &mut rest[..const { Of::<G>::transformed(S::LANES) }] } else { &mut [] };
    let chunk = if MINIMAL { const { Of::<G>::chunk(S::LANES) } } else { const { Of::<G>::O } };
    for g in 0..G::Conv::GROUPS {
        let mut first = 0;
        while first < Of::<G>::ROWS {
            let rows = const { Of::<G>::rows(S::LANES) }.min(Of::<G>::ROWS - first);
            let x = &pass.x[g * Of::<G>::C * Of::<G>::PIXELS..][..Of::<G>::C * Of::<G>::PIXELS];
            lay_out::<S, G, MINIMAL>(s, x, copies, first);
            for from in (g * Of::<G>::O..(g + 1) * Of::<G>::O).step_by(chunk) {
                let end = (from + chunk).min((g + 1) * Of::<G>::O);
                if MINIMAL {
                    minimal::spread::<S, G>(s, pass.w, from, end, transformed);
                }
                let (mut o, place) = (from, Place { copies, transformed, from, first, rows });
                while o + O <= end {
                    // SAFETY: by the contract above; channels o..o + O are in group g, and the rows are in the copies.
                    unsafe { channels::<S, G, A, O, PH, PW, MINIMAL>(s, &mut pass, place, o) };
                    o += O;
                }
                if R > 0 && o < end {
                    // SAFETY: as above; R channels are left.
                    unsafe { channels::<S, G, A, R, PH, PW, MINIMAL>(s, &mut pass, place, o) };
                }
            }
            first += rows;
        }
    }
}

/// Where tiles find what they multiply.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The copies of a group's channels, transformed in minimal filtering.
    copies: &'a [f32],
    /// The transformed filters in minimal filtering, from output channel `from` on.
    transformed: &'a [f32],
    from: usize,
    /// The rows of windows that are laid out.
    first: usize,
    rows: usize,
}

/// Lays out a group's channels, from a row of windows on: `[C][row in a pace][column of a field][row][window]`, with points
/// for columns if `MINIMAL`.
///
/// # Panics
/// If x is not the group's channels.
#[inline(always)]
fn lay_out<S: Simd, G: Geometry, const MINIMAL: bool>(s: S, x: &[f32], copies: &mut [f32], first: usize) {
    assert!(x.len() == Of::<G>::C * Of::<G>::PIXELS);
    let distance = const { Of::<G>::distance(S::LANES) };
    let pace = Of::<G>::PACE;
    let channels = copies.chunks_exact_mut(pace[0] * Of::<G>::FIELD[1] * distance);
    for (channel, copies) in x.chunks_exact(Of::<G>::PIXELS).zip(channels) {
        for (phase, copies) in copies.chunks_exact_mut(Of::<G>::FIELD[1] * distance).enumerate() {
            // What falls outside above wraps round below zero, and is beyond the end too.
            let top = (first * pace[0] + phase).wrapping_sub(Of::<G>::PADDING[0]);
            if pace[1] > 2 {
                for (dx, copy) in copies.chunks_exact_mut(distance).enumerate() {
                    copy_singly::<S, G>(channel, top, dx, copy);
                }
                continue;
            }
            copy_columns::<S, G, MINIMAL>(s, channel, top, copies);
        }
    }
}

/// Copies what windows read in the columns of their fields, from input row `top` on; or, if `MINIMAL`, the points of that.
#[inline(always)]
fn copy_columns<S: Simd, G: Geometry, const MINIMAL: bool>(s: S, channel: &[f32], top: usize, copies: &mut [f32]) {
    assert!(channel.len() == Of::<G>::PIXELS);
    let (pace, distance) = const { (Of::<G>::PACE, Of::<G>::distance(S::LANES)) };
    let (fill, pieces) = const { (Of::<G>::fill(S::LANES), &Of::<G>::pieces(S::LANES)) };
    let count = const { Of::<G>::copied(Of::<G>::rows(S::LANES)) };
    let vectors = const { Of::<G>::fill(S::LANES) * Of::<G>::COLUMNS / S::LANES };
    for (filling, first) in (0..count).step_by(fill).enumerate() {
        let top = top.wrapping_add(first * pace[0]);
        let mut pieces = &pieces[..];
        for m in filling * vectors..(filling * vectors + vectors).min((count * Of::<G>::COLUMNS).div_ceil(S::LANES)) {
            let mut store = |column: usize, vector: S::V| {
                let to = column * distance + m * S::LANES;
                // SAFETY: the slice is a vector's worth.
                unsafe { s.store(copies[to..to + S::LANES].as_mut_ptr(), vector) };
            };
            let mut rest = pieces;
            if MINIMAL {
                let mut columns = [s.splat(0.0); SIDE];
                for dx in (0..SIDE).step_by(2) {
                    ([columns[dx], columns[dx + 1]], rest) = join::<S, G>(s, channel, top, dx, pieces);
                }
                for (p, point) in Six::input(s, columns).into_iter().enumerate() {
                    store(p, point);
                }
            } else {
                // Every column, or two at once, since what lies between the pixels of one is the other's.
                for dx in (0..Of::<G>::FIELD[1]).step_by(pace[1]) {
                    let joined;
                    (joined, rest) = join::<S, G>(s, channel, top, dx, pieces);
                    for (column, vector) in (dx..Of::<G>::FIELD[1]).zip(&joined[..pace[1]]) {
                        store(column, *vector);
                    }
                }
            }
            pieces = rest;
        }
    }
}

/// A vector of what windows read in column `dx` of their fields, and in the next if they are two apart, of the first of some
/// pieces; and the pieces that are left.
#[inline(always)]
fn join<'a, S: Simd, G: Geometry>(
    s: S,
    channel: &[f32],
    top: usize,
    dx: usize,
    mut pieces: &'a [Piece],
) -> ([S::V; 2], &'a [Piece]) {
    let (pace, width) = (Of::<G>::PACE, Of::<G>::W);
    let left = dx as isize - Of::<G>::PADDING[1] as isize;
    // Where the field of the first window of a row begins in the channel, or would begin.
    let start = channel.as_ptr().wrapping_add(top.wrapping_mul(width)).wrapping_offset(left);
    let mut joined = [s.splat(0.0); 2];
    for part in 0..pace[1] {
        while let [piece, rest @ ..] = pieces {
            pieces = rest;
            let mut lanes = u32::from(piece.lanes);
            // Where all fields are inside, only what lies behind an odd last column may be outside.
            if const { Of::<G>::cut(1) } || !Of::<G>::FIELD[1].is_multiple_of(pace[1]) {
                lanes &= piece.inside(left, width);
            }
            if top.wrapping_add(usize::from(piece.row) * pace[0]) < Of::<G>::H {
                // SAFETY: the row is in the channel, and so are the columns of these lanes.
                joined[part] =
                    unsafe { s.load_lanes(joined[part], start.wrapping_offset(piece.offset as isize), lanes) };
            }
            if piece.last {
                break;
            }
        }
    }
    (if pace[1] == 1 { joined } else { s.unzip(joined[0], joined[1]) }, pieces)
}

/// A piece of a row that is joined with others to a vector: pixels in a column of the fields of windows that follow each
/// other, with those between windows.
#[derive(Clone, Copy)]
struct Piece {
    /// The row of windows.
    row: u16,
    /// The lanes that it fills, a bit each.
    lanes: u16,
    /// The column of lane 0, from the column in the first window of the row; may lie before it.
    column: i32,
    /// Where lane 0 lies, from the column in the first window of the first row.
    offset: i32,
    /// Whether the vector is full.
    last: bool,
}

impl Piece {
    /// The lanes whose pixels are inside the input, where the column of the first window's field is `left`.
    #[inline(always)]
    fn inside(self, left: isize, width: usize) -> u32 {
        let zero = left + self.column as isize;
        let below = |lane: isize| (1_u32 << lane.clamp(0, 16)) - 1;
        below(width as isize - zero) & !below(-zero)
    }
}

impl<G: Geometry> Of<G> {
    /// The pieces of the vectors of a filling, vector after vector; as many as there is room for.
    const fn pieces(lanes: usize) -> [Piece; PIECES] {
        let mut pieces = [Piece { row: 0, lanes: 0, column: 0, offset: 0, last: true }; PIECES];
        let (windows, mut n) = (lanes / Self::PACE[1], 0);
        if Self::PACE[1] > 2 || windows == 0 {
            return pieces;
        }
        let mut start = 0;
        while start < Self::fill(lanes) * Self::COLUMNS {
            let mut done = 0;
            while done < windows {
                if n == PIECES {
                    return pieces;
                }
                let (row, column) = ((start + done) / Self::COLUMNS, (start + done) % Self::COLUMNS);
                let mut end = done + Self::COLUMNS - column;
                end = if end < windows { end } else { windows };
                let zero = (column as i32 - done as i32) * Self::PACE[1] as i32;
                pieces[n] = Piece {
                    row: row as u16,
                    lanes: ((1_u32 << (end * Self::PACE[1])) - (1_u32 << (done * Self::PACE[1]))) as u16,
                    column: zero,
                    offset: (row * Self::PACE[0] * Self::W) as i32 + zero,
                    last: end == windows,
                };
                (n, done) = (n + 1, end);
            }
            start += windows;
        }
        pieces
    }
}

/// Copies what windows read in column `dx` of their fields, from input row `top` on.
#[inline(always)]
fn copy_singly<S: Simd, G: Geometry>(channel: &[f32], top: usize, dx: usize, copy: &mut [f32]) {
    let count = const { Of::<G>::copied(Of::<G>::rows(S::LANES)) };
    for (j, copy) in copy.chunks_exact_mut(Of::<G>::COLUMNS).take(count).enumerate() {
        let row = top.wrapping_add(j * Of::<G>::PACE[0]);
        for (window, to) in copy.iter_mut().enumerate() {
            let column = (window * Of::<G>::PACE[1] + dx).wrapping_sub(Of::<G>::PADDING[1]);
            let inside = row < Of::<G>::H && column < Of::<G>::W;
            *to = if inside { channel[row * Of::<G>::W + column] } else { 0.0 };
        }
    }
}

/// Output channels `o..o + O` of some rows of windows.
///
/// # Safety
/// The slices have the geometry's lengths; the channels exist and are those of the copies' group, and so do the rows and, if
/// `MINIMAL`, the transformed filters.
#[inline(always)]
unsafe fn channels<
    S: Simd,
    G: Geometry,
    A: Activation,
    const O: usize,
    const PH: usize,
    const PW: usize,
    const MINIMAL: bool,
>(
    s: S,
    pass: &mut Pass<'_, f32, A>,
    place: Place<'_>,
    o: usize,
) {
    let (first, count) = (place.first * Of::<G>::COLUMNS, place.rows * Of::<G>::COLUMNS);
    for start in (0..count).step_by(S::LANES) {
        // SAFETY: by the contract above; a vector begins inside the copies, which are whole vectors.
        let largest = unsafe {
            let bias = biases(s, pass.b, o);
            let z = if MINIMAL {
                let (copies, filters) = (place.copies, place.transformed);
                let z = minimal::windows::<S, G, O>(s, copies, filters, bias, o - place.from, start);
                let mut sums = [[[s.splat(0.0); PW]; PH]; O];
                for k in 0..O {
                    for p in 0..PH {
                        for q in 0..PW {
                            // There are two rows and columns.
                            sums[k][p][q] = z[k][p % 2][q % 2];
                        }
                    }
                }
                sums
            } else {
                sums::<S, G, O, PH, PW>(s, place.copies, pass.w, bias, o, start)
            };
            largest::<S, A, O, PH, PW>(s, z, pass.activation, o)
        };
        for k in 0..O {
            let y = &mut pass.y[(o + k) * Of::<G>::WINDOWS + first + start..];
            if start + S::LANES <= count {
                // SAFETY: the windows of a vector are left.
                unsafe { s.store(y[..S::LANES].as_mut_ptr(), largest[k]) };
            } else {
                y[..count - start].copy_from_slice(&lanes(&largest[k..=k])[..count - start]);
            }
        }
    }
}

/// The sums of a vector of windows, from `start` in the copies, begun with the biases.
///
/// # Safety
/// As for [`channels`].
#[inline(always)]
unsafe fn sums<S: Simd, G: Geometry, const O: usize, const PH: usize, const PW: usize>(
    s: S,
    copies: &[f32],
    w: &[f32],
    bias: [S::V; O],
    o: usize,
    start: usize,
) -> [[[S::V; PW]; PH]; O] {
    let mut acc = bias.map(|bias| [[bias; PW]; PH]);
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
    acc
}

/// The largest f of each channel's window.
#[inline(always)]
fn largest<S: Simd, A: Activation, const O: usize, const PH: usize, const PW: usize>(
    s: S,
    acc: [[[S::V; PW]; PH]; O],
    activation: A,
    o: usize,
) -> [S::V; O] {
    let mut slopes = [s.splat(0.0); O];
    for k in 0..O {
        slopes[k] = s.splat(activation.slope(o + k));
    }
    // Channels innermost: a loop over channels with a window in it is too long to be unrolled, and tiles are in registers
    // only where all loops over them are.
    let mut largest = [s.splat(Largest::START); O];
    if (0..O).all(|k| activation.increases(o + k)) {
        // Only the largest goes through f.
        for p in 0..PH {
            for q in 0..PW {
                for k in 0..O {
                    largest[k] =
                        if (p, q) == (0, 0) { acc[k][0][0] } else { Largest::fold(s, largest[k], acc[k][p][q]) };
                }
            }
        }
        for k in 0..O {
            largest[k] = A::value(s, slopes[k], largest[k]);
        }
        return largest;
    }
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
