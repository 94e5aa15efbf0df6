//! What is known of the winners, as natural numbers in the lanes of vectors, and in rows of samples: kernels for themselves,
//! which all that visit winners alone share.

use core::marker::PhantomData;

use super::super::samples::{Places, SamplesFirst};
use super::{Geometry, Of};
use crate::simd::{Kernel, MAX_LANES, Simd};

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
fn winner<S: Simd, G: Geometry>(s: S, tap: S::V, window: usize, unit: usize) -> S::V {
    let pixel = |place: usize| s.splat(NATURAL + ((Of::<G>::origin(window) + Of::<G>::place(place)) * unit) as f32);
    let mut won = pixel(0);
    for place in 1..Of::<G>::PLACES {
        won = s.select(s.eq(tap, s.splat(place as f32)), pixel(place), won);
    }
    won
}

/// Of [`BITS`] output channels, which won a pixel of a window: [`NATURAL`] and 2 to their numbers. `i` counts pixels of
/// windows, windows, and such groups of channels.
#[inline(always)]
fn owned<S: Simd, G: Geometry>(s: S, taps: &[S::V], i: usize) -> S::V {
    let (window, place) = (i / Of::<G>::PLACES % Of::<G>::WINDOWS, s.splat((i % Of::<G>::PLACES) as f32));
    let first = i / (Of::<G>::PLACES * Of::<G>::WINDOWS) * BITS;
    let (mut sum, mut bit) = (s.splat(NATURAL), 1.0);
    for o in first..Of::<G>::OUTPUTS.min(first + BITS) {
        sum = s.select(s.eq(taps[o * Of::<G>::WINDOWS + window], place), s.add(sum, s.splat(bit)), sum);
        bit += bit;
    }
    sum
}

/// For each winner, `[O][window]`, the patch of the input that it read: the number of its first pixel, times `unit`.
pub(super) struct Patches<'a, V, G> {
    taps: &'a [V],
    unit: usize,
    to: &'a mut [V],
    geometry: PhantomData<G>,
}

impl<'a, V, G> Patches<'a, V, G> {
    pub(super) const fn new(taps: &'a [V], unit: usize, to: &'a mut [V]) -> Self {
        Self { taps, unit, to, geometry: PhantomData }
    }
}

impl<S: Simd, G: Geometry> Kernel<S> for Patches<'_, S::V, G> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let Self { taps, unit, to, .. } = self;
        let from = |i: usize| winner::<S, G>(s, taps[i], i % Of::<G>::WINDOWS, unit);
        samples_first(s, taps.len(), from, &mut to[..const { Of::<G>::winners(S::LANES) }]);
    }
}

/// For each pixel of the windows, which output channels won it: bits, [`BITS`] in a number.
pub(super) struct Owners<'a, V, G> {
    taps: &'a [V],
    to: &'a mut [V],
    geometry: PhantomData<G>,
}

impl<'a, V, G> Owners<'a, V, G> {
    pub(super) const fn new(taps: &'a [V], to: &'a mut [V]) -> Self {
        Self { taps, to, geometry: PhantomData }
    }
}

impl<S: Simd, G: Geometry> Kernel<S> for Owners<'_, S::V, G> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let Self { taps, to, .. } = self;
        let from = |i: usize| owned::<S, G>(s, taps, i);
        samples_first(s, Of::<G>::OWNERS, from, &mut to[..const { Of::<G>::owners(S::LANES) }]);
    }
}

/// So many vectors, which are computed, to rows of samples that have room for no more.
#[inline(always)]
fn samples_first<S: Simd>(s: S, count: usize, from: impl Fn(usize) -> S::V, to: &mut [S::V]) {
    for k in 0..count.div_ceil(S::LANES) {
        let (first, mut square) = (k * S::LANES, [s.splat(0.0); MAX_LANES]);
        let count = (count - first).min(S::LANES);
        for i in 0..count {
            square[i] = from(first + i);
        }
        let stride = to.len() / S::LANES;
        s.call(SamplesFirst { from: &square, places: Places::row(count), to: &mut to[k..], stride });
    }
}
