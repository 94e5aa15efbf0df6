//! Blocks by F(2×2, 5×5): z = Aᵀ\[(G g Gᵀ) ⊙ (Bᵀ d B)\]A.
//!
//! Two neighbouring windows are computed at a time, and of these two rows of points after another, so that their tiles stay in
//! the smallest cache for all output channels. Of the products of a row, Aᵀ from the right is taken at once.

use super::super::super::{at, put};
use super::super::{Activation, Geometry, Of, Pass};
use super::{Maps, SIDE, Six, TAPS, ends, far, near, pool};
use crate::simd::{Simd, lanes, lanes_mut};

/// Columns of the input that two windows read.
const COLUMNS: usize = SIDE + 2;

/// The rows of points that are computed together.
const ROWS: [[usize; 2]; 3] = [[1, 2], [3, 4], [0, 5]];

impl<G: Geometry> Of<G> {
    /// Windows at a time.
    const PAIR: usize = if Self::COLUMNS < 2 { 1 } else { 2 };

    /// Vectors from point to point of the transformed filters, whose lanes are filters. An odd number: powers of two would meet
    /// in the same lines of the cache.
    const fn filters(lanes: usize) -> usize {
        (Self::CHANNELS * Self::OUTPUTS).div_ceil(lanes) | 1
    }

    /// Vectors of filters, of the tiles of a row of points, of the products of such a row and so many output channels, and of
    /// what is summed of all rows and channels.
    const fn lengths(lanes: usize, outputs: usize) -> [usize; 4] {
        let row = SIDE * Self::PAIR;
        [SIDE * SIDE * Self::filters(lanes), Self::CHANNELS * row, outputs * row, Self::OUTPUTS * 2 * row]
    }
}

/// Vectors that [`forward`] works in.
pub(super) const fn temporary<G: Geometry>(lanes: usize, outputs: usize) -> usize {
    let [filters, tiles, products, sums] = Of::<G>::lengths(lanes, outputs);
    filters + 2 * tiles + products + sums
}

/// What is worked in; see [`Of::lengths`].
struct Memory<'a, V> {
    filters: &'a mut [V],
    /// `[row of points][C][point][window]`, of two rows.
    tiles: &'a mut [V],
    /// `[output channel][window][point]`, of a row of points and some channels.
    products: &'a mut [V],
    /// `[output channel][window][row of points][column of the window]`
    sums: &'a mut [V],
}

/// Forward with register tiles of `O` output channels; `R` are left.
///
/// # Safety
/// The slices have the geometry's lengths.
#[inline(always)]
pub(in super::super) unsafe fn forward<S: Simd, G: Geometry, A: Activation, const O: usize, const R: usize>(
    s: S,
    mut pass: Pass<'_, S::V, A>,
) {
    const { Of::<G>::check() };
    let [a, b, c, d] = const { Of::<G>::lengths(S::LANES, O) };
    let (filters, rest) = core::mem::take(&mut pass.temporary).split_at_mut(a);
    let (tiles, rest) = rest.split_at_mut(2 * b);
    let (products, rest) = rest.split_at_mut(c);
    let mut memory = Memory { filters, tiles, products, sums: &mut rest[..d] };
    spread_all::<S, G>(s, pass.w, memory.filters);
    for i in 0..Of::<G>::ROWS {
        for j in (0..Of::<G>::COLUMNS).step_by(const { Of::<G>::PAIR }) {
            // The last pair of an odd row computes the window before it once more.
            let j = j.min(const { Of::<G>::COLUMNS - Of::<G>::PAIR });
            // SAFETY: the lengths are asserted; the windows exist.
            unsafe {
                if const { Of::<G>::PAIR == 2 } {
                    windows::<S, G, A, O, R, 2>(s, &mut pass, &mut memory, i, j);
                } else {
                    windows::<S, G, A, O, R, 1>(s, &mut pass, &mut memory, i, j);
                }
            }
        }
    }
}

/// Windows `j..j + T` of row `i`; `T` is [`Of::PAIR`].
///
/// # Safety
/// The slices have the geometry's lengths, and the memory its own; the windows exist.
#[inline(always)]
unsafe fn windows<S: Simd, G: Geometry, A: Activation, const O: usize, const R: usize, const T: usize>(
    s: S,
    pass: &mut Pass<'_, S::V, A>,
    memory: &mut Memory<'_, S::V>,
    i: usize,
    j: usize,
) {
    // SAFETY: by the contract above.
    unsafe {
        rows::<S, G, O, R, T, 0>(s, pass.x, memory, i, j);
        rows::<S, G, O, R, T, 1>(s, pass.x, memory, i, j);
        rows::<S, G, O, R, T, 2>(s, pass.x, memory, i, j);
    }
    for o in 0..Of::<G>::OUTPUTS {
        // SAFETY: there is a bias for each channel, if there is one.
        let bias = s.splat(if pass.b.is_empty() { 0.0 } else { unsafe { at(pass.b, o) } });
        for t in 0..T {
            let mut z = [[bias; 2]; 2];
            for b in 0..2 {
                let mut column = [s.splat(0.0); SIDE];
                for p in 0..SIDE {
                    // SAFETY: channel, window, row and column are inside the sums.
                    column[p] = unsafe { at(memory.sums, ((o * T + t) * SIDE + p) * 2 + b) };
                }
                let column: [S::V; 2] = Six::output(s, column);
                for a in 0..2 {
                    z[a][b] = s.add(column[a], bias);
                }
            }
            let to = o * Of::<G>::WINDOWS + i * Of::<G>::COLUMNS + j + t;
            // SAFETY: channel and window exist.
            unsafe { pool::<S, G, A, 2, 2>(s, pass, z, o, to) };
        }
    }
}

/// What [`ROWS`]`[PAIR]` of the points give to the sums of windows `j..j + T` of row `i`.
///
/// # Safety
/// As for [`windows`].
#[inline(always)]
unsafe fn rows<S: Simd, G: Geometry, const O: usize, const R: usize, const T: usize, const PAIR: usize>(
    s: S,
    x: &[S::V],
    memory: &mut Memory<'_, S::V>,
    i: usize,
    j: usize,
) {
    for c in 0..Of::<G>::CHANNELS {
        // SAFETY: by the contract above; the channel exists.
        unsafe { transform::<S, G, T, PAIR>(s, x, memory.tiles, c, i, j) };
    }
    for half in 0..2 {
        let mut o = 0;
        while o + O <= Of::<G>::OUTPUTS {
            // SAFETY: by the contract above; the channels exist.
            unsafe { products::<S, G, O, T>(s, memory, half, ROWS[PAIR][half], o) };
            o += O;
        }
        if R > 0 {
            // SAFETY: as above; R channels are left.
            unsafe { products::<S, G, R, T>(s, memory, half, ROWS[PAIR][half], o) };
        }
    }
}

/// [`ROWS`]`[PAIR]` of Bᵀ d B, of channel `c`.
///
/// # Safety
/// As for [`windows`]; the channel exists.
#[inline(always)]
unsafe fn transform<S: Simd, G: Geometry, const T: usize, const PAIR: usize>(
    s: S,
    x: &[S::V],
    tiles: &mut [S::V],
    c: usize,
    i: usize,
    j: usize,
) {
    let mut rows = [[s.splat(0.0); COLUMNS]; 2];
    for v in 0..2 * T + TAPS - 1 {
        // What falls outside above or to the left wraps round below zero, and is beyond the end too.
        let column = (2 * j + v).wrapping_sub(Of::<G>::PADDING[1]);
        let mut pixels = [s.splat(0.0); SIDE];
        for u in 0..SIDE {
            let row = (2 * i + u).wrapping_sub(Of::<G>::PADDING[0]);
            if Of::<G>::INSIDE || (row < Of::<G>::H && column < Of::<G>::W) {
                // SAFETY: channel, row and column are inside the input.
                pixels[u] = unsafe { at(x, (c * Of::<G>::H + row) * Of::<G>::W + column) };
            }
        }
        [rows[0][v], rows[1][v]] = match PAIR {
            0 => near(s, pixels),
            1 => far(s, pixels),
            _ => ends(s, pixels),
        };
    }
    for half in 0..2 {
        for t in 0..T {
            let mut pixels = [s.splat(0.0); SIDE];
            pixels.copy_from_slice(&rows[half][2 * t..2 * t + SIDE]);
            for (q, point) in Six::input(s, pixels).into_iter().enumerate() {
                // SAFETY: row, channel, point and window are inside the tiles.
                unsafe { put(tiles, ((half * Of::<G>::CHANNELS + c) * SIDE + q) * T + t, point) };
            }
        }
    }
}

/// The products of row `p` of the points, which is `half` of the tiles, summed over input channels and brought together, of
/// output channels `o..o + O`.
///
/// # Safety
/// As for [`windows`]; row and channels exist.
#[inline(always)]
unsafe fn products<S: Simd, G: Geometry, const O: usize, const T: usize>(
    s: S,
    memory: &mut Memory<'_, S::V>,
    half: usize,
    p: usize,
    o: usize,
) {
    // With enough registers, the sums of all points are in them; else those of a point at a time.
    if const { S::REGISTERS >= 32 } {
        // SAFETY: by the contract above.
        let points = unsafe { sums::<S, G, O, T, SIDE>(s, memory, half, p, 0, o) };
        for k in 0..O {
            for t in 0..T {
                // SAFETY: by the contract above.
                unsafe { bring(s, points[k][t], memory.sums, ((o + k) * T + t) * SIDE + p) };
            }
        }
        return;
    }
    for q in 0..SIDE {
        // SAFETY: by the contract above.
        let points = unsafe { sums::<S, G, O, T, 1>(s, memory, half, p, q, o) };
        for k in 0..O {
            for t in 0..T {
                // SAFETY: channel, window and point are inside the products.
                unsafe { put(memory.products, (k * T + t) * SIDE + q, points[k][t][0]) };
            }
        }
    }
    for k in 0..O {
        for t in 0..T {
            // SAFETY: as above, and by the contract.
            unsafe {
                let points = load::<S, SIDE>(s, memory.products, (k * T + t) * SIDE);
                bring(s, points, memory.sums, ((o + k) * T + t) * SIDE + p);
            }
        }
    }
}

/// The products of `Q` points from `q` on of row `p`, summed over input channels: `[O][T][Q]`.
///
/// # Safety
/// As for [`products`]; the points exist.
#[inline(always)]
unsafe fn sums<S: Simd, G: Geometry, const O: usize, const T: usize, const Q: usize>(
    s: S,
    memory: &Memory<'_, S::V>,
    half: usize,
    p: usize,
    q: usize,
    o: usize,
) -> [[[S::V; Q]; T]; O] {
    let (filters, distance) = (lanes(memory.filters), Of::<G>::filters(S::LANES) * S::LANES);
    let (filter, tile) = ((p * SIDE + q) * distance + o * Of::<G>::CHANNELS, half * Of::<G>::CHANNELS * SIDE + q);
    let mut acc = [[[s.splat(0.0); Q]; T]; O];
    for c in 0..Of::<G>::CHANNELS {
        for point in 0..Q {
            // SAFETY: rows, points and channels are inside tiles and filters.
            unsafe {
                let tiles = load::<S, T>(s, memory.tiles, (tile + c * SIDE + point) * T);
                for k in 0..O {
                    let weight = s.splat(at(filters, filter + point * distance + k * Of::<G>::CHANNELS + c));
                    for t in 0..T {
                        acc[k][t][point] = s.fma(tiles[t], weight, acc[k][t][point]);
                    }
                }
            }
        }
    }
    acc
}

/// Writes Aᵀ of a row of points as row `to` of the sums.
///
/// # Safety
/// The row exists.
#[inline(always)]
unsafe fn bring<S: Simd>(s: S, points: [S::V; SIDE], sums: &mut [S::V], to: usize) {
    let [even, odd] = Six::output(s, points);
    // SAFETY: by the contract above; a row has two vectors.
    unsafe {
        put(sums, to * 2, even);
        put(sums, to * 2 + 1, odd);
    }
}

/// `N` vectors.
///
/// # Safety
/// They are inside x.
#[inline(always)]
unsafe fn load<S: Simd, const N: usize>(s: S, x: &[S::V], from: usize) -> [S::V; N] {
    let mut vectors = [s.splat(0.0); N];
    for n in 0..N {
        // SAFETY: by the contract above.
        vectors[n] = unsafe { at(x, from + n) };
    }
    vectors
}

/// u = G g Gᵀ of all filters: `[point][O][C]`.
///
/// # Panics
/// If there are fewer weights than the geometry has, or less memory.
#[inline(always)]
fn spread_all<S: Simd, G: Geometry>(s: S, w: &[f32], u: &mut [S::V]) {
    let distance = const { Of::<G>::filters(S::LANES) * S::LANES };
    let u = lanes_mut(u);
    let count = const { Of::<G>::CHANNELS * Of::<G>::OUTPUTS };
    assert!(w.len() == count * TAPS * TAPS && u.len() == SIDE * SIDE * distance);
    for first in (0..count).step_by(S::LANES) {
        let g = taps(s, &w[first * TAPS * TAPS..]);
        let mut columns = [[s.splat(0.0); TAPS]; SIDE];
        for v in 0..TAPS {
            let column = Six::filter(s, [g[v], g[TAPS + v], g[2 * TAPS + v], g[3 * TAPS + v], g[4 * TAPS + v]]);
            for p in 0..SIDE {
                columns[p][v] = column[p];
            }
        }
        for p in 0..SIDE {
            let row = Six::filter(s, columns[p]);
            for q in 0..SIDE {
                // SAFETY: there are as many points, and a vector that begins below `count` ends within the distance.
                unsafe { s.store(u.as_mut_ptr().add((p * SIDE + q) * distance + first), row[q]) };
            }
        }
    }
}

/// The taps of the first `LANES` filters, which lie in w one after the other: a vector for each tap, with a filter in each
/// lane. Where there are fewer, those that are missing are zero.
#[inline(always)]
fn taps<S: Simd>(s: S, w: &[f32]) -> [S::V; TAPS * TAPS] {
    let mut last;
    let mut w = w;
    if w.len() < S::LANES * TAPS * TAPS {
        last = [s.splat(0.0); TAPS * TAPS];
        lanes_mut(&mut last)[..w.len()].copy_from_slice(w);
        w = lanes(&last);
    }
    let mut taps = [s.splat(0.0); TAPS * TAPS];
    for first in (0..TAPS * TAPS).step_by(S::LANES) {
        let first = first.min(TAPS * TAPS - S::LANES);
        let square = &mut taps[first..first + S::LANES];
        for (lane, row) in square.iter_mut().enumerate() {
            // SAFETY: first + LANES is at most the taps of a filter, and there are as many filters as lanes.
            *row = unsafe { s.load(w.as_ptr().add(lane * TAPS * TAPS + first)) };
        }
        s.transpose(square);
    }
    taps
}
