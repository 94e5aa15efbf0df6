//! Losses: what training minimises, a file each, and a trait for one's own.

mod cross_entropy;
mod mse;

use core::fmt;

pub use cross_entropy::{CrossEntropy, SmoothedCrossEntropy};
pub use mse::Mse;

use crate::kernels::pack::unpack_lane;
use crate::simd::{Simd, lanes_mut};

/// A loss: a number for an output and its target, and the gradient of that number.
///
/// Only [`sample`](Self::sample) is required; [`block`](Self::block) may be replaced by a faster one.
pub trait Loss: Send + Sync {
    /// What an output is compared with.
    type Target: Send + Sync;

    /// Says whether a target fits outputs of this many elements. Called for each target before anything is computed.
    ///
    /// # Errors
    /// The target does not fit; the error says why.
    fn check(&self, target: &Self::Target, outputs: usize) -> Result<(), TargetError> {
        let _ = (target, outputs);
        Ok(())
    }

    /// The loss of one sample; writes its gradient with respect to `y` into `dy`.
    fn sample(&self, y: &[f32], target: &Self::Target, dy: &mut [f32]) -> f64;

    /// Whether an output is right, where that can be said.
    fn correct(&self, y: &[f32], target: &Self::Target) -> Option<bool> {
        let _ = (y, target);
        None
    }

    /// The summed loss of a block, one sample a lane, of which the first have targets. Replaces `y` by its gradient
    /// times `scale`, with zeros where there is no sample. `temporary` is twice as long as `y`.
    fn block<S: Simd>(
        &self,
        s: S,
        y: &mut [S::V],
        targets: &[Self::Target],
        scale: f32,
        temporary: &mut [S::V],
    ) -> f64 {
        let n = y.len();
        let (row, gradient) = lanes_mut(temporary).split_at_mut(n);
        let mut loss = 0.0;
        let gradients = n * S::LANES;
        debug_assert!(gradient.len() >= n);
        let _ = s;
        for lane in 0..S::LANES {
            let Some(target) = targets.get(lane) else {
                lanes_mut(y).iter_mut().skip(lane).step_by(S::LANES).for_each(|d| *d = 0.0);
                continue;
            };
            unpack_lane::<S>(y, lane, row);
            loss += self.sample(row, target, &mut gradient[..n]);
            for (d, g) in lanes_mut(y)[..gradients].iter_mut().skip(lane).step_by(S::LANES).zip(&gradient[..n]) {
                *d = g * scale;
            }
        }
        loss
    }
}

/// A target that does not fit the net's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// A class index that is not below the number of classes.
    Class {
        /// The index.
        class: usize,
        /// The number of classes.
        classes: usize,
    },
    /// A target with another number of elements than the output.
    Length {
        /// Elements of the target.
        target: usize,
        /// Elements of the output.
        output: usize,
    },
    /// Any other reason.
    Other(&'static str),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Class { class, classes } => {
                write!(
                    f,
                    "class {class} is out of range: the net has {classes} outputs, so classes are below {classes}"
                )
            }
            Self::Length { target, output } => {
                write!(f, "a target of {target} elements does not fit an output of {output}")
            }
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl core::error::Error for TargetError {}
