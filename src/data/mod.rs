//! Data sets: what a [`Trainer`](crate::Trainer) learns from, and readers of well-known ones.

mod augment;
mod cifar10;
#[cfg(feature = "download")]
mod download;
mod error;
mod files;
pub mod idx;
mod mnist;
mod shapes;
mod source;
mod synthetic;
mod tones;

pub use augment::CropFlip;
pub use cifar10::Cifar10;
pub use error::DataError;
pub use mnist::Mnist;
pub use shapes::{Located, Shapes};
pub use source::{Found, Source, Split};
pub use tones::Tones;

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

    /// As [`sample`](Self::sample), but as an epoch of training sees it: a data set that varies its samples does so as a
    /// function of both numbers, never of the thread that asks.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    fn sample_of_epoch(&self, epoch: u64, index: usize, input: &mut Self::Input) -> Self::Target {
        let _ = epoch;
        self.sample(index, input)
    }
}

impl<D: Dataset + ?Sized> Dataset for &D {
    type Input = D::Input;
    type Target = D::Target;

    fn len(&self) -> usize {
        (**self).len()
    }

    fn sample(&self, index: usize, input: &mut Self::Input) -> Self::Target {
        (**self).sample(index, input)
    }

    fn sample_of_epoch(&self, epoch: u64, index: usize, input: &mut Self::Input) -> Self::Target {
        (**self).sample_of_epoch(epoch, index, input)
    }
}
