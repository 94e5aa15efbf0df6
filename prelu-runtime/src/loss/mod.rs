//! Losses: what training minimises, a file each, and a trait for one's own.

mod cross_entropy;
mod mse;

use core::fmt;

pub use cross_entropy::{CrossEntropy, SmoothedCrossEntropy};
pub use mse::Mse;

use crate::formula::Formula;
use crate::kernels::pack::unpack_lane;
use crate::simd::{Simd, lanes_mut};

/// A loss: a number for an output and its target, and the gradient of that number.
///
/// Only [`sample`](Self::sample) is required; [`block`](Self::block) may be replaced by a faster one.
///
/// ```
/// use prelu_runtime::loss::Loss;
///
/// /// The squared error of the elements that a target says something about.
/// struct Masked;
///
/// impl Loss for Masked {
///     type Target = [Option<f32>; 3];
///
///     fn sample(&self, y: &[f32], target: &Self::Target, dy: &mut [f32]) -> f64 {
///         let mut loss = 0.0;
///         for ((&y, t), dy) in y.iter().zip(target).zip(dy) {
///             if let Some(t) = t {
///                 *dy = 2.0 * (y - t); // elsewhere it stays 0
///                 loss += f64::from((y - t) * (y - t));
///             }
///         }
///         loss
///     }
/// }
/// ```
pub trait Loss: Send + Sync {
    /// What an output is compared with.
    type Target: Send + Sync;

    /// Says whether the loss fits a net, whatever the data. `Trainer` calls it before the first step of an epoch and before
    /// an evaluation, `Workspace::train` before each step.
    ///
    /// # Errors
    /// The net does not fit; the error says why, and what to change.
    fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
        let _ = output;
        Ok(())
    }

    /// Says whether a target fits outputs of this many elements. Called for each target before anything is computed.
    ///
    /// # Errors
    /// The target does not fit; the error says why.
    fn check(&self, target: &Self::Target, outputs: usize) -> Result<(), TargetError> {
        let _ = (target, outputs);
        Ok(())
    }

    /// The loss of one sample; writes its gradient with respect to `y` into `dy`, which is zero at the start of each call:
    /// elements that the loss ignores may be left as they are.
    fn sample(&self, y: &[f32], target: &Self::Target, dy: &mut [f32]) -> f64;

    /// Whether an output is right, where that can be said.
    fn correct(&self, y: &[f32], target: &Self::Target) -> Option<bool> {
        let _ = (y, target);
        None
    }

    /// The summed loss of a block, one sample a lane, of which the first have targets. Replaces `y` by its gradient
    /// times `scale`, with zeros where there is no sample. `temporary` is twice as long as `y`; its content is arbitrary.
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
            gradient[..n].fill(0.0);
            loss += self.sample(row, target, &mut gradient[..n]);
            for (d, g) in lanes_mut(y)[..gradients].iter_mut().skip(lane).step_by(S::LANES).zip(&gradient[..n]) {
                *d = g * scale;
            }
        }
        loss
    }
}

/// The output of a net, for [`Loss::check_net`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NetOutput {
    /// How many elements it has.
    pub len: usize,
    /// Key and formula of the layer that it comes from. Layers behind it that only reshape in inference, such as `flatten`
    /// and `dropout`, are left out. `None` for a net without layers.
    pub layer: Option<(&'static str, &'static Formula)>,
}

impl NetOutput {
    /// Refuses a net that ends in `softmax` or `log_softmax`, for a loss that takes logits.
    ///
    /// # Errors
    /// The net ends in one of them.
    pub(crate) fn takes_logits(&self, loss: &'static str) -> Result<(), NetError> {
        match self.layer {
            Some((key, Formula::Softmax)) => Err(NetError::Softmax { key, layer: "softmax", loss }),
            Some((key, Formula::LogSoftmax)) => Err(NetError::Softmax { key, layer: "log_softmax", loss }),
            _ => Ok(()),
        }
    }
}

/// A net that a loss does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NetError {
    /// All targets have another number of elements than the output.
    Length {
        /// Elements of each target.
        target: usize,
        /// Elements of the output.
        output: usize,
    },
    /// The net ends in a softmax, but the loss takes logits.
    Softmax {
        /// The layer's key.
        key: &'static str,
        /// The layer: `softmax` or `log_softmax`.
        layer: &'static str,
        /// The loss.
        loss: &'static str,
    },
    /// Any other reason.
    Other(&'static str),
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { target, output } => write!(
                f,
                "targets have {target} elements, but the net's output has {output}; give the net an output of {target}, or the data set targets of {output}"
            ),
            Self::Softmax { key, layer, loss } => write!(
                f,
                "the net ends in `{key}`, a {layer}, but {loss} takes logits: it has a softmax of its own; remove `{layer}` from the net"
            ),
            Self::Other(why) => f.write_str(why),
        }
    }
}

impl core::error::Error for NetError {}

/// A target that does not fit the net's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
