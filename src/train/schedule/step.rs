//! A rate that falls in steps, as PyTorch's `StepLR`.

use super::Schedule;
use crate::runtime::math::powi;
use crate::runtime::setting::{Range, check};

/// rate = base · gammaᵏ, where k counts the full steps of `size` epochs or batches that are over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    size: u64,
    gamma: f64,
}

impl Step {
    /// Multiplies the rate by `gamma` after each `size`, which is at least 1.
    ///
    /// # Panics
    /// If the size is 0, or gamma is not above 0 and finite. A gamma above 1 makes the rate grow; a trainer refuses one that has
    /// become infinite.
    #[track_caller]
    pub fn new(size: u64, gamma: f64) -> Self {
        check("size", size as f64, Range::COUNT);
        check("gamma", gamma, Range::POSITIVE);
        Self { size, gamma }
    }
}

impl Schedule for Step {
    fn rate(&self, base: f64, count: u64) -> f64 {
        base * powi(self.gamma, count / self.size)
    }
}
