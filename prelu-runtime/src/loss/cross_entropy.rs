//! Cross-entropy of a softmax, for class indices: loss = ln Σ exp(y) − y\[class\], gradient = softmax(y) − one-hot.

use super::{Loss, TargetError};
use crate::math;
use crate::simd::{Kernel, Simd, lanes, lanes_mut};

/// PyTorch's `CrossEntropyLoss`: outputs are logits, targets are class indices.
#[derive(Clone, Copy, Debug, Default)]
pub struct CrossEntropy;

impl Loss for CrossEntropy {
    type Target = usize;

    fn check(&self, &class: &usize, classes: usize) -> Result<(), TargetError> {
        if class < classes { Ok(()) } else { Err(TargetError::Class { class, classes }) }
    }

    fn correct(&self, y: &[f32], &class: &usize) -> Option<bool> {
        Some(
            y.iter()
                .enumerate()
                .all(|(i, &other)| i == class || (other < y[class]) || (other == y[class] && i > class)),
        )
    }

    fn sample(&self, y: &[f32], &class: &usize, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(y);
        // One lane of four is used: exact in the same way as a block is.
        struct One<'a>(&'a mut [f32], usize);
        impl crate::simd::Program for One<'_> {
            type Output = f64;
            fn run<S: Simd>(self, s: S) -> f64 {
                let Self(y, class) = self;
                let largest = y.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let mut sum = 0.0;
                let target = f64::from(y[class] - largest);
                for y in y.iter_mut() {
                    *y = lanes(&[math::exp(s, s.splat(*y - largest))])[0];
                    sum += *y;
                }
                for y in y.iter_mut() {
                    *y /= sum;
                }
                y[class] -= 1.0;
                math::ln(f64::from(sum)) - target
            }
        }
        crate::simd::dispatch(crate::Level::PORTABLE, One(dy, class))
    }

    fn block<S: Simd>(&self, s: S, y: &mut [S::V], targets: &[usize], scale: f32, _: &mut [S::V]) -> f64 {
        s.call(Block { y, targets, scale })
    }
}

struct Block<'a, V> {
    y: &'a mut [V],
    targets: &'a [usize],
    scale: f32,
}

impl<S: Simd> Kernel<S> for Block<'_, S::V> {
    type Output = f64;

    #[inline(always)]
    fn run(self, s: S) -> f64 {
        let Self { y, targets, scale } = self;
        let mut largest = s.splat(f32::NEG_INFINITY);
        for &y in &*y {
            largest = s.max(y, largest);
        }
        let mut target = [0.0; crate::simd::MAX_LANES];
        for (lane, (&class, target)) in targets.iter().zip(&mut target).enumerate() {
            *target = f64::from(lanes(y)[class * S::LANES + lane] - lanes(&[largest])[lane]);
        }
        let mut sum = s.splat(0.0);
        for y in y.iter_mut() {
            *y = math::exp(s, s.sub(*y, largest));
            sum = s.add(sum, *y);
        }
        let mut present = [s.splat(0.0)];
        lanes_mut(&mut present)[..targets.len()].fill(scale);
        let factor = s.div(present[0], sum);
        for y in y.iter_mut() {
            *y = s.mul(*y, factor);
        }
        let mut loss = 0.0;
        for (lane, &class) in targets.iter().enumerate() {
            lanes_mut(y)[class * S::LANES + lane] -= scale;
            loss += math::ln(f64::from(lanes(&[sum])[lane])) - target[lane];
        }
        loss
    }
}
