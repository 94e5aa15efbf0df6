//! A rate that goes up once and down once, as PyTorch's `OneCycleLR`.

use super::{Schedule, at_most, half_cosine};
use crate::runtime::setting::{Range, check};

/// Half a cosine up from max/`div_factor` to max, then half a cosine down to max/(`div_factor`·`final_div_factor`)
/// (Smith and Topin 2019, in PyTorch's form with two phases). The optimiser's own rate plays no part; its momentum
/// stays as it is. After the last step the rate stays as it was in it.
///
/// The rate is highest in step share·steps − 1, from 0. Where that is step 0, or a cycle has no way down, PyTorch divides by
/// zero or fails; here the rate begins, or ends, at its highest. Where it is before step 0, the rate begins on its way
/// down, as in PyTorch: a cycle of one step is but the end of it, unless `pct_start` is 1.
///
/// It is made to be counted in batches: [`Every::Batch`](super::Every::Batch).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OneCycle {
    max: f64,
    steps: u64,
    up: f64,
    div: f64,
    final_div: f64,
}

impl OneCycle {
    /// A cycle with this highest rate, over this many steps in all, at least 1: epochs times the batches of an epoch.
    ///
    /// # Panics
    /// If the rate is NaN, infinite (as an `f32`) or below 0, or there are 0 steps.
    #[track_caller]
    pub fn new(max_rate: f64, total_steps: u64) -> Self {
        check("max_rate", max_rate, Range::RATE);
        check("total_steps", total_steps as f64, Range::COUNT);
        Self { max: max_rate, steps: total_steps, up: 0.3, div: 25.0, final_div: 1e4 }
    }

    /// Sets the share of the steps in which the rate goes up, from 0 to 1; 0.3 unless set.
    ///
    /// # Panics
    /// If it is NaN, below 0 or above 1.
    #[must_use]
    #[track_caller]
    pub fn pct_start(mut self, share: f64) -> Self {
        check("pct_start", share, Range::SHARE);
        self.up = share;
        self
    }

    /// Sets how many times smaller than the highest the first rate is, at least 1; 25 unless set.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 1.
    #[must_use]
    #[track_caller]
    pub fn div_factor(mut self, factor: f64) -> Self {
        check("div_factor", factor, Range::FROM_ONE);
        self.div = factor;
        self
    }

    /// Sets how many times smaller than the first the last rate is, 10,000 unless set. Below 1 the last is larger, at most the
    /// highest.
    ///
    /// # Panics
    /// If it is NaN, infinite or not above 0.
    #[must_use]
    #[track_caller]
    pub fn final_div_factor(mut self, factor: f64) -> Self {
        check("final_div_factor", factor, Range::POSITIVE);
        self.final_div = factor;
        self
    }
}

impl Schedule for OneCycle {
    fn rate(&self, _: f64, count: u64) -> f64 {
        let (top, last) = (self.up * self.steps as f64 - 1.0, self.steps as f64 - 1.0);
        let (first, at) = (self.max / self.div, at_most(count as f64, last));
        if at < top {
            half_cosine(first, self.max, at / top)
        } else if top < last {
            half_cosine(self.max, at_most(first / self.final_div, self.max), (at - top) / (last - top))
        } else {
            self.max
        }
    }
}
