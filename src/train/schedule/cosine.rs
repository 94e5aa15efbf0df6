//! A rate that follows a cosine, as PyTorch's `CosineAnnealingLR`.

use super::{Schedule, half_cosine};

/// rate = min + (base − min) · (1 + cos(π·count/period)) / 2 (Loshchilov and Hutter 2017, equation 5, without restarts).
///
/// Beyond the period the cosine goes up again, as in PyTorch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cosine {
    period: u64,
    min: f64,
}

impl Cosine {
    /// From the base rate to 0 in `period` epochs or batches, at least 1.
    pub fn new(period: u64) -> Self {
        Self { period: period.max(1), min: 0.0 }
    }

    /// Sets the rate at the end, 0 unless set.
    #[must_use]
    pub fn min_rate(mut self, rate: f64) -> Self {
        self.min = rate;
        self
    }
}

impl Schedule for Cosine {
    fn rate(&self, base: f64, count: u64) -> f64 {
        half_cosine(base, self.min, count as f64 / self.period as f64)
    }
}
