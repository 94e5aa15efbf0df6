//! Blocks by F(2, 5) along rows: for few input channels, since little is done to a window's inputs and outputs.
//!
//! A column of windows after the other, whose inputs are transformed once.

use super::super::super::{at, opaque, put};
use super::super::{Activation, Geometry, Of, Pass, biases};
use super::{Maps, SIDE, Six, TAPS, pool};
use crate::simd::{Simd, lanes, lanes_mut};

impl<G: Geometry> Of<G> {
    /// Rows of input that a column of windows reads.
    const HEIGHT: usize = 2 * Self::ROWS + TAPS - 1;

    /// Vectors of filters, and of the points of a column of windows.
    const fn rows_lengths(lanes: usize) -> [usize; 2] {
        [SIDE * Self::lines(lanes, Self::OUTPUTS), Self::CHANNELS * Self::HEIGHT * SIDE]
    }

    /// Vectors from point to point of the transformed rows of the filters of so many output channels, whose lanes are rows. An
    /// odd number: powers of two would meet in the same lines of the cache.
    pub(super) const fn lines(lanes: usize, outputs: usize) -> usize {
        (Self::CHANNELS * outputs * TAPS).div_ceil(lanes) | 1
    }
}

/// Vectors that [`forward`] works in.
pub(super) const fn temporary<G: Geometry>(lanes: usize) -> usize {
    let [filters, points] = Of::<G>::rows_lengths(lanes);
    filters + points
}

/// Forward.
///
/// # Safety
/// The slices have the geometry's lengths.
#[inline(always)]
pub(in super::super) unsafe fn forward<S: Simd, G: Geometry, A: Activation>(s: S, mut pass: Pass<'_, S::V, A>) {
    const { Of::<G>::check() };
    let [filters, points] = const { Of::<G>::rows_lengths(S::LANES) };
    let (filters, rest) = core::mem::take(&mut pass.temporary).split_at_mut(filters);
    let points = &mut rest[..points];
    let distance = const { Of::<G>::lines(S::LANES, Of::<G>::OUTPUTS) };
    spread_all(s, pass.w, lanes_mut(filters), distance * S::LANES);
    for j in 0..Of::<G>::COLUMNS {
        // SAFETY: by the contract above; the column exists, and the memory has its lengths.
        unsafe {
            transform::<S, G>(s, pass.x, points, j);
            let mut o = 0;
            if const { S::REGISTERS >= 32 } {
                while o + 2 <= Of::<G>::OUTPUTS {
                    channels::<S, G, A, 2>(s, &mut pass, lanes(filters), points, o, j);
                    o += 2;
                }
            }
            while o < Of::<G>::OUTPUTS {
                channels::<S, G, A, 1>(s, &mut pass, lanes(filters), points, o, j);
                o += 1;
            }
        }
    }
}

/// Bᵀ d of the rows that column `j` of windows reads: `[C][row][point]`.
///
/// # Safety
/// x and points have the geometry's lengths; the column exists.
#[inline(always)]
unsafe fn transform<S: Simd, G: Geometry>(s: S, x: &[S::V], to: &mut [S::V], j: usize) {
    for c in 0..Of::<G>::CHANNELS {
        for line in 0..Of::<G>::HEIGHT {
            let mut pixels = [s.splat(0.0); SIDE];
            for v in 0..SIDE {
                // What falls outside above or to the left wraps round below zero, and is beyond the end too.
                let row = line.wrapping_sub(Of::<G>::PADDING[0]);
                let column = (2 * j + v).wrapping_sub(Of::<G>::PADDING[1]);
                if Of::<G>::INSIDE || (row < Of::<G>::H && column < Of::<G>::W) {
                    // SAFETY: channel, row and column are inside the input.
                    pixels[v] = unsafe { at(x, (c * Of::<G>::H + row) * Of::<G>::W + column) };
                }
            }
            for (p, point) in Six::input(s, pixels).into_iter().enumerate() {
                // SAFETY: channel, row and point are inside.
                unsafe { put(to, (c * Of::<G>::HEIGHT + line) * SIDE + p, point) };
            }
        }
    }
}

/// Column `j` of windows, of output channels `o..o + O`.
///
/// # Safety
/// The slices have the geometry's lengths; column and channels exist.
#[inline(always)]
unsafe fn channels<S: Simd, G: Geometry, A: Activation, const O: usize>(
    s: S,
    pass: &mut Pass<'_, S::V, A>,
    filters: &[f32],
    points: &[S::V],
    o: usize,
    j: usize,
) {
    let distance = const { Of::<G>::lines(S::LANES, Of::<G>::OUTPUTS) * S::LANES };
    // SAFETY: by the contract above.
    let bias = unsafe { biases(s, pass.b, o) };
    for i in 0..Of::<G>::ROWS {
        let z = sums::<S, O>(
            s,
            Of::<G>::CHANNELS,
            bias,
            // SAFETY: channel, row and point are inside.
            |c, row, p| unsafe { at(points, (c * Of::<G>::HEIGHT + 2 * i + row) * SIDE + p) },
            // SAFETY: as above.
            |k, c, u, p| unsafe { at(filters, p * distance + ((o + k) * Of::<G>::CHANNELS + c) * TAPS + u) },
        );
        for k in 0..O {
            // SAFETY: channel and window exist.
            unsafe {
                pool::<S, G, A, 2, 2>(s, pass, z[k], o + k, (o + k) * Of::<G>::WINDOWS + i * Of::<G>::COLUMNS + j)
            };
        }
    }
}

/// The sums of windows, and biases: of `O` output channels, rows and columns. `x(c, row, point)` are the inputs' points,
/// `w(k, c, row, point)` the filters'.
#[inline(always)]
pub(super) fn sums<S: Simd, const O: usize>(
    s: S,
    channels: usize,
    bias: [S::V; O],
    x: impl Fn(usize, usize, usize) -> S::V,
    w: impl Fn(usize, usize, usize, usize) -> f32,
) -> [[[S::V; 2]; 2]; O] {
    let mut acc = [[[s.splat(0.0); O]; 2]; SIDE];
    // The sum at 0 goes to the even column alone, that at ∞ to the odd one.
    (acc[0], acc[SIDE - 1]) = ([bias; 2], [bias; 2]);
    for c in 0..opaque(channels) {
        // One by one: a loop over points is too long to be unrolled, and tiles are in registers only where it is.
        let [a, b, d, e, f, g] = acc;
        let point = |p, acc| point(s, |row| x(c, row, p), |k, row| w(k, c, row, p), acc);
        acc = [point(0, a), point(1, b), point(2, d), point(3, e), point(4, f), point(5, g)];
    }
    let mut z = [[[s.splat(0.0); 2]; 2]; O];
    for k in 0..O {
        for a in 0..2 {
            z[k][a] = Six::output(s, acc.map(|point| point[a][k]));
        }
    }
    z
}

/// Adds the products of a point and an input channel: of the rows of a window, which are as far apart as those of a kernel,
/// and of output channels.
#[inline(always)]
fn point<S: Simd, const O: usize>(
    s: S,
    x: impl Fn(usize) -> S::V,
    w: impl Fn(usize, usize) -> f32,
    mut acc: [[S::V; O]; 2],
) -> [[S::V; O]; 2] {
    let mut x0 = x(0);
    for u in 0..TAPS {
        let x1 = x(u + 1);
        for k in 0..O {
            let w = s.splat(w(k, u));
            acc[0][k] = s.fma(x0, w, acc[0][k]);
            acc[1][k] = s.fma(x1, w, acc[1][k]);
        }
        x0 = x1;
    }
    acc
}

/// u = g Gᵀ of the rows of the filters in w: `[point][row]`, `distance` floats from point to point.
///
/// # Panics
/// If there is not room for whole vectors of rows.
#[inline(always)]
pub(super) fn spread_all<S: Simd>(s: S, w: &[f32], u: &mut [f32], distance: usize) {
    let count = w.len() / TAPS;
    assert!(count.next_multiple_of(S::LANES) <= distance && u.len() >= SIDE * distance);
    for first in (0..count).step_by(S::LANES) {
        let rows = &w[first * TAPS..];
        let g = if rows.len() < S::LANES * TAPS {
            let mut last = [s.splat(0.0); TAPS];
            lanes_mut(&mut last)[..rows.len()].copy_from_slice(rows);
            last
        } else {
            let mut g = [s.splat(0.0); TAPS];
            for v in 0..TAPS {
                // SAFETY: so many vectors are left.
                g[v] = unsafe { s.load(rows.as_ptr().add(v * S::LANES)) };
            }
            g
        };
        for (p, point) in Six::filter(s, s.deal(g)).into_iter().enumerate() {
            // SAFETY: there are as many points, and a vector that begins below `count` ends within the distance.
            unsafe { s.store(u.as_mut_ptr().add(p * distance + first), point) };
        }
    }
}
