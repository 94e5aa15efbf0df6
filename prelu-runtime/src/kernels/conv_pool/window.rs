//! Forward, window by window: a register tile is some output channels × the pixels of a window.

use super::super::single::{Fold, Largest};
use super::super::{at, put};
use super::{Activation, Geometry, Of, Pass, biases};
use crate::simd::Simd;

/// Forward of output channels `o..o + O`, window by window.
///
/// # Safety
/// The slices have the geometry's lengths; the channels exist and are of one group.
#[inline(always)]
pub(super) unsafe fn channels<S: Simd, G: Geometry, A: Activation, const O: usize, const PH: usize, const PW: usize>(
    s: S,
    pass: &mut Pass<'_, S::V, A>,
    o: usize,
) {
    let ([top, bottom], [left, right]) = const { (Of::<G>::interior(0), Of::<G>::interior(1)) };
    for i in 0..Of::<G>::ROWS {
        let (left, right) = if (top..bottom).contains(&i) { (left, right) } else { (0, 0) };
        for j in (0..left).chain(right..Of::<G>::COLUMNS) {
            // SAFETY: by the contract above.
            unsafe { tile::<S, G, A, O, PH, PW, false>(s, pass, o, i, j) };
        }
        for j in left..right {
            // SAFETY: by the contract above; all taps of the interior's windows are inside the input.
            unsafe { tile::<S, G, A, O, PH, PW, true>(s, pass, o, i, j) };
        }
    }
}

/// `O` channels of the window at `i`, `j`.
///
/// # Safety
/// As for [`channels`]; if `INSIDE`, all taps of the window's pixels fall inside the input.
#[inline(always)]
unsafe fn tile<
    S: Simd,
    G: Geometry,
    A: Activation,
    const O: usize,
    const PH: usize,
    const PW: usize,
    const INSIDE: bool,
>(
    s: S,
    pass: &mut Pass<'_, S::V, A>,
    o: usize,
    i: usize,
    j: usize,
) {
    let group = o / Of::<G>::O;
    // SAFETY: by the contract above.
    let mut acc = unsafe { biases::<S, O>(s, pass.b, o) }.map(|bias| [[bias; PW]; PH]);
    for c in 0..Of::<G>::C {
        let plane = (group * Of::<G>::C + c) * Of::<G>::PIXELS;
        for u in 0..Of::<G>::KERNEL[0] {
            let weight = o * Of::<G>::FAN_IN + (c * Of::<G>::KERNEL[0] + u) * Of::<G>::KERNEL[1];
            // Rows and columns that fall outside wrap round below zero, and are beyond the end too.
            let row = |a: usize| {
                ((i * Of::<G>::STEP[0] + a) * Of::<G>::STRIDE[0] + u * Of::<G>::DILATION[0])
                    .wrapping_sub(Of::<G>::PADDING[0])
            };
            for v in 0..Of::<G>::KERNEL[1] {
                let column = |b: usize| {
                    ((j * Of::<G>::STEP[1] + b) * Of::<G>::STRIDE[1] + v * Of::<G>::DILATION[1])
                        .wrapping_sub(Of::<G>::PADDING[1])
                };
                if INSIDE {
                    let mut pixels = [[s.splat(0.0); PW]; PH];
                    for a in 0..PH {
                        for b in 0..PW {
                            // SAFETY: row and column are inside the input.
                            pixels[a][b] = unsafe { at(pass.x, plane + row(a) * Of::<G>::W + column(b)) };
                        }
                    }
                    for k in 0..O {
                        // SAFETY: channel, row and column are inside the weights.
                        let weight = s.splat(unsafe { at(pass.w, weight + k * Of::<G>::FAN_IN + v) });
                        for a in 0..PH {
                            for b in 0..PW {
                                acc[k][a][b] = s.fma(pixels[a][b], weight, acc[k][a][b]);
                            }
                        }
                    }
                } else {
                    for a in 0..PH {
                        for b in 0..PW {
                            if row(a) < Of::<G>::H && column(b) < Of::<G>::W {
                                // SAFETY: row and column are inside the input.
                                let pixel = unsafe { at(pass.x, plane + row(a) * Of::<G>::W + column(b)) };
                                for k in 0..O {
                                    // SAFETY: channel, row and column are inside the weights.
                                    let weight = s.splat(unsafe { at(pass.w, weight + k * Of::<G>::FAN_IN + v) });
                                    acc[k][a][b] = s.fma(pixel, weight, acc[k][a][b]);
                                }
                            }
                        }
                    }
                }
            }
        }
    }
    let window = i * Of::<G>::COLUMNS + j;
    for k in 0..O {
        // SAFETY: channel and window exist.
        unsafe { pool::<S, G, A, PH, PW>(s, pass, acc[k], o + k, (o + k) * Of::<G>::WINDOWS + window) };
    }
}

/// y\[to\] = the largest f(z) of a window; the z that won and its tap are saved, if anything is.
///
/// In prediction, where f increases, that is f of the largest z. In training, the winner is the first whose f(z) is largest,
/// as if the pool came after f: where f rounds, the largest z may come after it.
///
/// # Safety
/// `to` is the place of a window of channel `o`.
#[inline(always)]
pub(super) unsafe fn pool<S: Simd, G: Geometry, A: Activation, const PH: usize, const PW: usize>(
    s: S,
    pass: &mut Pass<'_, S::V, A>,
    z: [[S::V; PW]; PH],
    o: usize,
    to: usize,
) {
    let keep = !pass.saved.is_empty();
    let (slope, wide) = (pass.activation.slope(o), s.splat(pass.activation.slope(o)));
    let [largest, winner, tap] = if (A::TIES_ARE_EQUAL || !keep) && pass.activation.increases(o) {
        let (mut winner, mut tap) = (z[0][0], s.splat(0.0));
        for place in 1..PH * PW {
            let z = z[place / PW][place % PW];
            if keep {
                let wins = s.gt_or_nan(z, winner);
                winner = s.select(wins, z, winner);
                tap = s.select(wins, s.splat(place as f32), tap);
            } else {
                winner = Largest::fold(s, winner, z);
            }
        }
        [A::value(s, wide, winner), winner, tap]
    } else if slope > 0.0 && slope <= 1.0 {
        first_of_largest::<S, A, true, PH, PW>(s, wide, z)
    } else {
        first_of_largest::<S, A, false, PH, PW>(s, wide, z)
    };
    // SAFETY: channel and window are inside the output, and what is saved has two of it.
    unsafe {
        put(pass.y, to, largest);
        if keep {
            put(pass.saved, to, winner);
            put(pass.saved, to + Of::<G>::OUTPUTS * Of::<G>::WINDOWS, tap);
        }
    }
}

/// The largest f(z) of a window, its z and its tap: the first of equals, the last NaN.
#[inline(always)]
fn first_of_largest<S: Simd, A: Activation, const GENTLE: bool, const PH: usize, const PW: usize>(
    s: S,
    slope: S::V,
    z: [[S::V; PW]; PH],
) -> [S::V; 3] {
    let value = |z| if GENTLE { A::value_of_gentle(s, slope, z) } else { A::value(s, slope, z) };
    let (mut largest, mut winner, mut tap) = (value(z[0][0]), z[0][0], s.splat(0.0));
    for place in 1..PH * PW {
        let z = z[place / PW][place % PW];
        let y = value(z);
        let wins = s.gt_or_nan(y, largest);
        largest = s.select(wins, y, largest);
        winner = s.select(wins, z, winner);
        tap = s.select(wins, s.splat(place as f32), tap);
    }
    [largest, winner, tap]
}
