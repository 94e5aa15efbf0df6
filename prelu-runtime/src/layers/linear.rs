//! `linear`: y = w·x + b.

use super::conv::{Affine, affine, bias_gradient};
pub use crate::kernels::linear::{Geometry, Inputs, Outputs, Rows};
use crate::kernels::{linear as kernel, single};
use crate::simd::{lanes, lanes_mut};
use crate::tensor::Tensor;

/// Weight `[O][I]` and bias `[O]`; without a bias `B` is 0.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Linear<const O: usize, const I: usize, const B: usize> {
    /// The weights.
    pub weight: [[f32; I]; O],
    /// The biases.
    pub bias: [f32; B],
}

// SAFETY: `repr(C)` over two tensors, which have the same alignment.
unsafe impl<const O: usize, const I: usize, const B: usize> Tensor for Linear<O, I, B> {}

affine!([const O: usize, const I: usize, const B: usize] Linear<O, I, B>);

/// y = w·x + b.
pub struct Forward<'a, G, P, V> {
    /// The shape.
    pub layer: G,
    /// Weight and bias.
    pub parameters: &'a P,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> Forward<'a, G, P, S::V>, |this, s| {
    let (w, b) = this.parameters.split();
    if S::LANES == 1 {
        single::linear_forward::<S::Wide, G>(s.wide(), lanes(this.x), w, b, lanes_mut(this.y));
    } else {
        kernel::forward::<S, G>(s, this.x, w, b, this.y);
    }
});

/// dw, added to or begun, and db, added to.
pub struct BackwardWeight<'a, G, P, V> {
    /// The shape.
    pub layer: G,
    /// The gradient of weight and bias.
    pub gradient: &'a mut P,
    /// Input.
    pub x: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Whether dw is overwritten.
    pub first: bool,
    /// [`rows_len`](kernel::rows_len) vectors.
    pub temporary: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> BackwardWeight<'a, G, P, S::V>, |this, s| {
    let (dw, db) = this.gradient.split_mut();
    kernel::backward_weight::<S, G>(s, this.x, this.dy, dw, this.first, this.temporary);
    bias_gradient(s, this.dy, db);
});

/// dx, from dy and the weights.
pub struct BackwardInput<'a, G, P, V> {
    /// The shape.
    pub layer: G,
    /// Weight and bias.
    pub parameters: &'a P,
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> BackwardInput<'a, G, P, S::V>, |this, s| {
    kernel::backward_input::<S, G>(s, this.parameters.split().0, this.dy, this.dx);
});
