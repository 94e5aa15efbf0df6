//! A rate that falls in steps, as PyTorch's `StepLR`.

use super::Schedule;
use crate::runtime::math::powi;

/// rate = base · gammaᵏ, where k counts the full steps of `size` epochs or batches that are over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    size: u64,
    gamma: f64,
}

impl Step {
    /// Multiplies the rate by `gamma` after each `size`, which is at least 1.
    pub fn new(size: u64, gamma: f64) -> Self {
        Self { size: size.max(1), gamma }
    }
}

impl Schedule for Step {
    fn rate(&self, base: f64, count: u64) -> f64 {
        base * powi(self.gamma, count / self.size)
    }
}
