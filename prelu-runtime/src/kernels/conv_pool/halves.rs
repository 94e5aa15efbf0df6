//! Backward from the winners alone, where a vector takes as long as its two halves: lanes are input channels, half a vector of
//! them at a time, and vectors hold the few that are left, of all rows of the kernel. So lanes without a channel cost less. Bit
//! by bit it gives what [`sparse`](super::sparse) does: each sum has the same terms in the same order.

use super::super::samples::{Places, SamplesFirst, SamplesLast};
use super::super::{at, opaque, put};
use super::backward::Visit;
use super::grid::Grid;
use super::numbers::{BITS, Owners, Patches, natural};
use super::{Geometry, InputGradient, Of, Tiles};
use crate::simd::{Simd, Vector, lanes, lanes_mut};

/// Half a vector.
type Half<S> = <<S as Simd>::Half as Simd>::V;

impl<G: Geometry> Of<G> {
    /// Half vectors of a pixel.
    pub(super) const fn halves(lanes: usize) -> usize {
        Self::CHANNELS / (lanes / 2)
    }

    /// Channels that are left.
    pub(super) const fn left(lanes: usize) -> usize {
        Self::CHANNELS % (lanes / 2)
    }

    /// Lanes of those of a column of the kernel, `[row][channel]`.
    const fn column(lanes: usize) -> usize {
        Self::KERNEL[0] * Self::left(lanes)
    }

    /// Whether backward takes half vectors, if the processor is as fast with two of them as with one vector: if they are fewer
    /// than twice the vectors, on the level that has them. Its 32 registers must hold the sums of all taps, which are one
    /// [tile](Tiles::TAPS), and those of the columns; and from pixel to pixel these must move on by one.
    pub(super) const fn by_halves(lanes: usize) -> bool {
        let ([rows, columns], halves) = (Self::KERNEL, Self::halves(lanes));
        let [tile_rows, tile_columns] = <G::Tiles32 as Tiles>::TAPS;
        let sums = if Self::left(lanes) > 0 { columns } else { 0 };
        let whole = tile_rows == rows && tile_columns == columns;
        let fits = whole && Self::TAPS + sums <= 30 && Self::column(lanes) <= lanes;
        let fewer = halves > 0 && halves * Self::TAPS + 2 * sums < 2 * Self::vectors(lanes) * Self::TAPS;
        let pooled = Self::STEP[0] == Self::WINDOW[0] && Self::STEP[1] == Self::WINDOW[1];
        lanes == 16 && fits && fewer && pooled && Self::CLOSE
    }

    /// Vectors of the half vectors of a sample's pixels.
    const fn halved_pixels(lanes: usize) -> usize {
        (Self::PIXELS * Self::halves(lanes)).div_ceil(2)
    }

    /// Vectors of a sample: those, and then a column from each pixel on that the kernel's first row is over. There is room for
    /// the gradients of the channels that are left instead, since a column has no more floats than a vector.
    pub(super) const fn halved(lanes: usize) -> usize {
        Self::halved_pixels(lanes) + if Self::left(lanes) > 0 { Self::Z[0] * Self::W } else { 0 }
    }

    /// Samples that backward-weight takes at a time.
    pub(super) const fn halved_group(lanes: usize) -> usize {
        Self::group_of(lanes, Self::halved(lanes))
    }

    /// Vectors of the weights' half vectors, `[O][tap]`.
    const fn halved_weights(lanes: usize) -> usize {
        (Self::OUTPUTS * Self::TAPS * Self::halves(lanes)).div_ceil(2)
    }

    /// Vectors of all samples and weights, whose columns are `[O][column]`, and of what is carried on.
    pub(super) const fn halved_memory(lanes: usize) -> usize {
        lanes * Self::halved(lanes) + Self::halved_weights(lanes) + Self::OUTPUTS * Self::KERNEL[1] + Self::W
    }
}

/// The halves of vectors.
#[inline(always)]
fn halves<S: Simd>(x: &[S::V]) -> &[Half<S>] {
    assert!(2 * Half::<S>::LANES == S::LANES);
    // SAFETY: a `Vector` is plain floats without padding, aligned to its size, and valid for any bits.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), 2 * x.len()) }
}

/// The halves of vectors, to be written.
#[inline(always)]
fn halves_mut<S: Simd>(x: &mut [S::V]) -> &mut [Half<S>] {
    assert!(2 * Half::<S>::LANES == S::LANES);
    // SAFETY: as above.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), 2 * x.len()) }
}

/// Backward from the winners alone.
#[inline(always)]
pub(super) fn backward<S: Simd, G: Geometry, T: Tiles, D: InputGradient<S::V>>(s: S, visit: Visit<'_, S::V>) {
    let Visit { x, w, dw, d, taps, dx, temporary } = visit;
    let [channels, left] = const { [Of::<G>::halves(S::LANES) * S::LANES / 2, Of::<G>::left(S::LANES)] };
    let [half_pixels, sample, winners] =
        const { [Of::<G>::halved_pixels(S::LANES), Of::<G>::halved(S::LANES), Of::<G>::winners(S::LANES)] };
    let pixels = const { Of::<G>::PIXELS };
    let (memory, rest) = temporary.split_at_mut(const { Of::<G>::halved_memory(S::LANES) });
    let (samples, weights) = memory.split_at_mut(S::LANES * sample);
    let (carried, weights) = weights.split_at_mut(Of::<G>::W);
    let (gradients, numbers) = rest.split_at_mut(winners);
    let places = Places::channels(0, channels, pixels);
    s.call(SamplesFirst { from: x, places, to: samples, stride: sample });
    if left > 0 {
        for pixel in 0..Of::<G>::Z[0] * Of::<G>::W {
            let (first, count) = (channels * pixels + pixel, const { Of::<G>::column(S::LANES) });
            let places = Places { first, run: left, near: pixels, far: Of::<G>::W, count };
            s.call(SamplesFirst { from: x, places, to: &mut samples[half_pixels + pixel..], stride: sample });
        }
    }
    s.call(SamplesFirst { from: d, places: Places::row(d.len()), to: gradients, stride: winners / S::LANES });
    s.call(Patches::<_, G>::new(taps, 1, numbers));
    weights.fill(s.splat(0.0));
    // SAFETY: the slices were made above.
    unsafe { T::halved_weight::<S, G>(s, samples, gradients, numbers, weights) };
    let filters = const { Of::<G>::halved_weights(S::LANES) };
    let (shape, [_, columns]) = (Of::<G>::WEIGHTS, Of::<G>::KERNEL);
    let [output, row] = [Of::<G>::TAPS, columns].map(|taps| taps * channels);
    let inner = Grid { shape, channels: 0..channels, output, row, column: channels };
    let (outer, output) = (channels..Of::<G>::CHANNELS, columns * S::LANES);
    let outer = Grid { shape, channels: outer, output, row: left, column: S::LANES };
    inner.add(lanes(&weights[..filters]), dw);
    if left > 0 {
        outer.add(lanes(&weights[filters..]), dw);
    }
    if !D::WANTED {
        return;
    }
    // Half vectors are overwritten whole, but columns have fewer floats than a vector.
    weights[filters..].fill(s.splat(0.0));
    inner.put(w, lanes_mut(&mut weights[..filters]));
    if left > 0 {
        outer.put(w, lanes_mut(&mut weights[filters..]));
    }
    s.call(Owners::<_, G>::new(taps, numbers));
    for dx in samples.chunks_exact_mut(sample) {
        // What is left is written whole.
        dx[..half_pixels].fill(s.splat(0.0));
    }
    // SAFETY: the slices were made above.
    unsafe { T::halved_input::<S, G>(s, weights, gradients, numbers, samples, carried) };
    s.call(SamplesLast { from: samples, stride: sample, to: dx, places });
    if left > 0 {
        let places = Places::channels(channels, left, pixels);
        s.call(SamplesLast { from: &samples[half_pixels..], stride: sample, to: dx, places });
    }
}

/// Adds the gradient of `U` × `V` taps of an output channel, for half vector `k` of channels and, with `REST`, for those that are
/// left, from some samples from `first` on; `winners` are their [`Patches`].
///
/// # Safety
/// Backward [takes half vectors](Of::by_halves), and the tile is the whole kernel. The slices have the geometry's lengths, and
/// `winners` holds pixels of windows; samples, output channel and half vector exist.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
pub(super) unsafe fn weight_tile<S: Simd, G: Geometry, const U: usize, const V: usize, const REST: bool>(
    s: S,
    x: &[S::V],
    d: &[S::V],
    winners: &[S::V],
    dw: &mut [S::V],
    first: usize,
    o: usize,
    k: usize,
) {
    let half = s.half();
    let rest = const { REST && Of::<G>::left(S::LANES) > 0 };
    let count = const { Of::<G>::halves(S::LANES) };
    let [half_pixels, pitch, row] =
        const { [Of::<G>::halved_pixels(S::LANES), Of::<G>::halved(S::LANES), Of::<G>::winners(S::LANES)] };
    let (d, winners) = (lanes(d), lanes(winners));
    let (dw, columns) = dw.split_at_mut(const { Of::<G>::halved_weights(S::LANES) });
    let dw = halves_mut::<S>(dw);
    let mut acc = [[half.splat(0.0); V]; U];
    let mut left = [s.splat(0.0); V];
    for b in 0..V {
        for a in 0..U {
            // SAFETY: channel, tap and half vector are inside the weights.
            acc[a][b] = unsafe { at(dw, (o * Of::<G>::TAPS + a * V + b) * count + k) };
        }
        if rest {
            // SAFETY: channel and column are inside the weights.
            left[b] = unsafe { at(columns, o * V + b) };
        }
    }
    for sample in first..first + opaque(const { Of::<G>::halved_group(S::LANES) }) {
        let (x, columns) = x[sample * pitch..].split_at(half_pixels);
        let x = halves::<S>(x);
        for window in 0..Of::<G>::WINDOWS {
            let index = sample * row + o * Of::<G>::WINDOWS + window;
            // SAFETY: sample, channel and window exist.
            let (d, pixel) = unsafe { ([s.splat(at(d, index))], natural(at(winners, index))) };
            let (d, halved) = (d[0], halves::<S>(&d)[0]);
            for b in 0..V {
                for a in 0..U {
                    // SAFETY: without padding, every tap of every pixel of a window is inside the input.
                    let x = unsafe { at(x, (pixel + Of::<G>::tap(a, b)) * count + k) };
                    acc[a][b] = half.fma(x, halved, acc[a][b]);
                }
                if rest {
                    // SAFETY: a column begins at every pixel that a kernel's first row is over.
                    left[b] = s.fma(unsafe { at(columns, pixel + b) }, d, left[b]);
                }
            }
        }
    }
    for b in 0..V {
        for a in 0..U {
            // SAFETY: as above.
            unsafe { put(dw, (o * Of::<G>::TAPS + a * V + b) * count + k, acc[a][b]) };
        }
        if rest {
            // SAFETY: as above.
            unsafe { put(columns, o * V + b, left[b]) };
        }
    }
}

/// Adds to the input gradient of a sample what comes through `U` × `V` taps, for half vector `k` of channels: pixel after pixel
/// of a row, and columns of the input that the next pixel's taps cover too stay in registers. With `REST`, it writes the
/// gradient of the channels that are left: the sums of a column are `carried` from one row of pixels to the next. When a row is
/// through, so is the first row under the kernel, and the others are one row higher for the next.
///
/// # Safety
/// As for [`weight_tile`]; `dx` is a sample's, `owners` are of the geometry's channels, and there is a vector for each column of
/// the input.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
pub(super) unsafe fn input_tile<S: Simd, G: Geometry, const U: usize, const V: usize, const REST: bool>(
    s: S,
    w: &[S::V],
    d: &[S::V],
    owners: &[S::V],
    dx: &mut [S::V],
    carried: &mut [S::V],
    sample: usize,
    k: usize,
) {
    let half = s.half();
    let rest = const { REST && Of::<G>::left(S::LANES) > 0 };
    let [count, channels] = const { [Of::<G>::halves(S::LANES), Of::<G>::left(S::LANES)] };
    let [numbers, gradients] = const { [Of::<G>::owners(S::LANES), Of::<G>::winners(S::LANES)] };
    let (d, owners) = (lanes(d), lanes(owners));
    let (w, columns) = w.split_at(const { Of::<G>::halved_weights(S::LANES) });
    let w = halves::<S>(w);
    let (dx, floats) = dx.split_at_mut(const { Of::<G>::halved_pixels(S::LANES) });
    let (dx, floats) = (halves_mut::<S>(dx), lanes_mut(floats));
    let [rows, pixels] = const { [Of::<G>::ROWS * Of::<G>::WINDOW[0], Of::<G>::COLUMNS * Of::<G>::WINDOW[1]] };
    if rest {
        carried.fill(s.splat(0.0));
    }
    for y in 0..if rest { Of::<G>::H } else { rows } {
        let mut acc = [[half.splat(0.0); V]; U];
        let mut from = 0;
        for x in 0..if y < rows { pixels } else { 0 } {
            let (window, place) = Of::<G>::pixel(y, x);
            let pixel = y * Of::<G>::W + x;
            let mut left = [s.splat(0.0); V];
            for b in 0..V {
                for a in 0..U {
                    if b >= from {
                        // SAFETY: without padding, every tap of every pixel of a window is inside the input.
                        acc[a][b] = unsafe { at(dx, (pixel + Of::<G>::tap(a, b)) * count + k) };
                    }
                }
                if rest {
                    // SAFETY: so is every column.
                    left[b] = unsafe { at(carried, x + b) };
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
                    let d = [s.splat(unsafe { at(d, sample * gradients + o * Of::<G>::WINDOWS + window) })];
                    let (d, halved) = (d[0], halves::<S>(&d)[0]);
                    for b in 0..V {
                        for a in 0..U {
                            // SAFETY: channel, tap and half vector are inside the weights.
                            let w = unsafe { at(w, (o * Of::<G>::TAPS + a * V + b) * count + k) };
                            acc[a][b] = half.fma(w, halved, acc[a][b]);
                        }
                        if rest {
                            // SAFETY: channel and column are inside the weights.
                            left[b] = s.fma(unsafe { at(columns, o * V + b) }, d, left[b]);
                        }
                    }
                }
            }
            let done = if x + 1 < pixels { 1 } else { V };
            for b in 0..V {
                for a in 0..U {
                    if b < done {
                        // SAFETY: as above.
                        unsafe { put(dx, (pixel + Of::<G>::tap(a, b)) * count + k, acc[a][b]) };
                    }
                }
                if rest {
                    // SAFETY: as above.
                    unsafe { put(carried, x + b, left[b]) };
                }
            }
            for a in 0..U {
                for b in 1..V {
                    acc[a][b - 1] = acc[a][b];
                }
            }
            from = V - 1;
        }
        if rest {
            let through = &mut floats[y * Of::<G>::W * channels..][..Of::<G>::W * channels];
            for (column, through) in carried.iter_mut().zip(through.chunks_exact_mut(channels)) {
                let (first, others) = lanes(core::slice::from_ref(column)).split_at(channels);
                through.copy_from_slice(first);
                // SAFETY: so many lanes, at most, are behind the first row's.
                *column = unsafe { s.load_lanes(s.splat(0.0), others.as_ptr(), (1 << (channels * (U - 1))) - 1) };
            }
        }
    }
}
