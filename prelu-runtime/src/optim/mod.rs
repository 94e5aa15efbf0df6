//! Optimisers: a step from parameters and their gradient to better parameters; a file each.
//!
//! Each computes element by element in `f32`, with no fused multiply-add and with square roots that are correctly
//! rounded, so a step gives the same bits on every machine. Tensors that are
//! [frozen](ParameterSummary::frozen) stay as they are, and so does what is remembered of them.

mod adam;
mod adamw;
mod clip;
mod gradient;
mod moments;
mod rmsprop;
mod row;
mod sgd;
mod state;
mod team;

pub use adam::Adam;
pub use adamw::AdamW;
pub use clip::{clip_norm, norm};
pub use gradient::{Gradient, Part};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;
pub use state::{LendError, State};
pub use team::{Alone, Team};

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use crate::summary::ParameterSummary;

/// How a rate that is refused is called.
const RATE: &str = "learning_rate";

/// An optimiser, with the state that it keeps from step to step.
pub trait Optimizer: Send {
    /// One step. `table` says where each tensor lies in the flat slices, whether weight decay applies to it, and whether
    /// it is frozen. The first step allocates the state, unless `State::prepare` has done so or [`State::lend`] gave it memory; without
    /// an allocator, memory must be lent first.
    ///
    /// # Panics
    /// If the slices' lengths differ, or the table reaches beyond them; without the feature `alloc`, if no memory was lent
    /// for the table. If settings don't go together, as [`Sgd::nesterov`] says; nothing is changed then.
    #[track_caller]
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32], table: &[ParameterSummary]) {
        self.step_with(parameters, gradient.into(), table, &Alone);
    }

    /// [`step`](Self::step) by the threads of a team, with a gradient that may be a sum, whose elements
    /// [`Gradient::at`] and [`Gradient::copy_to`] give: the same bits as with the sum and one thread, for an element's step
    /// depends on no other element. An optimiser of which that is not true, or that is in no hurry, does without the team.
    ///
    /// # Panics
    /// As [`step`](Self::step).
    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    );

    /// The learning rate.
    fn learning_rate(&self) -> f32;

    /// Changes the learning rate, for the steps that follow. Schedules do so, and checkpoints that are gone on from.
    ///
    /// # Panics
    /// If the optimizer is one of this crate, and the rate is NaN, infinite or below 0. It keeps the rate that it had then.
    fn set_learning_rate(&mut self, rate: f32);

    /// What it remembers from step to step.
    fn state(&self) -> &State;

    /// What it remembers from step to step, to be prepared or restored.
    fn state_mut(&mut self) -> &mut State;
}

#[cfg(feature = "alloc")]
impl<O: Optimizer + ?Sized> Optimizer for Box<O> {
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32], table: &[ParameterSummary]) {
        (**self).step(parameters, gradient, table);
    }

    fn step_with(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        team: &dyn Team,
    ) {
        (**self).step_with(parameters, gradient, table, team);
    }

    fn learning_rate(&self) -> f32 {
        (**self).learning_rate()
    }

    fn set_learning_rate(&mut self, rate: f32) {
        (**self).set_learning_rate(rate);
    }

    fn state(&self) -> &State {
        (**self).state()
    }

    fn state_mut(&mut self) -> &mut State {
        (**self).state_mut()
    }
}
