//! Stopping where a metric no longer improves.

use super::best::{Best, Margin};
use crate::runtime::setting::{Range, check};

/// Says when to stop: where a metric of data that the net is not trained on has not improved for some epochs
/// (Prechelt 1998).
///
/// ```
/// use prelu::train::{EarlyStopping, Verdict};
///
/// let mut stopping = EarlyStopping::new(2).min_delta(0.01);
/// let verdicts = [0.9, 0.5, 0.495, 0.6].map(|loss| stopping.observe(loss));
/// assert_eq!(verdicts, [Verdict::Better, Verdict::Better, Verdict::Wait, Verdict::Stop]);
/// assert_eq!(stopping.best(), Some(0.5));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct EarlyStopping {
    best: Best,
    patience: u64,
    waited: u64,
}

/// What to do after an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The metric is the best so far: go on, and keep a copy of the net if the best is wanted.
    Better,
    /// Not better, but the patience is not spent: go on.
    Wait,
    /// The patience is spent: stop.
    Stop,
}

impl EarlyStopping {
    /// Stops at this many observations in a row without improvement, at least 1, of a metric that should fall, such as a
    /// loss.
    ///
    /// # Panics
    /// If it is 0.
    #[track_caller]
    pub fn new(patience: u64) -> Self {
        check("patience", patience as f64, Range::COUNT);
        Self { best: Best::new(Margin::Absolute(0.0)), patience, waited: 0 }
    }

    /// For a metric that should rise, such as an accuracy.
    #[must_use]
    pub fn maximize(mut self) -> Self {
        self.best.maximize();
        self
    }

    /// Sets by how much a metric must be better than the best to count as better, 0 unless set.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn min_delta(mut self, delta: f64) -> Self {
        check("min_delta", delta, Range::FROM_ZERO);
        self.best.margin(Margin::Absolute(delta));
        self
    }

    /// Takes note of the metric after an epoch. One that is not a number is never better.
    pub fn observe(&mut self, metric: f64) -> Verdict {
        if self.best.improves(metric) {
            self.waited = 0;
            return Verdict::Better;
        }
        self.waited += 1;
        if self.waited >= self.patience { Verdict::Stop } else { Verdict::Wait }
    }

    /// The best metric so far.
    pub fn best(&self) -> Option<f64> {
        self.best.value()
    }

    /// How many observations ago the best was.
    pub fn waited(&self) -> u64 {
        self.waited
    }
}
