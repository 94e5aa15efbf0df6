//! From vectors with samples in lanes to a row for each sample, and back: kernels for themselves, which all nets share, for
//! transposes are much code.

use super::{at, put};
use crate::simd::{Kernel, MAX_LANES, Simd};

/// Where vectors are: number i at `first + i % run · near + i / run · far`.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) first: usize,
    pub(super) run: usize,
    pub(super) near: usize,
    pub(super) far: usize,
    pub(super) count: usize,
}

impl Places {
    /// So many, one after the other.
    pub(super) const fn row(count: usize) -> Self {
        Self { first: 0, run: count, near: 1, far: 0, count }
    }

    /// Channels from `first` on of an image `[C][H][W]`, pixel after pixel.
    pub(super) const fn channels(first: usize, channels: usize, pixels: usize) -> Self {
        Self { first: first * pixels, run: channels, near: pixels, far: 1, count: channels * pixels }
    }

    /// Whether all places are below a length.
    fn inside(self, len: usize) -> bool {
        let Self { first, run, near, far, count } = self;
        let runs = count / run;
        let last =
            |runs: usize, count: usize| runs == 0 || count == 0 || first + (runs - 1) * far + (count - 1) * near < len;
        last(runs, run) && last(runs + 1, count % run)
    }
}

/// Goes from place to place.
struct Walk {
    place: usize,
    left: usize,
    places: Places,
    turn: usize,
}

impl Walk {
    #[inline(always)]
    fn new(places: Places) -> Self {
        let Places { first, run, near, far, .. } = places;
        Self { place: first, left: run, places, turn: far.wrapping_sub((run - 1) * near) }
    }

    #[inline(always)]
    fn on(&mut self) {
        self.left -= 1;
        let turns = self.left == 0;
        self.left = if turns { self.places.run } else { self.left };
        self.place = self.place.wrapping_add(if turns { self.turn } else { self.places.near });
    }
}

/// Vectors to the rows of samples, which begin `stride` vectors apart.
pub(super) struct SamplesFirst<'a, V> {
    pub(super) from: &'a [V],
    pub(super) places: Places,
    pub(super) to: &'a mut [V],
    pub(super) stride: usize,
}

impl<S: Simd> Kernel<S> for SamplesFirst<'_, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let Self { from, places, to, stride } = self;
        let squares = places.count.div_ceil(S::LANES);
        assert!(places.inside(from.len()) && (S::LANES - 1) * stride + squares <= to.len());
        let mut walk = Walk::new(places);
        for k in 0..squares {
            let mut square = [s.splat(0.0); MAX_LANES];
            let square = &mut square[..S::LANES];
            for i in 0..S::LANES {
                // SAFETY: the place is inside, as was asserted.
                square[i] = unsafe { at(from, walk.place) };
                // Behind the last vector there are more of it: what becomes of them is dropped.
                if k * S::LANES + i + 1 < places.count {
                    walk.on();
                }
            }
            s.transpose(square);
            for (sample, &row) in square.iter().enumerate() {
                // SAFETY: asserted too.
                unsafe { put(to, sample * stride + k, row) };
            }
        }
    }
}

/// The inverse.
pub(super) struct SamplesLast<'a, V> {
    pub(super) from: &'a [V],
    pub(super) stride: usize,
    pub(super) to: &'a mut [V],
    pub(super) places: Places,
}

impl<S: Simd> Kernel<S> for SamplesLast<'_, S::V> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let Self { from, stride, to, places } = self;
        let squares = places.count.div_ceil(S::LANES);
        assert!(places.inside(to.len()) && (S::LANES - 1) * stride + squares <= from.len());
        let mut walk = Walk::new(places);
        for k in 0..squares {
            let mut square = [s.splat(0.0); MAX_LANES];
            let square = &mut square[..S::LANES];
            for (sample, row) in square.iter_mut().enumerate() {
                // SAFETY: asserted.
                *row = unsafe { at(from, sample * stride + k) };
            }
            s.transpose(square);
            for i in 0..S::LANES {
                if k * S::LANES + i == places.count {
                    break;
                }
                // SAFETY: the place is inside, as was asserted.
                unsafe { put(to, walk.place, square[i]) };
                walk.on();
            }
        }
    }
}
