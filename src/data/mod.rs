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
///
/// ```
/// use prelu::data::Dataset;
///
/// /// Words as one-hot rows, and how often each occurs.
/// struct Words(Vec<(usize, f32)>);
///
/// impl Dataset for Words {
///     type Input = [f32; 100];
///     type Target = [f32; 1];
///
///     fn len(&self) -> usize {
///         self.0.len()
///     }
///
///     fn sample(&self, index: usize, input: &mut [f32; 100]) -> [f32; 1] {
///         let (word, count) = self.0[index];
///         input[word] = 1.0; // all other elements are zero
///         [count]
///     }
/// }
/// ```
///
/// Samples may be large: a `Trainer` calls [`sample`](Self::sample) on threads whose stacks have room for an input and a
/// target several times over.
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

    /// Writes sample `index` into `input` and gives its target. A `Trainer` sets `input` to zeros before each call.
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

    /// Whether `sample` and `sample_of_epoch` write every element of `input`, so that it need not be zeroed before.
    #[doc(hidden)]
    fn writes_all(&self) -> bool {
        false
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

    fn writes_all(&self) -> bool {
        (**self).writes_all()
    }
}
