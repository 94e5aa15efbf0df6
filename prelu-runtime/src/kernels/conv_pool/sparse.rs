//! Backward from the winners alone: lanes are input channels, and a winner adds to the taps of its channel.

use super::super::{at, put};
use super::{Geometry, InputGradient, Of, Tiles};
use crate::simd::{Simd, lanes};

/// Backward from the winners alone; `d` is the gradient of z.
#[expect(clippy::too_many_arguments, reason = "what a convolution's backward reads and writes")]
#[inline(always)]
pub(super) fn backward<S: Simd, G: Geometry, T: Tiles, D: InputGradient<S::V>>(
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
    let (weights, rest) = rest.split_at_mut(const { Of::<G>::weights(S::LANES, S::REGISTERS) });
    let row = const { Of::<G>::winners(S::LANES) };
    let (gradients, numbers) = rest.split_at_mut(row);
    for pixel in 0..Of::<G>::PIXELS {
        let from = |c: usize| x[c * Of::<G>::PIXELS + pixel];
        samples_first(s, Of::<G>::CHANNELS, Of::<G>::PIXELS * vectors, from, &mut samples[pixel * vectors..]);
    }
    samples_first(s, d.len(), row / S::LANES, |i| d[i], gradients);
    let from = |i: usize| winner::<S, G>(s, taps[i], i % Of::<G>::WINDOWS, 1);
    samples_first(s, taps.len(), row / S::LANES, from, numbers);
    weights.fill(s.splat(0.0));
    T::sparse_weight::<S, G>(s, samples, gradients, numbers, weights);
    let weight =
        |o: usize, c: usize, tap: usize| ((o * Of::<G>::TAPS + tap) * vectors + c / S::LANES) * S::LANES + c % S::LANES;
    for (o, dw) in dw.chunks_exact_mut(Of::<G>::FAN_IN).enumerate() {
        for (c, dw) in dw.chunks_exact_mut(Of::<G>::TAPS).enumerate() {
            for (tap, dw) in dw.iter_mut().enumerate() {
                *dw += lanes(weights)[weight(o, c, tap)];
            }
        }
    }
    if !D::WANTED {
        return;
    }
    channels_first::<S, G>(s, w, weights);
    let owners = const { Of::<G>::owners(S::LANES) };
    let from = |i: usize| owned::<S, G>(s, taps, i);
    samples_first(s, Of::<G>::OWNERS, owners / S::LANES, from, numbers);
    samples.fill(s.splat(0.0));
    T::sparse_input::<S, G>(s, weights, gradients, numbers, samples);
    samples_last::<S, G>(s, samples, dx);
}

/// `n` vectors `from(i)`, samples in lanes, to the rows of samples, which begin `stride` vectors apart, with zeros behind the
/// last.
#[inline(always)]
pub(super) fn samples_first<S: Simd>(s: S, n: usize, stride: usize, from: impl Fn(usize) -> S::V, to: &mut [S::V]) {
    for k in 0..n.div_ceil(S::LANES) {
        let mut square = [s.splat(0.0); 16];
        let square = &mut square[..S::LANES];
        for (row, i) in square.iter_mut().zip(k * S::LANES..n) {
            *row = from(i);
        }
        s.transpose(square);
        for (sample, &row) in square.iter().enumerate() {
            to[sample * stride + k] = row;
        }
    }
}

/// From `[O][C][tap]` to `[O][tap]`, channels in lanes, with zeros behind the last channel.
#[inline(always)]
fn channels_first<S: Simd, G: Geometry>(s: S, w: &[f32], to: &mut [S::V]) {
    let vectors = const { Of::<G>::vectors(S::LANES) };
    for (w, to) in w.chunks_exact(Of::<G>::FAN_IN).zip(to.chunks_exact_mut(Of::<G>::TAPS * vectors)) {
        for k in 0..vectors {
            for tap in (0..Of::<G>::TAPS).step_by(S::LANES) {
                let count = S::LANES.min(Of::<G>::TAPS - tap);
                let mut square = [s.splat(0.0); 16];
                let square = &mut square[..S::LANES];
                for (row, c) in square.iter_mut().zip(k * S::LANES..Of::<G>::CHANNELS) {
                    let w = &w[c * Of::<G>::TAPS + tap..][..count];
                    // SAFETY: the slice has so many lanes.
                    *row = unsafe { s.load_lanes(*row, w.as_ptr(), (1 << count) - 1) };
                }
                s.transpose(square);
                for (i, &row) in square[..count].iter().enumerate() {
                    to[(tap + i) * vectors + k] = row;
                }
            }
        }
    }
}

/// From `[sample][H][W]`, channels in lanes, to `[C][H][W]`, samples in lanes.
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
pub(super) const fn natural(sum: f32) -> usize {
    (sum.to_bits() % (1 << BITS)) as usize
}

/// [`NATURAL`] and the pixels, of a plane of the input, where the patches begin of those that won a window; times `unit`.
#[inline(always)]
pub(super) fn winner<S: Simd, G: Geometry>(s: S, tap: S::V, window: usize, unit: usize) -> S::V {
    let pixel = |place: usize| s.splat(NATURAL + ((Of::<G>::origin(window) + Of::<G>::place(place)) * unit) as f32);
    let first = pixel(0);
    (1..Of::<G>::PLACES).fold(first, |so_far, place| s.select(s.eq(tap, s.splat(place as f32)), pixel(place), so_far))
}

/// Of [`BITS`] output channels, which won a pixel of a window: [`NATURAL`] and 2 to their numbers. `i` counts pixels of
/// windows, windows, and such groups of channels.
#[inline(always)]
pub(super) fn owned<S: Simd, G: Geometry>(s: S, taps: &[S::V], i: usize) -> S::V {
    let (window, place) = (i / Of::<G>::PLACES % Of::<G>::WINDOWS, s.splat((i % Of::<G>::PLACES) as f32));
    let first = i / (Of::<G>::PLACES * Of::<G>::WINDOWS) * BITS;
    let (mut sum, mut bit) = (s.splat(NATURAL), 1.0);
    for o in first..Of::<G>::OUTPUTS.min(first + BITS) {
        sum = s.select(s.eq(taps[o * Of::<G>::WINDOWS + window], place), s.add(sum, s.splat(bit)), sum);
        bit += bit;
    }
    sum
}

/// Adds the gradient of `U` × `V` taps of an output channel, from kernel row `u`, for the channels of vector `k`, from some
/// samples from `first` on; `winners` are their [`winner`]s.
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
    for a in 0..U {
        for b in 0..V {
            // SAFETY: channel, tap and vector are inside the weights.
            acc[a][b] = unsafe { at(dw, weight + (a * Of::<G>::KERNEL[1] + b) * vectors) };
        }
    }
    let group = const { Of::<G>::group(S::LANES, S::REGISTERS) };
    for sample in first..first + group {
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
            // SAFETY: as above.
            unsafe { put(dw, weight + (a * Of::<G>::KERNEL[1] + b) * vectors, acc[a][b]) };
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
