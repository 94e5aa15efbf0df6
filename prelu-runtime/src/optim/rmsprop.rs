//! RMSprop, as PyTorch's `RMSprop`.

use super::{Gradient, Optimizer, State, Team};
use crate::math;
use crate::setting::{Range, check};
use crate::summary::ParameterSummary;

/// g ← g + decay·p; v ← α·v + (1 − α)·g²; p ← p − rate·g / (√v + ε) (Hinton, Srivastava and Swersky 2012, lecture 6,
/// with ε outside the root as in PyTorch).
///
/// Centered, the root is that of v − m², with m ← α·m + (1 − α)·g: an estimate of the gradient's variance (Graves 2013,
/// equation 40). With momentum, b ← momentum·b + g / (√v + ε) and p ← p − rate·b.
///
/// Weight decay leaves out biases and slopes, as in [`Sgd`](super::Sgd).
#[derive(Debug)]
#[cfg_attr(feature = "alloc", derive(Clone))]
pub struct RmsProp {
    rate: f32,
    /// In `f64`, as Adam's betas.
    alpha: f64,
    eps: f32,
    weight_decay: f32,
    momentum: f32,
    centered: bool,
    state: State,
}

impl RmsProp {
    /// RMSprop with a learning rate, of which 1e-2 is PyTorch's default; α 0.99, ε 1e-8, no weight decay, no momentum,
    /// not centered.
    ///
    /// # Panics
    /// If the rate is NaN, infinite or below 0.
    #[track_caller]
    pub const fn new(rate: f32) -> Self {
        check(super::RATE, rate as f64, Range::FROM_ZERO);
        let state = State::new(rows(0.0, false));
        Self { rate, alpha: 0.99, eps: 1e-8, weight_decay: 0.0, momentum: 0.0, centered: false, state }
    }

    /// Sets how much of the mean of squares is kept at each step, at least 0 and below 1; 0.99 unless set.
    ///
    /// # Panics
    /// If it is out of that range.
    #[must_use]
    #[track_caller]
    pub fn alpha(mut self, alpha: f64) -> Self {
        check("alpha", alpha, Range::BELOW_ONE);
        self.alpha = alpha;
        self
    }

    /// Sets ε, which is added to the root; 1e-8 unless set. With 0, an element whose gradients are all 0 becomes NaN, as 0/0,
    /// like in PyTorch.
    ///
    /// # Panics
    /// If it is NaN, infinite or below 0.
    #[must_use]
    #[track_caller]
    pub fn eps(mut self, eps: f32) -> Self {
        check("eps", eps.into(), Range::FROM_ZERO);
        self.eps = eps;
        self
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

    /// Sets the momentum, 0 unless set. Above 1, which PyTorch takes, steps would grow even where gradients are 0.
    ///
    /// # Panics
    /// If it is NaN, below 0 or above 1.
    #[must_use]
    #[track_caller]
    pub fn momentum(mut self, momentum: f32) -> Self {
        check("momentum", momentum.into(), Range::SHARE);
        self.momentum = momentum;
        self.state = State::new(rows(momentum, self.centered));
        self
    }

    /// Divides by an estimate of the gradient's standard deviation.
    #[must_use]
    pub fn centered(mut self) -> Self {
        self.centered = true;
        self.state = State::new(rows(self.momentum, true));
        self
    }
}

/// What is remembered. Each combination has its own rows, so that none is kept in vain.
const fn rows(momentum: f32, centered: bool) -> &'static [&'static str] {
    match (momentum != 0.0, centered) {
        (false, false) => &["square_avg"],
        (false, true) => &["square_avg", "grad_avg"],
        (true, false) => &["square_avg", "momentum_buffer"],
        (true, true) => &["square_avg", "grad_avg", "momentum_buffer"],
    }
}

/// The divisor of one element: updates its mean of squares, and its mean where there is one.
#[derive(Clone, Copy)]
struct Root {
    keep: f32,
    take: f32,
    eps: f32,
}

impl Root {
    #[inline(always)]
    fn plain(self, g: f32, v: &mut f32) -> f32 {
        *v = self.keep * *v + self.take * g * g;
        math::sqrt_f32(*v) + self.eps
    }

    /// v − m² is never negative but for rounding, and then counts as 0. NaN stays, and −∞ becomes NaN.
    #[inline(always)]
    fn centered(self, g: f32, v: &mut f32, m: &mut f32) -> f32 {
        *v = self.keep * *v + self.take * g * g;
        *m += self.take * (g - *m);
        let d = *v - *m * *m;
        math::sqrt_f32(if d < 0.0 { -0.0 * d } else { d }) + self.eps
    }
}

impl Optimizer for RmsProp {
    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    ) {
        let Self { rate, momentum, weight_decay: decay, .. } = *self;
        let root = Root { keep: self.alpha as f32, take: (1.0 - self.alpha) as f32, eps: self.eps };
        let gather = move |b: &mut f32, d: f32| {
            *b = momentum * *b + d;
            *b
        };
        let state = &mut self.state;
        match (momentum != 0.0, self.centered) {
            (false, false) => state.step(parameters, gradient, table, decay, team, |turn| {
                turn.descend(rate, move |g, [v]| g / root.plain(g, v));
            }),
            (false, true) => state.step(parameters, gradient, table, decay, team, |turn| {
                turn.descend(rate, move |g, [v, m]| g / root.centered(g, v, m));
            }),
            (true, false) => state.step(parameters, gradient, table, decay, team, |turn| {
                turn.descend(rate, move |g, [v, b]| gather(b, g / root.plain(g, v)));
            }),
            (true, true) => state.step(parameters, gradient, table, decay, team, |turn| {
                turn.descend(rate, move |g, [v, m, b]| gather(b, g / root.centered(g, v, m)));
            }),
        }
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

    fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Default for RmsProp {
    /// With a learning rate of 1e-2.
    fn default() -> Self {
        Self::new(1e-2)
    }
}
