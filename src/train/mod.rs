//! Training: a [`Workspace`] computes gradients of batches and takes steps, a [`Trainer`] runs epochs.
//!
//! - [`schedule`]: learning rates that change
//! - [`EarlyStopping`]: when to stop
//! - [`freeze`]: tensors that training leaves as they are
//! - [`Checkpoints`]: training that goes on where it stopped

mod best;
mod checkpoint;
mod checkpoints;
mod early_stopping;
mod freeze;
mod memory;
pub mod schedule;
mod threads;
mod trainer;
mod workspace;

pub use checkpoints::Checkpoints;
pub use early_stopping::{EarlyStopping, Verdict};
pub use freeze::{UnknownKeys, freeze, unfreeze};
pub use trainer::{Metrics, Progress, Trainer};
pub use workspace::{Workspace, predict_batch};
