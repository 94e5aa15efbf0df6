//! Weights with channels in lanes, which winners add to or read, from and to `[O][C][tap]`. All nets share this code, and it is
//! the same for all instruction sets: neighbours here are none there, so vectors would gain nothing.

use core::ops::Range;

use super::super::{at, put};

/// Where the weights of some channels are: of the first, and output channel o, kernel row u and column v, at
/// `o · output + u · row + v · column`, and the others behind it.
pub(super) struct Grid {
    /// `[O, C, U, V]` of all weights.
    pub(super) shape: [usize; 4],
    pub(super) channels: Range<usize>,
    pub(super) output: usize,
    pub(super) row: usize,
    pub(super) column: usize,
}

impl Grid {
    /// Adds to these channels of dw.
    #[inline(never)]
    pub(super) fn add(&self, from: &[f32], dw: &mut [f32]) {
        assert!(self.fits(from.len(), dw.len()));
        self.each(|place, weight| {
            // SAFETY: both are inside, as was asserted.
            unsafe { put(dw, weight, at(dw, weight) + at(from, place)) }
        });
    }

    /// Puts these channels of w there.
    #[inline(never)]
    pub(super) fn put(&self, w: &[f32], to: &mut [f32]) {
        assert!(self.fits(to.len(), w.len()));
        self.each(|place, weight| {
            // SAFETY: both are inside, as was asserted.
            unsafe { put(to, place, at(w, weight)) }
        });
    }

    /// Whether the channels exist, and all places and weights are below these lengths.
    fn fits(&self, places: usize, weights: usize) -> bool {
        let [outputs, channels, rows, columns] = self.shape;
        let last = (outputs - 1) * self.output + (rows - 1) * self.row + (columns - 1) * self.column;
        let Range { start, end } = self.channels;
        start <= end
            && end <= channels
            && last + end - start <= places
            && outputs * channels * rows * columns <= weights
    }

    /// Calls `each` with a weight's place here, and in `[O][C][tap]`. Rows of five are unrolled: those kernels are the large ones.
    #[inline(always)]
    fn each(&self, each: impl FnMut(usize, usize)) {
        match self.shape[3] {
            5 => self.each_of(5, each),
            columns => self.each_of(columns, each),
        }
    }

    #[inline(always)]
    fn each_of(&self, columns: usize, mut each: impl FnMut(usize, usize)) {
        let [outputs, channels, rows, _] = self.shape;
        for o in 0..outputs {
            let mut weight = (o * channels + self.channels.start) * rows * columns;
            for c in 0..self.channels.len() {
                for u in 0..rows {
                    let row = o * self.output + u * self.row + c;
                    for v in 0..columns {
                        each(row + v * self.column, weight + v);
                    }
                    weight += columns;
                }
            }
        }
    }
}
