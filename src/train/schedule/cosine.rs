//! A rate that follows a cosine, as PyTorch's `CosineAnnealingLR`.

use super::{Schedule, at_most, half_cosine};
use crate::runtime::setting::{Range, check};

/// rate = min + (base − min) · (1 + cos(π·count/period)) / 2 (Loshchilov and Hutter 2017, equation 5, without restarts).
///
/// Beyond the period the cosine goes up again, as in PyTorch. Where min is above the base, the rate stays at the base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    period: u64,
    min: f64,
}

impl Cosine {
    /// From the base rate to 0 in `period` epochs or batches, at least 1.
    ///
    /// # Panics
    /// If the period is 0.
    #[track_caller]
    pub fn new(period: u64) -> Self {
        check("period", period as f64, Range::COUNT);
        Self { period, min: 0.0 }
    }

    /// Sets the rate at the end, 0 unless set.
    ///
    /// # Panics
    /// If it is NaN, infinite (as an `f32`) or below 0.
    #[must_use]
    #[track_caller]
    pub fn min_rate(mut self, rate: f64) -> Self {
        check("min_rate", rate, Range::RATE);
        self.min = rate;
        self
    }
}

impl Schedule for Cosine {
    fn rate(&self, base: f64, count: u64) -> f64 {
        half_cosine(base, at_most(self.min, base), count as f64 / self.period as f64)
    }
}
