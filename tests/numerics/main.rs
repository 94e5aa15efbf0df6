//! Numbers that are hard on arithmetic: what is not finite, sums of many terms, and ties by rounding.
#![allow(missing_docs)]

mod long_sums;
mod not_finite;
mod ties;

use prelu::{CustomLayer, Loss, Simd, Tensor};

/// A layer that gives its parameters, whatever its input: their gradient is that of its output.
pub struct Source;

impl<X: Tensor, Y: Tensor> CustomLayer<X, Y> for Source {
    const PARAMETERS: usize = Y::LEN;

    fn forward<S: Simd>(s: S, parameters: &[f32], _: &[S::V], y: &mut [S::V]) {
        y.iter_mut().zip(parameters).for_each(|(y, &p)| *y = s.splat(p));
    }

    fn backward<S: Simd>(s: S, _: &[f32], gradient: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        gradient.iter_mut().zip(dy).for_each(|(g, &dy)| *g += s.sum(dy));
        dx.fill(s.splat(0.0));
    }
}

/// loss = Σ target·y: its gradient with respect to y is the target.
pub struct Weighted;

impl Loss for Weighted {
    type Target = Vec<f32>;
    fn sample(&self, y: &[f32], target: &Vec<f32>, dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(target);
        y.iter().zip(target).map(|(&y, &t)| f64::from(y) * f64::from(t)).sum()
    }
}
