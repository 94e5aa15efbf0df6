//! A rate that goes up once and down once, as PyTorch's `OneCycleLR`.

use super::{Schedule, half_cosine};

/// Half a cosine up from max/`div_factor` to max, then half a cosine down to max/(`div_factor`·`final_div_factor`)
/// (Smith and Topin 2019, in PyTorch's form with two phases). The optimiser's own rate plays no part; its momentum
/// stays as it is. After the last step the rate stays at its least.
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
    /// A cycle with this highest rate, over this many steps in all: epochs times the batches of an epoch.
    pub fn new(max_rate: f64, total_steps: u64) -> Self {
        Self { max: max_rate, steps: total_steps, up: 0.3, div: 25.0, final_div: 1e4 }
    }

    /// Sets the share of the steps in which the rate goes up, from 0 to 1; 0.3 unless set.
    #[must_use]
    pub fn pct_start(mut self, share: f64) -> Self {
        self.up = share;
        self
    }

    /// Sets how many times smaller than the highest the first rate is, 25 unless set.
    #[must_use]
    pub fn div_factor(mut self, factor: f64) -> Self {
        self.div = factor;
        self
    }

    /// Sets how many times smaller than the first the last rate is, 10,000 unless set.
    #[must_use]
    pub fn final_div_factor(mut self, factor: f64) -> Self {
        self.final_div = factor;
        self
    }
}

impl Schedule for OneCycle {
    fn rate(&self, _: f64, count: u64) -> f64 {
        let (first, at) = (self.max / self.div, count as f64);
        let (top, last) = (self.up * self.steps as f64 - 1.0, self.steps as f64 - 1.0);
        if at < top {
            half_cosine(first, self.max, at / top)
        } else if at < last {
            half_cosine(self.max, first / self.final_div, (at - top) / (last - top))
        } else {
            first / self.final_div
        }
    }
}
