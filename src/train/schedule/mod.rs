//! Learning rates that change while a net is trained, a file each; formulas and defaults are PyTorch's.
//!
//! ```
//! use prelu::schedule::{Cosine, Schedule};
//!
//! // Five epochs from a tenth of the rate up to it, then twenty along a cosine to zero.
//! let schedule = Cosine::new(20).warm_up(5, 0.1);
//! let rates: Vec<f64> = (0..26).map(|epoch| schedule.rate(0.5, epoch)).collect();
//! assert_eq!((rates[0], rates[5]), (0.05, 0.5));
//! assert!((rates[15] - 0.25).abs() < 1e-12 && rates[25] < 1e-12);
//! ```

mod cosine;
mod one_cycle;
mod plateau;
mod step;
mod warm_up;

pub use cosine::Cosine;
pub use one_cycle::OneCycle;
pub use plateau::Plateau;
pub use step::Step;
pub use warm_up::WarmUp;

use crate::runtime::math::cos_pi;

/// The learning rate as a function of how long a net was trained.
pub trait Schedule: Send {
    /// The rate after `count` epochs or batches, whichever the schedule is counted in; `base` is the rate that the
    /// optimiser was made with. Optimizers want it finite and not negative, and panic else.
    fn rate(&self, base: f64, count: u64) -> f64;

    /// Takes note of a metric. Only a schedule that follows one does anything.
    fn observe(&mut self, metric: f64) {
        let _ = metric;
    }

    /// What it remembers of the metrics, for a checkpoint. A schedule that follows none remembers nothing.
    fn state(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Goes on from what [`state`](Self::state) gave. False, and nothing is changed, where that is not of such a schedule.
    fn restore(&mut self, state: &[f64]) -> bool {
        state.is_empty()
    }

    /// Before this schedule, `count` epochs or batches in which the rate grows evenly from the share `from` of what it
    /// begins with, from 0 to 1 (Goyal et al. 2017, 2.2).
    ///
    /// # Panics
    /// If the share is NaN, below 0 or above 1.
    #[track_caller]
    fn warm_up(self, count: u64, from: f64) -> WarmUp<Self>
    where
        Self: Sized,
    {
        WarmUp::new(self, count, from)
    }
}

impl<S: Schedule + ?Sized> Schedule for Box<S> {
    fn rate(&self, base: f64, count: u64) -> f64 {
        (**self).rate(base, count)
    }

    fn observe(&mut self, metric: f64) {
        (**self).observe(metric);
    }

    fn state(&self) -> Vec<f64> {
        (**self).state()
    }

    fn restore(&mut self, state: &[f64]) -> bool {
        (**self).restore(state)
    }
}

/// What a schedule is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Every {
    /// The rate changes between epochs.
    Epoch,
    /// The rate changes between batches.
    Batch,
}

/// Along half a cosine from `start` at 0 to `end` at 1: at both just these, and nowhere beyond them.
fn half_cosine(start: f64, end: f64, at: f64) -> f64 {
    let share = 0.5 * (1.0 + cos_pi(at));
    let rate = start * share + end * (1.0 - share);
    let (least, most) = if start < end { (start, end) } else { (end, start) };
    at_most(at_least(rate, least), most)
}

/// The lesser of two numbers. Unlike `f64::min` it is NaN where the first is.
fn at_most(x: f64, most: f64) -> f64 {
    if x > most { most } else { x }
}

/// The greater of two numbers. Unlike `f64::max` it is NaN where the first is.
fn at_least(x: f64, least: f64) -> f64 {
    if x < least { least } else { x }
}
