//! Stochastic gradient descent with momentum, as PyTorch's `SGD`.

use super::{Gradient, Optimizer, State, Team};
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
    pub const fn new(rate: f32) -> Self {
        Self { rate, momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0, state: State::new(&[]) }
    }

    /// Sets the momentum, 0 unless set.
    #[must_use]
    pub fn momentum(mut self, momentum: f32) -> Self {
        self.momentum = momentum;
        self.state = State::new(if momentum == 0.0 { &[] } else { &["momentum_buffer"] });
        self
    }

    /// Sets the dampening of the momentum, 0 unless set.
    #[must_use]
    pub fn dampening(mut self, dampening: f32) -> Self {
        self.dampening = dampening;
        self
    }

    /// Uses Nesterov's form of momentum.
    #[must_use]
    pub fn nesterov(mut self) -> Self {
        self.nesterov = true;
        self
    }

    /// Sets the weight decay, 0 unless set.
    #[must_use]
    pub fn weight_decay(mut self, weight_decay: f32) -> Self {
        self.weight_decay = weight_decay;
        self
    }
}

impl Optimizer for Sgd {
    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    ) {
        let Self { rate, momentum, dampening, nesterov, weight_decay, .. } = *self;
        if momentum == 0.0 {
            self.state.step(parameters, gradient, table, weight_decay, team, |turn| turn.descend(rate, |g, []| g));
            return;
        }
        self.state.step(parameters, gradient, table, weight_decay, team, |turn| {
            let take = if turn.step == 1 { 1.0 } else { 1.0 - dampening };
            turn.descend(rate, |g, [v]| {
                *v = momentum * *v + take * g;
                if nesterov { g + momentum * *v } else { *v }
            });
        });
    }

    fn learning_rate(&self) -> f32 {
        self.rate
    }

    fn set_learning_rate(&mut self, rate: f32) {
        self.rate = rate;
    }

    fn state(&self) -> &State {
        &self.state
    }

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }
}
