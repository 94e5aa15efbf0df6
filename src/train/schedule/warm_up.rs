//! A rate that grows at first, as PyTorch's `LinearLR` with another schedule after it.

use super::Schedule;
use crate::runtime::setting::{Range, check};

/// A schedule with a warm-up before it: made by [`Schedule::warm_up`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp<S> {
    then: S,
    count: u64,
    from: f64,
}

impl<S: Schedule> WarmUp<S> {
    #[track_caller]
    pub(super) fn new(then: S, count: u64, from: f64) -> Self {
        check("from", from, Range::SHARE);
        Self { then, count, from }
    }
}

impl<S: Schedule> Schedule for WarmUp<S> {
    fn rate(&self, base: f64, count: u64) -> f64 {
        if count >= self.count {
            return self.then.rate(base, count - self.count);
        }
        let share = self.from + (1.0 - self.from) * (count as f64 / self.count as f64);
        self.then.rate(base, 0) * share
    }

    fn observe(&mut self, metric: f64) {
        self.then.observe(metric);
    }

    fn state(&self) -> Vec<f64> {
        self.then.state()
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        self.then.restore(state)
    }
}
