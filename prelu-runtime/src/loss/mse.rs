//! Mean squared error: loss = mean of (y − t)² over elements, gradient = 2(y − t)/elements.

use core::marker::PhantomData;

use super::{Loss, NetError, NetOutput};
use crate::tensor::Tensor;

/// PyTorch's `MSELoss`, for targets of the output's own type.
#[derive(Clone, Copy, Debug)]
pub struct Mse<T>(PhantomData<T>);

impl<T> Mse<T> {
    /// The loss.
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Mse<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Tensor> Loss for Mse<T> {
    type Target = T;

    fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
        let (target, output) = (T::LEN, output.len);
        if target == output { Ok(()) } else { Err(NetError::Length { target, output }) }
    }

    fn check(&self, _: &T, outputs: usize) -> Result<(), super::TargetError> {
        if T::LEN == outputs { Ok(()) } else { Err(super::TargetError::Length { target: T::LEN, output: outputs }) }
    }

    fn sample(&self, y: &[f32], target: &T, dy: &mut [f32]) -> f64 {
        let share = 1.0 / y.len() as f64;
        let mut loss = 0.0;
        for ((&y, &t), d) in y.iter().zip(target.floats()).zip(dy) {
            let difference = y - t;
            *d = 2.0 * difference * share as f32;
            loss += f64::from(difference) * f64::from(difference);
        }
        loss * share
    }
}
