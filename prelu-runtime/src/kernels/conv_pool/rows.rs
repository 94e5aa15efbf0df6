//! Backward from the winners alone, where lanes are a row of the kernel: its columns, each with all channels, next to each
//! other. So few channels leave no lanes idle, but rows begin at any float: that pays where a vector is half a line of the
//! cache.

use super::super::samples::{Places, SamplesFirst, SamplesLast};
use super::super::{at, opaque};
use super::backward::Visit;
use super::grid::Grid;
use super::numbers::{BITS, Owners, Patches, natural};
use super::{Geometry, InputGradient, Of};
use crate::simd::{Simd, lanes, lanes_mut};

/// `U` rows of the kernel, of `N` vectors each, and `D` such tiles that do not wait for each other in backward-weight; the `R`
/// rows that are left get a smaller one.
pub struct Rows<const U: usize, const R: usize, const N: usize, const D: usize>;

/// Register tiles: [`Rows`].
pub trait Tiles {
    /// Adds to dw, whose rows of the kernel are whole vectors. `d` and `winners` are a row for each sample; so is `x`,
    /// `[H][W][C]`.
    fn weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]);
    /// Adds to dx, of samples as x is.
    fn input<S: Simd, G: Geometry>(s: S, w: &[S::V], d: &[S::V], owners: &[S::V], dx: &mut [S::V]);
}

impl<const U: usize, const R: usize, const N: usize, const D: usize> Tiles for Rows<U, R, N, D> {
    #[inline(always)]
    fn weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]) {
        assert!(U * N * D <= most(S::LANES, S::REGISTERS) && R == Of::<G>::KERNEL[0] % U);
        assert!(N == Of::<G>::row(S::LANES, S::REGISTERS));
        for first in (0..S::LANES).step_by(const { Of::<G>::group(S::LANES, S::REGISTERS) }) {
            for o in 0..Of::<G>::OUTPUTS {
                let mut u = 0;
                while u + U <= Of::<G>::KERNEL[0] {
                    // SAFETY: `backward` made the slices; samples, channel and kernel rows exist.
                    unsafe { weight_tile::<S, G, U, N, D>(s, x, d, winners, dw, first, o, u) };
                    u += U;
                }
                if R > 0 {
                    // SAFETY: as above; R rows are left.
                    unsafe { weight_tile::<S, G, R, N, D>(s, x, d, winners, dw, first, o, u) };
                }
            }
        }
    }

    #[inline(always)]
    fn input<S: Simd, G: Geometry>(s: S, w: &[S::V], d: &[S::V], owners: &[S::V], dx: &mut [S::V]) {
        assert!(R == Of::<G>::KERNEL[0] % U && N == Of::<G>::row(S::LANES, S::REGISTERS));
        for sample in 0..S::LANES {
            let mut u = 0;
            while u + U <= Of::<G>::KERNEL[0] {
                // SAFETY: `backward` made the slices; sample and kernel rows exist.
                unsafe { input_tile::<S, G, U, N>(s, w, d, owners, dx, sample, u) };
                u += U;
            }
            if R > 0 {
                // SAFETY: as above; R rows are left.
                unsafe { input_tile::<S, G, R, N>(s, w, d, owners, dx, sample, u) };
            }
        }
    }
}

/// The accumulators of a tile: what is multiplied needs registers too. There are none for vectors of a whole line.
pub(super) const fn most(lanes: usize, registers: usize) -> usize {
    match (lanes, registers) {
        (8, 16) => 15,
        (4, 16) => 14,
        (4, 32) => 27,
        _ => 0,
    }
}

impl<Eight: Tiles, Few: Tiles, Many: Tiles> Tiles for (Eight, Few, Many) {
    #[inline(always)]
    fn weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]) {
        if const { S::LANES == 8 } {
            Eight::weight::<S, G>(s, x, d, winners, dw);
        } else if const { S::REGISTERS == 16 } {
            Few::weight::<S, G>(s, x, d, winners, dw);
        } else {
            Many::weight::<S, G>(s, x, d, winners, dw);
        }
    }

    #[inline(always)]
    fn input<S: Simd, G: Geometry>(s: S, w: &[S::V], d: &[S::V], owners: &[S::V], dx: &mut [S::V]) {
        if const { S::LANES == 8 } {
            Eight::input::<S, G>(s, w, d, owners, dx);
        } else if const { S::REGISTERS == 16 } {
            Few::input::<S, G>(s, w, d, owners, dx);
        } else {
            Many::input::<S, G>(s, w, d, owners, dx);
        }
    }
}

/// Backward from the winners alone.
#[inline(always)]
pub(super) fn backward<S: Simd, G: Geometry, D: InputGradient<S::V>>(s: S, visit: Visit<'_, S::V>) {
    let Visit { x, w, dw, d, taps, dx, temporary } = visit;
    let pitch = const { Of::<G>::sample(S::LANES, S::REGISTERS) };
    let row = const { Of::<G>::winners(S::LANES) };
    let (samples, rest) = temporary.split_at_mut(S::LANES * pitch);
    let (weights, rest) = rest.split_at_mut(const { Of::<G>::weights(S::LANES, S::REGISTERS) });
    let (gradients, numbers) = rest.split_at_mut(row);
    let places = Places::channels(0, Of::<G>::CHANNELS, Of::<G>::PIXELS);
    s.call(SamplesFirst { from: x, places, to: samples, stride: pitch });
    s.call(SamplesFirst { from: d, places: Places::row(d.len()), to: gradients, stride: row / S::LANES });
    s.call(Patches::<_, G>::new(taps, Of::<G>::CHANNELS, numbers));
    weights.fill(s.splat(0.0));
    G::Rows::weight::<S, G>(s, samples, gradients, numbers, weights);
    let row = const { Of::<G>::ROW.div_ceil(S::LANES) * S::LANES };
    let (shape, channels) = (Of::<G>::WEIGHTS, 0..Of::<G>::CHANNELS);
    let grid = Grid { shape, channels, output: Of::<G>::KERNEL[0] * row, row, column: Of::<G>::CHANNELS };
    grid.add(lanes(weights), dw);
    if !D::WANTED {
        return;
    }
    weights.fill(s.splat(0.0));
    grid.put(w, lanes_mut(weights));
    s.call(Owners::<_, G>::new(taps, numbers));
    samples.fill(s.splat(0.0));
    G::Rows::input::<S, G>(s, weights, gradients, numbers, samples);
    s.call(SamplesLast { from: samples, stride: pitch, to: dx, places });
}

/// Adds to the gradient of `U` kernel rows of an output channel, from row `u`, from some samples from `first` on.
///
/// # Safety
/// The slices have the geometry's lengths, and `winners` holds floats where a window's pixel begins; samples, output channel
/// and kernel rows exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
unsafe fn weight_tile<S: Simd, G: Geometry, const U: usize, const N: usize, const D: usize>(
    s: S,
    x: &[S::V],
    d: &[S::V],
    winners: &[S::V],
    dw: &mut [S::V],
    first: usize,
    o: usize,
    u: usize,
) {
    let (x, d, winners) = (lanes(x), lanes(d), lanes(winners));
    let pitch = const { Of::<G>::sample(S::LANES, S::REGISTERS) * S::LANES };
    let dw = &mut dw[(o * Of::<G>::KERNEL[0] + u) * N..][..U * N];
    let mut acc = [[[s.splat(0.0); N]; U]; D];
    for a in 0..U {
        for n in 0..N {
            acc[0][a][n] = dw[a * N + n];
        }
    }
    for sample in first..first + opaque(const { Of::<G>::group(S::LANES, S::REGISTERS) }) {
        let row = sample * const { Of::<G>::winners(S::LANES) } + o * Of::<G>::WINDOWS;
        let patch = sample * pitch + Of::<G>::tap(u, 0) * Of::<G>::CHANNELS;
        let mut window = 0;
        while window < Of::<G>::WINDOWS {
            for set in 0..D {
                if Of::<G>::WINDOWS.is_multiple_of(D) || window + set < Of::<G>::WINDOWS {
                    let index = row + window + set;
                    // SAFETY: sample, channel and window exist.
                    let (d, pixel) = unsafe { (s.splat(at(d, index)), natural(at(winners, index))) };
                    for a in 0..U {
                        for n in 0..N {
                            let place = patch + pixel + Of::<G>::tap(a, 0) * Of::<G>::CHANNELS + n * S::LANES;
                            // SAFETY: without padding, every tap of every pixel of a window is inside the input, and a
                            // vector is behind a sample.
                            let x = unsafe { s.load(x.as_ptr().add(place)) };
                            acc[set][a][n] = s.fma(x, d, acc[set][a][n]);
                        }
                    }
                }
            }
            window += D;
        }
    }
    for a in 0..U {
        for n in 0..N {
            let mut sum = acc[0][a][n];
            for set in 1..D {
                sum = s.add(sum, acc[set][a][n]);
            }
            dw[a * N + n] = sum;
        }
    }
}

/// Adds to the input gradient of a sample what comes through `U` kernel rows, from row `u`.
///
/// # Safety
/// As for [`weight_tile`]; `owners` are of the geometry's channels.
#[inline(always)]
unsafe fn input_tile<S: Simd, G: Geometry, const U: usize, const N: usize>(
    s: S,
    w: &[S::V],
    d: &[S::V],
    owners: &[S::V],
    dx: &mut [S::V],
    sample: usize,
    u: usize,
) {
    let (d, owners, dx) = (lanes(d), lanes(owners), lanes_mut(dx));
    let pitch = const { Of::<G>::sample(S::LANES, S::REGISTERS) * S::LANES };
    let numbers = const { Of::<G>::owners(S::LANES) };
    let gradients = const { Of::<G>::winners(S::LANES) };
    for y in 0..Of::<G>::ROWS * Of::<G>::WINDOW[0] {
        for x in 0..Of::<G>::COLUMNS * Of::<G>::WINDOW[1] {
            let (window, place) = Of::<G>::pixel(y, x);
            let mut acc = [[s.splat(0.0); N]; U];
            for first in (0..Of::<G>::OUTPUTS).step_by(BITS) {
                let index = (first / BITS * Of::<G>::WINDOWS + window) * Of::<G>::PLACES + place;
                // SAFETY: window, place and sample exist.
                let mut owner = natural(unsafe { at(owners, sample * numbers + index) });
                while owner != 0 {
                    let o = first + owner.trailing_zeros() as usize;
                    owner &= owner - 1;
                    // SAFETY: only bits of channels that exist are set.
                    let d = s.splat(unsafe { at(d, sample * gradients + o * Of::<G>::WINDOWS + window) });
                    for a in 0..U {
                        for n in 0..N {
                            // SAFETY: channel, row and vector are inside the weights.
                            let w = unsafe { at(w, (o * Of::<G>::KERNEL[0] + u + a) * N + n) };
                            acc[a][n] = s.fma(w, d, acc[a][n]);
                        }
                    }
                }
            }
            let pixel = Of::<G>::origin(window) + Of::<G>::place(place);
            for a in 0..U {
                for n in 0..N {
                    let to = sample * pitch + (pixel + Of::<G>::tap(u + a, 0)) * Of::<G>::CHANNELS + n * S::LANES;
                    // SAFETY: without padding, every tap of every pixel of a window is inside the input, and a vector is
                    // behind a sample.
                    unsafe {
                        let to = dx.as_mut_ptr().add(to);
                        s.store(to, s.add(s.load(to), acc[a][n]));
                    }
                }
            }
        }
    }
}
