//! Cross-entropy of a softmax, for class indices: loss = ln Σ exp(y) − Σ t·y, gradient = softmax(y) − t, where the target
//! distribution t is one-hot, or smoothed.

use super::{Loss, NetError, NetOutput, TargetError};
use crate::kernels::reduction::lane_sums;
use crate::math;
use crate::setting::{Range, check};
use crate::simd::{Kernel, Simd, lanes, lanes_mut};

/// PyTorch's `CrossEntropyLoss`: outputs are logits, targets are class indices.
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy;

impl CrossEntropy {
    /// Smooths the targets: of `smoothing`, from 0 to 1, each class gets the same share, and the target's class has the rest
    /// beside (Szegedy et al. 2016, section 7).
    ///
    /// # Panics
    /// If it is NaN, below 0 or above 1.
    #[track_caller]
    pub const fn label_smoothing(self, smoothing: f32) -> SmoothedCrossEntropy {
        check("label_smoothing", smoothing as f64, Range::SHARE);
        SmoothedCrossEntropy { smoothing }
    }
}

/// [`CrossEntropy`] with label smoothing ε: the target's class counts 1 − ε + ε/classes, each other one ε/classes. Made
/// by [`CrossEntropy::label_smoothing`].
#[derive(Clone, Copy, Debug)]
pub struct SmoothedCrossEntropy {
    smoothing: f32,
}

impl Loss for CrossEntropy {
    type Target = usize;

    fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
        output.takes_logits("CrossEntropy")
    }

    fn check(&self, &class: &usize, classes: usize) -> Result<(), TargetError> {
        if class < classes { Ok(()) } else { Err(TargetError::Class { class, classes }) }
    }

    fn correct(&self, y: &[f32], &class: &usize) -> Option<bool> {
        // A comparison with NaN is false: an output with a NaN in any place is not right.
        Some(y.iter().enumerate().all(|(i, &other)| {
            if i == class { !other.is_nan() } else { other < y[class] || (other == y[class] && i > class) }
        }))
    }

    fn sample(&self, y: &[f32], class: &usize, dy: &mut [f32]) -> f64 {
        self.label_smoothing(0.0).sample(y, class, dy)
    }

    fn block<S: Simd>(&self, s: S, y: &mut [S::V], targets: &[usize], scale: f32, temporary: &mut [S::V]) -> f64 {
        self.label_smoothing(0.0).block(s, y, targets, scale, temporary)
    }
}

impl Loss for SmoothedCrossEntropy {
    type Target = usize;

    fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
        CrossEntropy.check_net(output)
    }

    fn check(&self, class: &usize, classes: usize) -> Result<(), TargetError> {
        CrossEntropy.check(class, classes)
    }

    fn correct(&self, y: &[f32], class: &usize) -> Option<bool> {
        CrossEntropy.correct(y, class)
    }

    fn sample(&self, y: &[f32], &class: &usize, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(y);
        crate::simd::dispatch(crate::Level::PORTABLE, One { y: dy, class, smoothing: self.smoothing })
    }

    fn block<S: Simd>(&self, s: S, y: &mut [S::V], targets: &[usize], scale: f32, _: &mut [S::V]) -> f64 {
        s.call(Block { y, targets, scale, smoothing: self.smoothing })
    }
}

/// One sample. One lane of four is used: exact in the same way as a block is.
struct One<'a> {
    y: &'a mut [f32],
    class: usize,
    smoothing: f32,
}

impl crate::simd::Program for One<'_> {
    type Output = f64;
    fn run<S: Simd>(self, s: S) -> f64 {
        let Self { y, class, smoothing } = self;
        let largest = y.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let target = expected(y, 1, y[class], largest, smoothing);
        let mut sum = 0.0;
        for y in y.iter_mut() {
            *y = lanes(&[math::exp(s, s.splat(*y - largest))])[0];
            sum += f64::from(*y);
        }
        let (sum, share) = (sum as f32, smoothing / y.len() as f32);
        for y in y.iter_mut() {
            *y = *y / sum - share;
        }
        y[class] -= 1.0 - smoothing;
        sum_of_losses(&[sum], &[target])
    }
}

struct Block<'a, V> {
    y: &'a mut [V],
    targets: &'a [usize],
    scale: f32,
    smoothing: f32,
}

impl<S: Simd> Kernel<S> for Block<'_, S::V> {
    type Output = f64;

    #[inline(always)]
    fn run(self, s: S) -> f64 {
        let Self { y, targets, scale, smoothing } = self;
        let mut largest = s.splat(f32::NEG_INFINITY);
        for &y in &*y {
            largest = s.max(y, largest);
        }
        let mut target = [0.0; crate::simd::MAX_LANES];
        for (lane, (&class, target)) in targets.iter().zip(&mut target).enumerate() {
            let (y, largest) = (&lanes(y)[lane..], lanes(&[largest])[lane]);
            *target = expected(y, S::LANES, y[class * S::LANES], largest, smoothing);
        }
        let [sum] = lane_sums!(s, 1, y.len(), |c, sums| {
            y[c] = math::exp(s, s.sub(y[c], largest));
            sums[0] = s.add(sums[0], y[c]);
        });
        let mut present = [s.splat(0.0)];
        lanes_mut(&mut present)[..targets.len()].fill(scale);
        let factor = s.div(present[0], sum);
        let share = s.mul(present[0], s.splat(smoothing / y.len() as f32));
        for y in y.iter_mut() {
            *y = s.sub(s.mul(*y, factor), share);
        }
        for (lane, &class) in targets.iter().enumerate() {
            lanes_mut(y)[class * S::LANES + lane] -= scale * (1.0 - smoothing);
        }
        if targets.len() < S::LANES {
            // Zero times what is not finite is not zero.
            lanes_mut(y).chunks_exact_mut(S::LANES).for_each(|y| y[targets.len()..].fill(0.0));
        }
        sum_of_losses(&lanes(&[sum])[..targets.len()], &target)
    }
}

/// Σ (ln(sum) − target), where the sums are those of exp(y − largest). Compiled once, for all instruction sets, as [`expected`].
#[inline(never)]
fn sum_of_losses(sums: &[f32], targets: &[f64]) -> f64 {
    sums.iter().zip(targets).map(|(&sum, target)| math::ln(f64::from(sum)) - target).fold(0.0, |sum, loss| sum + loss)
}

/// Σ t·(y − largest) over the classes, where t is the target distribution and y every `step`th float.
#[inline(never)]
fn expected(y: &[f32], step: usize, of_class: f32, largest: f32, smoothing: f32) -> f64 {
    let y = y.iter().step_by(step);
    let of_class = f64::from(of_class - largest);
    if smoothing == 0.0 {
        return of_class;
    }
    let (smoothing, classes) = (f64::from(smoothing), y.len() as f64);
    let sum: f64 = y.map(|&y| f64::from(y - largest)).sum();
    (1.0 - smoothing) * of_class + smoothing * sum / classes
}
