//! Optimisers: a step from parameters and their gradient to better parameters; a file each.

mod sgd;

pub use sgd::Sgd;

use crate::summary::ParameterSummary;

/// An optimiser, with the state that it keeps from step to step.
pub trait Optimizer: Send {
    /// One step. `table` says where each tensor lies in the flat slices and whether weight decay applies to it.
    ///
    /// # Panics
    /// If the slices' lengths differ, or differ from an earlier step's.
    fn step(&mut self, parameters: &mut [f32], gradient: &[f32], table: &[ParameterSummary]);

    /// The learning rate.
    fn learning_rate(&self) -> f32;

    /// Changes the learning rate, for the steps that follow.
    fn set_learning_rate(&mut self, rate: f32);
}
