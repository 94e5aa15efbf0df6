//! A rate that falls where a metric no longer improves, as PyTorch's `ReduceLROnPlateau`.

use super::{Schedule, at_least, at_most};
use crate::runtime::setting::{Range, check};
use crate::train::best::{Best, Margin};

/// Multiplies the rate by `factor` where the metric has not improved for more than `patience` observations in a row.
///
/// A metric improves where it is below the best so far by the threshold, 1e-4 of its size unless set otherwise; one that is
/// not a number never does, and any that is finite is below +∞. It is told by [`Trainer::observe`](crate::Trainer::observe), after each epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Plateau {
    best: Best,
    factor: f64,
    patience: u64,
    cooldown: u64,
    min: f64,
    /// Observations since the last improvement, and until improvements count again.
    waited: u64,
    cooling: u64,
    /// What the rate was multiplied by so far.
    scale: f64,
}

impl Plateau {
    /// For a metric that should fall, such as a loss: factor 0.1, patience 10.
    pub fn new() -> Self {
        let best = Best::new(Margin::Relative(1e-4));
        Self { best, factor: 0.1, patience: 10, cooldown: 0, min: 0.0, waited: 0, cooling: 0, scale: 1.0 }
    }

    /// For a metric that should rise, such as an accuracy.
    #[must_use]
    pub fn maximize(mut self) -> Self {
        self.best.maximize();
        self
    }

    /// Sets the factor, above 0 and below 1; 0.1 unless set.
    ///
    /// # Panics
    /// If it is out of that range.
    #[must_use]
    #[track_caller]
    pub fn factor(mut self, factor: f64) -> Self {
        check("factor", factor, Range::SHRINKING);
        self.factor = factor;
        self
    }

    /// Sets how many observations without improvement are borne, 10 unless set.
    #[must_use]
    pub fn patience(mut self, patience: u64) -> Self {
        self.patience = patience;
        self
    }

    /// Sets by which share of the best's size a metric must be better, at least 0 and below 1; 1e-4 unless set.
    ///
    /// # Panics
    /// If it is out of that range: by 1 or more of itself no loss becomes better.
    #[must_use]
    #[track_caller]
    pub fn threshold(mut self, share: f64) -> Self {
        check("threshold", share, Range::BELOW_ONE);
        self.best.margin(Margin::Relative(share));
        self
    }

    /// Sets by how much a metric must be better than the best, in place of a share.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn absolute_threshold(mut self, amount: f64) -> Self {
        check("absolute_threshold", amount, Range::FROM_ZERO);
        self.best.margin(Margin::Absolute(amount));
        self
    }

    /// Sets how many observations after a reduction count for nothing, 0 unless set.
    #[must_use]
    pub fn cooldown(mut self, cooldown: u64) -> Self {
        self.cooldown = cooldown;
        self
    }

    /// Sets the least rate that a reduction leads to, 0 unless set. A rate that is below it already stays as it is.
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

impl Default for Plateau {
    fn default() -> Self {
        Self::new()
    }
}

impl Schedule for Plateau {
    fn rate(&self, base: f64, _: u64) -> f64 {
        at_least(base * self.scale, at_most(self.min, base))
    }

    fn observe(&mut self, metric: f64) {
        self.waited = if self.best.improves(metric) { 0 } else { self.waited + 1 };
        if self.cooling > 0 {
            self.cooling -= 1;
            self.waited = 0;
        }
        if self.waited > self.patience {
            self.scale *= self.factor;
            self.cooling = self.cooldown;
            self.waited = 0;
        }
    }

    /// The scale, the two counts, and the best metric, which is missing where there is none yet.
    fn state(&self) -> Vec<f64> {
        let state = [self.scale, self.waited as f64, self.cooling as f64];
        state.into_iter().chain(self.best.value()).collect()
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        let (scale, waited, cooling, best) = match *state {
            [scale, waited, cooling] => (scale, waited, cooling, None),
            [scale, waited, cooling, best] => (scale, waited, cooling, Some(best)),
            _ => return false,
        };
        let counts = |x: f64| (0.0..=MOST).contains(&x) && x.fract() == 0.0;
        if !Range::SHARE.contains(scale) || !counts(waited) || !counts(cooling) || best.is_some_and(f64::is_nan) {
            return false;
        }
        (self.scale, self.waited, self.cooling) = (scale, waited as u64, cooling as u64);
        self.best.restore(best);
        true
    }
}

/// Counts up to this are exact in an `f64`.
const MOST: f64 = (1u64 << 53) as f64;
