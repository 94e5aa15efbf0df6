//! What Adam and AdamW share: estimates of the gradient's first and second moment.

use super::{Gradient, State, Team};
use crate::math;
use crate::setting::{Range, check};
use crate::summary::ParameterSummary;

/// m ← m + (1 − β₁)·(g − m); v ← β₂·v + (1 − β₂)·g²; p ← p − rate·m̂ / (√v̂ + ε), with m̂ = m/(1 − β₁ᵗ) and
/// v̂ = v/(1 − β₂ᵗ) (Kingma and Ba 2015, algorithm 1).
#[derive(Debug)]
#[cfg_attr(feature = "alloc", derive(Clone))]
pub(super) struct Moments {
    pub(super) rate: f32,
    /// In `f64`: of 1 − 0.999, an `f32` holds four digits.
    pub(super) betas: (f64, f64),
    pub(super) eps: f32,
    pub(super) weight_decay: f32,
    pub(super) state: State,
}

/// Where weight decay enters.
pub(super) enum Decay {
    /// The gradient: g ← g + decay·p, which the moments then see.
    Gradient,
    /// The parameters: p ← p − rate·decay·p, beside the step.
    Parameters,
}

impl Moments {
    #[track_caller]
    pub(super) const fn new(rate: f32, weight_decay: f32) -> Self {
        check(super::RATE, rate as f64, Range::FROM_ZERO);
        Self { rate, betas: (0.9, 0.999), eps: 1e-8, weight_decay, state: State::new(&["exp_avg", "exp_avg_sq"]) }
    }

    #[track_caller]
    pub(super) fn set_rate(&mut self, rate: f32) {
        check(super::RATE, rate.into(), Range::FROM_ZERO);
        self.rate = rate;
    }

    #[track_caller]
    pub(super) fn set_betas(&mut self, beta1: f64, beta2: f64) {
        check("betas.0", beta1, Range::BELOW_ONE);
        check("betas.1", beta2, Range::BELOW_ONE);
        self.betas = (beta1, beta2);
    }

    #[track_caller]
    pub(super) fn set_eps(&mut self, eps: f32) {
        check("eps", eps.into(), Range::FROM_ZERO);
        self.eps = eps;
    }

    #[track_caller]
    pub(super) fn set_weight_decay(&mut self, weight_decay: f32) {
        check("weight_decay", weight_decay.into(), Range::FROM_ZERO);
        self.weight_decay = weight_decay;
    }

    pub(super) fn step(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        decay: &Decay,
        team: &dyn Team,
    ) {
        let Self { rate, betas: (beta1, beta2), eps, .. } = *self;
        let (keep, take, take_first) = (beta2 as f32, (1.0 - beta2) as f32, (1.0 - beta1) as f32);
        self.state.step::<2>(parameters, gradient, table, self.weight_decay, team, |mut turn| {
            if matches!(decay, Decay::Parameters) {
                turn.shrink(rate);
            }
            let bias = 1.0 - math::powi(beta1, turn.step);
            let root_of_bias = math::sqrt(1.0 - math::powi(beta2, turn.step)) as f32;
            turn.descend((f64::from(rate) / bias) as f32, move |g, [m, v]| {
                *m += take_first * (g - *m);
                *v = keep * *v + take * g * g;
                *m / (math::sqrt_f32(*v) / root_of_bias + eps)
            });
        });
    }
}
