//! Adam, as PyTorch's `Adam`.

use super::moments::{Decay, Moments};
use super::{Gradient, Optimizer, State, Team};
use crate::summary::ParameterSummary;

/// m ← m + (1 − β₁)·(g − m); v ← β₂·v + (1 − β₂)·g²; p ← p − rate·m̂ / (√v̂ + ε), with m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ) (Kingma and Ba 2015, algorithm 1). Weight decay is that of L2: g ← g + decay·p comes first.
///
/// Weight decay leaves out biases and slopes, as in [`Sgd`](super::Sgd). For decay beside the step there is
/// [`AdamW`](super::AdamW).
#[derive(Debug)]
#[cfg_attr(feature = "alloc", derive(Clone))]
pub struct Adam(Moments);

impl Adam {
    /// Adam with a learning rate, of which 1e-3 is the usual; betas 0.9 and 0.999, ε 1e-8, no weight decay.
    ///
    /// # Panics
    /// If the rate is NaN, infinite or below 0.
    #[track_caller]
    pub const fn new(rate: f32) -> Self {
        Self(Moments::new(rate, 0.0))
    }

    /// Sets how much of the moments is kept at each step, β₁ and β₂, both at least 0 and below 1.
    ///
    /// # Panics
    /// If one is out of that range.
    #[must_use]
    #[track_caller]
    pub fn betas(mut self, beta1: f64, beta2: f64) -> Self {
        self.0.set_betas(beta1, beta2);
        self
    }

    /// Sets ε, which is added to the root of the second moment. With 0, an element whose gradients are all 0 becomes NaN,
    /// as 0/0, like in PyTorch.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn eps(mut self, eps: f32) -> Self {
        self.0.set_eps(eps);
        self
    }

    /// Sets the weight decay, 0 unless set.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn weight_decay(mut self, weight_decay: f32) -> Self {
        self.0.set_weight_decay(weight_decay);
        self
    }
}

impl Default for Adam {
    /// With a learning rate of 1e-3.
    fn default() -> Self {
        Self::new(1e-3)
    }
}

impl Optimizer for Adam {
    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    ) {
        self.0.step(parameters, gradient, table, &Decay::Gradient, team);
    }

    fn learning_rate(&self) -> f32 {
        self.0.rate
    }

    #[track_caller]
    fn set_learning_rate(&mut self, rate: f32) {
        self.0.set_rate(rate);
    }

    fn state(&self) -> &State {
        &self.0.state
    }

    fn state_mut(&mut self) -> &mut State {
        &mut self.0.state
    }
}
