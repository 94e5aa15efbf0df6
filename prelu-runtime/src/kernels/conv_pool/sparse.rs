//! Backward from the winners alone: lanes are input channels, and a winner adds to the taps of its channel.

use super::super::{at, put};
use super::{Geometry, Of, Tiles};
use crate::simd::{Simd, lanes, lanes_mut};

/// Backward from the winners alone; `d` is the gradient of z.
#[expect(clippy::too_many_arguments, reason = "what a convolution's backward reads and writes")]
#[inline(always)]
pub(super) fn backward<S: Simd, G: Geometry, T: Tiles>(
    s: S,
    x: &[S::V],
    w: &[f32],
    dw: &mut [f32],
    d: &[S::V],
    taps: &[S::V],
    dx: &mut [S::V],
    temporary: &mut [S::V],
) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (samples, rest) = temporary.split_at_mut(S::LANES * Of::<G>::PIXELS * vectors);
    let (numbers, rest) = rest.split_at_mut(Of::<G>::OUTPUTS * Of::<G>::WINDOWS);
    for (number, &tap) in numbers.iter_mut().zip(taps) {
        *number = s.add(tap, s.splat(NATURAL));
    }
    samples_first::<S, G>(s, x, samples);
    T::sparse_weight::<S, G>(s, samples, d, numbers, dw);
    if dx.is_empty() {
        return;
    }
    let (weights, owners) = rest.split_at_mut(Of::<G>::OUTPUTS * Of::<G>::TAPS * vectors);
    let to = lanes_mut(weights);
    to.fill(0.0);
    for (o, w) in w.chunks_exact(Of::<G>::FAN_IN).enumerate() {
        for (c, w) in w.chunks_exact(Of::<G>::TAPS).enumerate() {
            for (tap, &w) in w.iter().enumerate() {
                to[((o * Of::<G>::TAPS + tap) * vectors + c / S::LANES) * S::LANES + c % S::LANES] = w;
            }
        }
    }
    find_owners::<S, G>(s, taps, owners);
    samples.fill(s.splat(0.0));
    T::sparse_input::<S, G>(s, weights, d, owners, samples);
    samples_last::<S, G>(s, samples, dx);
}

/// From `[C][H][W]`, samples in lanes, to `[sample][H][W]`, channels in lanes, with zeros behind the last channel.
#[inline(always)]
fn samples_first<S: Simd, G: Geometry>(s: S, x: &[S::V], samples: &mut [S::V]) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    for pixel in 0..Of::<G>::PIXELS {
        for k in 0..vectors {
            let mut square = [s.splat(0.0); 16];
            let square = &mut square[..S::LANES];
            for (row, c) in square.iter_mut().zip(k * S::LANES..Of::<G>::CHANNELS) {
                *row = x[c * Of::<G>::PIXELS + pixel];
            }
            s.transpose(square);
            for (sample, &row) in square.iter().enumerate() {
                samples[(sample * Of::<G>::PIXELS + pixel) * vectors + k] = row;
            }
        }
    }
}

/// The way back.
#[inline(always)]
fn samples_last<S: Simd, G: Geometry>(s: S, samples: &[S::V], x: &mut [S::V]) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    for pixel in 0..Of::<G>::PIXELS {
        for k in 0..vectors {
            let mut square = [s.splat(0.0); 16];
            let square = &mut square[..S::LANES];
            for (sample, row) in square.iter_mut().enumerate() {
                *row = samples[(sample * Of::<G>::PIXELS + pixel) * vectors + k];
            }
            s.transpose(square);
            for (&row, c) in square.iter().zip(k * S::LANES..Of::<G>::CHANNELS) {
                x[c * Of::<G>::PIXELS + pixel] = row;
            }
        }
    }
}

/// Bits of a natural number that can be read from its sum with [`NATURAL`].
pub(super) const BITS: usize = 23;

/// A natural number below it, added to it, is the lower [`BITS`] bits of the sum: to read it takes no conversion, which
/// would wait behind the multiply-adds.
const NATURAL: f32 = (1 << BITS) as f32;

/// The natural number of its sum with [`NATURAL`].
#[inline(always)]
const fn natural(sum: f32) -> usize {
    (sum.to_bits() % (1 << BITS)) as usize
}

/// For each window, pixel of it and sample, which output channels it won: [`NATURAL`] and 2 to their numbers, [`BITS`]
/// channels to a lane.
#[inline(always)]
fn find_owners<S: Simd, G: Geometry>(s: S, taps: &[S::V], owners: &mut [S::V]) {
    let groups = taps.chunks(BITS * Of::<G>::WINDOWS).zip(owners.chunks_exact_mut(Of::<G>::WINDOWS * Of::<G>::PLACES));
    for (taps, owners) in groups {
        for (window, owners) in owners.chunks_exact_mut(Of::<G>::PLACES).enumerate() {
            for (place, owner) in owners.iter_mut().enumerate() {
                let (mut sum, place) = (s.splat(NATURAL), s.splat(place as f32));
                let mut bit = 1.0;
                for &tap in taps[window..].iter().step_by(Of::<G>::WINDOWS) {
                    sum = s.select(s.eq(tap, place), s.add(sum, s.splat(bit)), sum);
                    bit += bit;
                }
                *owner = sum;
            }
        }
    }
}

/// Adds the gradient of `U` × `V` taps of an output channel, from kernel row `u`, for the channels of vector `k`; `taps` are
/// the winners' places in their windows, each added to [`NATURAL`].
///
/// # Safety
/// The slices have the geometry's lengths; output channel, kernel rows and vector exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
pub(super) unsafe fn weight_tile<S: Simd, G: Geometry, const U: usize, const V: usize>(
    s: S,
    x: &[S::V],
    d: &[S::V],
    taps: &[S::V],
    dw: &mut [f32],
    k: usize,
    o: usize,
    u: usize,
) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (d, taps) = (lanes(d), lanes(taps));
    let mut acc = [[s.splat(0.0); V]; U];
    // Sample by sample: the pixels of one stay in the cache.
    for sample in 0..S::LANES {
        for window in 0..Of::<G>::WINDOWS {
            let index = (o * Of::<G>::WINDOWS + window) * S::LANES + sample;
            // SAFETY: channel, window and sample exist.
            let (d, place) = unsafe { (s.splat(at(d, index)), natural(at(taps, index))) };
            let place = Of::<G>::place(place.min(Of::<G>::PLACES - 1));
            let pixel = sample * Of::<G>::PIXELS + Of::<G>::origin(window) + Of::<G>::tap(u, 0) + place;
            for a in 0..U {
                for b in 0..V {
                    // SAFETY: without padding, every tap of every pixel of a window is inside the input.
                    let x = unsafe { at(x, (pixel + Of::<G>::tap(a, b)) * vectors + k) };
                    acc[a][b] = s.fma(x, d, acc[a][b]);
                }
            }
        }
    }
    for a in 0..U {
        for b in 0..V {
            let acc = [acc[a][b]];
            for (&sum, c) in lanes(&acc).iter().zip(k * S::LANES..Of::<G>::CHANNELS) {
                dw[((o * Of::<G>::C + c) * Of::<G>::KERNEL[0] + u + a) * Of::<G>::KERNEL[1] + b] += sum;
            }
        }
    }
}

/// Adds to the input gradient of a sample what comes through `U` × `V` taps, from kernel row `u`, for the channels of
/// vector `k`: pixel after pixel of a row, and columns of the input that the next pixel's taps cover too stay in registers.
///
/// # Safety
/// As for [`weight_tile`]; the sample exists.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
pub(super) unsafe fn input_tile<S: Simd, G: Geometry, const U: usize, const V: usize>(
    s: S,
    w: &[S::V],
    d: &[S::V],
    owners: &[S::V],
    dx: &mut [S::V],
    k: usize,
    sample: usize,
    u: usize,
) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (d, owners) = (lanes(d), lanes(owners));
    let slide = const { Of::<G>::slide(V) };
    let row = const { Of::<G>::COLUMNS * Of::<G>::WINDOW[1] };
    for y in 0..Of::<G>::ROWS * Of::<G>::WINDOW[0] {
        let mut acc = [[s.splat(0.0); V]; U];
        let mut from = 0;
        for x in 0..row {
            let (window, place) = Of::<G>::pixel(y, x);
            let pixel = sample * Of::<G>::PIXELS + Of::<G>::origin(window) + Of::<G>::place(place) + Of::<G>::tap(u, 0);
            for a in 0..U {
                for b in 0..V {
                    if b >= from {
                        // SAFETY: without padding, every tap of every pixel of a window is inside the input.
                        acc[a][b] = unsafe { at(dx, (pixel + Of::<G>::tap(a, b)) * vectors + k) };
                    }
                }
            }
            for first in (0..Of::<G>::OUTPUTS).step_by(BITS) {
                let index = (first / BITS * Of::<G>::WINDOWS + window) * Of::<G>::PLACES + place;
                // SAFETY: window, place and sample exist.
                let mut owner = natural(unsafe { at(owners, index * S::LANES + sample) });
                while owner != 0 {
                    let o = first + owner.trailing_zeros() as usize;
                    owner &= owner - 1;
                    // SAFETY: only bits of channels that exist are set.
                    let d = s.splat(unsafe { at(d, (o * Of::<G>::WINDOWS + window) * S::LANES + sample) });
                    let weight = o * Of::<G>::TAPS + u * Of::<G>::KERNEL[1];
                    for a in 0..U {
                        for b in 0..V {
                            // SAFETY: channel, tap and vector are inside the weights.
                            let w = unsafe { at(w, (weight + a * Of::<G>::KERNEL[1] + b) * vectors + k) };
                            acc[a][b] = s.fma(w, d, acc[a][b]);
                        }
                    }
                }
            }
            let left = if x + 1 < row { slide } else { V };
            for a in 0..U {
                for b in 0..V {
                    if b < left {
                        // SAFETY: as above.
                        unsafe { put(dx, (pixel + Of::<G>::tap(a, b)) * vectors + k, acc[a][b]) };
                    }
                }
                for b in slide..V {
                    acc[a][b - slide] = acc[a][b];
                }
            }
            from = V - slide;
        }
    }
}
