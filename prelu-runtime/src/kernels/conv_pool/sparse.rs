//! Backward from the winners alone: lanes are input channels, and a winner adds to the taps of its channel.

use super::super::samples::{Places, SamplesFirst, SamplesLast};
use super::super::{at, opaque, put};
use super::backward::Visit;
use super::grid::Grid;
use super::numbers::{BITS, Owners, Patches, natural};
use super::{Geometry, InputGradient, Of, Tiles};
use crate::simd::{Simd, lanes, lanes_mut};

/// Backward from the winners alone.
#[inline(always)]
pub(super) fn backward<S: Simd, G: Geometry, T: Tiles, D: InputGradient<S::V>>(s: S, visit: Visit<'_, S::V>) {
    let Visit { x, w, dw, d, taps, dx, temporary } = visit;
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (samples, rest) = temporary.split_at_mut(S::LANES * Of::<G>::PIXELS * vectors);
    let (weights, rest) = rest.split_at_mut(const { Of::<G>::weights(S::LANES, S::REGISTERS) });
    let row = const { Of::<G>::winners(S::LANES) };
    let (gradients, numbers) = rest.split_at_mut(row);
    let pixel_of =
        |first| Places { first, run: Of::<G>::CHANNELS, near: Of::<G>::PIXELS, far: 0, count: Of::<G>::CHANNELS };
    let stride = Of::<G>::PIXELS * vectors;
    for pixel in 0..Of::<G>::PIXELS {
        s.call(SamplesFirst { from: x, places: pixel_of(pixel), to: &mut samples[pixel * vectors..], stride });
    }
    s.call(SamplesFirst { from: d, places: Places::row(d.len()), to: gradients, stride: row / S::LANES });
    s.call(Patches::<_, G>::new(taps, 1, numbers));
    weights.fill(s.splat(0.0));
    // SAFETY: the slices were made above.
    unsafe { T::sparse_weight::<S, G>(s, samples, gradients, numbers, weights) };
    let pitch = const { Of::<G>::vectors(S::LANES) * S::LANES };
    let (shape, channels) = (Of::<G>::WEIGHTS, 0..Of::<G>::CHANNELS);
    let [output, row] = [Of::<G>::TAPS, Of::<G>::KERNEL[1]].map(|taps| taps * pitch);
    let grid = Grid { shape, channels, output, row, column: pitch };
    grid.add(lanes(weights), dw);
    if !D::WANTED {
        return;
    }
    weights.fill(s.splat(0.0));
    grid.put(w, lanes_mut(weights));
    s.call(Owners::<_, G>::new(taps, numbers));
    samples.fill(s.splat(0.0));
    // SAFETY: the slices were made above.
    unsafe { T::sparse_input::<S, G>(s, weights, gradients, numbers, samples) };
    for pixel in 0..Of::<G>::PIXELS {
        s.call(SamplesLast { from: &samples[pixel * vectors..], stride, to: dx, places: pixel_of(pixel) });
    }
}

/// Adds the gradient of `U` × `V` taps of an output channel, from kernel row `u`, for the channels of vector `k`, from some
/// samples from `first` on; `winners` are their [`Patches`].
///
/// # Safety
/// The slices have the geometry's lengths, and `winners` holds pixels of windows; samples, output channel, kernel rows and
/// vector exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
pub(super) unsafe fn weight_tile<S: Simd, G: Geometry, const U: usize, const V: usize>(
    s: S,
    x: &[S::V],
    d: &[S::V],
    winners: &[S::V],
    dw: &mut [S::V],
    first: usize,
    k: usize,
    o: usize,
    u: usize,
) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    let (d, winners) = (lanes(d), lanes(winners));
    let row = const { Of::<G>::winners(S::LANES) };
    let weight = (o * Of::<G>::TAPS + u * Of::<G>::KERNEL[1]) * vectors + k;
    let mut acc = [[s.splat(0.0); V]; U];
    for sample in first..first + opaque(const { Of::<G>::group(S::LANES, S::REGISTERS) }) {
        for window in 0..Of::<G>::WINDOWS {
            let index = sample * row + o * Of::<G>::WINDOWS + window;
            // SAFETY: sample, channel and window exist.
            let (d, pixel) = unsafe { (s.splat(at(d, index)), natural(at(winners, index))) };
            let pixel = sample * Of::<G>::PIXELS + Of::<G>::tap(u, 0) + pixel;
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
            let to = weight + (a * Of::<G>::KERNEL[1] + b) * vectors;
            // SAFETY: channel, tap and vector are inside the weights.
            unsafe { put(dw, to, s.add(at(dw, to), acc[a][b])) };
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
    let numbers = const { Of::<G>::owners(S::LANES) };
    let gradients = const { Of::<G>::winners(S::LANES) };
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
                let mut owner = natural(unsafe { at(owners, sample * numbers + index) });
                while owner != 0 {
                    let o = first + owner.trailing_zeros() as usize;
                    owner &= owner - 1;
                    // SAFETY: only bits of channels that exist are set.
                    let d = s.splat(unsafe { at(d, sample * gradients + o * Of::<G>::WINDOWS + window) });
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
