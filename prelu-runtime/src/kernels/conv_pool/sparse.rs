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
    samples_first::<S, G>(s, x, samples);
    T::sparse_weight::<S, G>(s, samples, d, taps, dw);
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

/// Output channels whose bits an `f32` holds exactly.
pub(super) const BITS: usize = 24;

/// For each window, pixel of it and sample, which output channels it won: the sum of 2 to their numbers, [`BITS`] channels
/// to a lane.
#[inline(always)]
fn find_owners<S: Simd, G: Geometry>(s: S, taps: &[S::V], owners: &mut [S::V]) {
    let groups = taps.chunks(BITS * Of::<G>::WINDOWS).zip(owners.chunks_exact_mut(Of::<G>::WINDOWS * Of::<G>::PLACES));
    for (taps, owners) in groups {
        for (window, owners) in owners.chunks_exact_mut(Of::<G>::PLACES).enumerate() {
            for (place, owner) in owners.iter_mut().enumerate() {
                let (mut sum, place) = (s.splat(0.0), s.splat(place as f32));
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

/// Adds the gradient of `U` × `V` taps of an output channel, from kernel row `u`, for the channels of vector `k`.
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
            let (d, tap) = unsafe { (s.splat(at(d, index)), at(taps, index) as usize) };
            let place = Of::<G>::place(tap.min(Of::<G>::PLACES - 1));
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
/// vector `k`.
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
    for window in 0..Of::<G>::WINDOWS {
        for place in 0..Of::<G>::PLACES {
            let pixel = sample * Of::<G>::PIXELS + Of::<G>::origin(window) + Of::<G>::place(place) + Of::<G>::tap(u, 0);
            for first in (0..Of::<G>::OUTPUTS).step_by(BITS) {
                let index = (first / BITS * Of::<G>::WINDOWS + window) * Of::<G>::PLACES + place;
                // SAFETY: window, place and sample exist.
                let mut owner = unsafe { at(owners, index * S::LANES + sample) } as u32;
                if owner == 0 {
                    continue;
                }
                let mut acc = [[s.splat(0.0); V]; U];
                for a in 0..U {
                    for b in 0..V {
                        // SAFETY: without padding, every tap of every pixel of a window is inside the input.
                        acc[a][b] = unsafe { at(dx, (pixel + Of::<G>::tap(a, b)) * vectors + k) };
                    }
                }
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
                for a in 0..U {
                    for b in 0..V {
                        // SAFETY: as above.
                        unsafe { put(dx, (pixel + Of::<G>::tap(a, b)) * vectors + k, acc[a][b]) };
                    }
                }
            }
        }
    }
}
