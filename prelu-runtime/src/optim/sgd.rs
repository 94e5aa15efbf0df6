//! Stochastic gradient descent with momentum, as PyTorch's `SGD`.

use alloc::vec::Vec;

use super::Optimizer;
use crate::summary::ParameterSummary;

/// g ← g + decay·p; v ← momentum·v + (1 − dampening)·g, but v ← g in the first step; with Nesterov g ← g + momentum·v,
/// else g ← v; p ← p − rate·g (Sutskever et al. 2013, in PyTorch's form).
///
/// Weight decay leaves out biases and slopes: a decayed slope would pull a PReLU towards a ReLU (He et al. 2015, 2.2).
#[derive(Clone, Debug)]
pub struct Sgd {
    rate: f32,
    momentum: f32,
    dampening: f32,
    nesterov: bool,
    weight_decay: f32,
    velocity: Vec<f32>,
}

impl Sgd {
    /// Plain descent with a learning rate.
    pub const fn new(rate: f32) -> Self {
        Self { rate, momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0, velocity: Vec::new() }
    }

    /// Sets the momentum, 0 unless set.
    #[must_use]
    pub fn momentum(mut self, momentum: f32) -> Self {
        self.momentum = momentum;
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
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32], table: &[ParameterSummary]) {
        assert_eq!(parameters.len(), gradient.len());
        let Self { rate, momentum, nesterov, .. } = *self;
        let first = self.velocity.is_empty();
        if momentum != 0.0 && first {
            self.velocity.resize(parameters.len(), 0.0);
        }
        let take = if first { 1.0 } else { 1.0 - self.dampening };
        for tensor in table {
            let range = tensor.offset..tensor.offset + tensor.len;
            let decay = if tensor.decays { self.weight_decay } else { 0.0 };
            let (p, g) = (&mut parameters[range.clone()], &gradient[range.clone()]);
            if momentum == 0.0 {
                for (p, &g) in p.iter_mut().zip(g) {
                    *p -= rate * (g + decay * *p);
                }
                continue;
            }
            for ((p, &g), v) in p.iter_mut().zip(g).zip(&mut self.velocity[range]) {
                let g = g + decay * *p;
                *v = momentum * *v + take * g;
                *p -= rate * if nesterov { g + momentum * *v } else { *v };
            }
        }
    }

    fn learning_rate(&self) -> f32 {
        self.rate
    }

    fn set_learning_rate(&mut self, rate: f32) {
        self.rate = rate;
    }
}
