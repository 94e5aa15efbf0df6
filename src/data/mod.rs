//! Data sets: what a [`Trainer`](crate::Trainer) learns from, and readers of well-known ones.

#[cfg(feature = "download")]
mod download;
mod error;
mod files;
pub mod idx;
mod mnist;
mod source;
mod synthetic;

pub use error::DataError;
pub use mnist::Mnist;
pub use source::{Found, Source, Split};

/// Samples and their targets, by index.
pub trait Dataset: Sync {
    /// One sample: a net's input.
    type Input: Send;
    /// What the loss compares the net's output with.
    type Target: Send;

    /// How many samples.
    fn len(&self) -> usize;

    /// Whether there is no sample.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes sample `index` into `input` and gives its target.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    fn sample(&self, index: usize, input: &mut Self::Input) -> Self::Target;
}
