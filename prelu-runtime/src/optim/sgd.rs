//! Stochastic gradient descent with momentum, as PyTorch's `SGD`.

use super::{Gradient, Optimizer, State, Team};
use crate::setting::{Range, check, refuse};
use crate::summary::ParameterSummary;

/// g ← g + decay·p; v ← momentum·v + (1 − dampening)·g, but v ← g in a tensor's first step; with Nesterov g ← g + momentum·v,
/// else g ← v; p ← p − rate·g (Sutskever et al. 2013, in PyTorch's form).
///
/// Weight decay leaves out biases and slopes: a decayed slope would pull a PReLU towards a ReLU (He et al. 2015, 2.2).
#[derive(Debug)]
#[cfg_attr(feature = "alloc", derive(Clone))]
pub struct Sgd {
    rate: f32,
    momentum: f32,
    dampening: f32,
    nesterov: bool,
    weight_decay: f32,
    state: State,
}

impl Sgd {
    /// Plain descent with a learning rate.
    ///
    /// # Panics
    /// If the rate is NaN, infinite or below 0.
    #[track_caller]
    pub const fn new(rate: f32) -> Self {
        check(super::RATE, rate as f64, Range::FROM_ZERO);
        Self { rate, momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0, state: State::new(&[]) }
    }

    /// Sets the momentum, 0 unless set. Above 1, which PyTorch takes, steps would grow even where gradients are 0.
    ///
    /// # Panics
    /// If it is NaN, below 0 or above 1.
    #[must_use]
    #[track_caller]
    pub fn momentum(mut self, momentum: f32) -> Self {
        check("momentum", momentum.into(), Range::SHARE);
        self.momentum = momentum;
        self.state = State::new(if momentum == 0.0 { &[] } else { &["momentum_buffer"] });
        self
    }

    /// Sets the dampening of the momentum, 0 unless set: how much of a gradient is left out. Without momentum it has no
    /// effect, as in PyTorch.
    ///
    /// # Panics
    /// If it is NaN, below 0 or not below 1, or above 0 with [`nesterov`](Self::nesterov).
    #[must_use]
    #[track_caller]
    pub fn dampening(mut self, dampening: f32) -> Self {
        check("dampening", dampening.into(), Range::BELOW_ONE);
        self.dampening = dampening;
        self.check_dampening();
        self
    }

    /// Uses Nesterov's form of momentum, which needs a [`momentum`](Self::momentum), set before or afterwards, and no
    /// [`dampening`](Self::dampening).
    ///
    /// # Panics
    /// If a dampening is set. Without a momentum, a [`Trainer`] that is given the optimizer panics, and so does its first step.
    ///
    /// [`Trainer`]: https://docs.rs/prelu/latest/prelu/struct.Trainer.html
    #[must_use]
    #[track_caller]
    pub fn nesterov(mut self) -> Self {
        self.nesterov = true;
        self.check_dampening();
        self
    }

    #[track_caller]
    fn check_dampening(&self) {
        if self.nesterov && self.dampening != 0.0 {
            refuse("dampening", self.dampening.into(), "0 with `nesterov`");
        }
    }

    #[track_caller]
    fn check_momentum(&self) {
        if self.nesterov && self.momentum == 0.0 {
            refuse("momentum", 0.0, "above 0 with `nesterov`");
        }
    }

    /// Sets the weight decay, 0 unless set.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn weight_decay(mut self, weight_decay: f32) -> Self {
        check("weight_decay", weight_decay.into(), Range::FROM_ZERO);
        self.weight_decay = weight_decay;
        self
    }
}

impl Optimizer for Sgd {
    #[track_caller]
    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    ) {
        self.check_momentum();
        let Self { rate, momentum, dampening, nesterov, weight_decay, .. } = *self;
        if momentum == 0.0 {
            self.state.step(parameters, gradient, table, weight_decay, team, |turn| turn.descend(rate, move |g, []| g));
            return;
        }
        self.state.step(parameters, gradient, table, weight_decay, team, |turn| {
            let take = if turn.step == 1 { 1.0 } else { 1.0 - dampening };
            turn.descend(rate, move |g, [v]| {
                *v = momentum * *v + take * g;
                if nesterov { g + momentum * *v } else { *v }
            });
        });
    }

    fn learning_rate(&self) -> f32 {
        self.rate
    }

    #[track_caller]
    fn set_learning_rate(&mut self, rate: f32) {
        check(super::RATE, rate.into(), Range::FROM_ZERO);
        self.rate = rate;
    }

    fn state(&self) -> &State {
        &self.state
    }

    /// Whoever is about to train prepares the state first: what only then is certain to be missing is told here.
    #[track_caller]
    fn state_mut(&mut self) -> &mut State {
        self.check_momentum();
        &mut self.state
    }
}
