//! Training: a [`Workspace`] computes gradients of batches, a [`Trainer`] runs epochs.

mod trainer;
mod workspace;

pub use trainer::{Metrics, Progress, Trainer};
pub use workspace::{Workspace, predict_batch};
