//! `conv_transpose`: the transpose of [`conv`](super::conv), also called deconvolution (Zeiler et al. 2010); what it
//! computes is the gradient of a convolution's input.
//!
//! Its geometry is that of the convolution, which goes from y to x: forward is the convolution's backward-input, and
//! backward-input its forward.

use super::conv::{Affine, affine, bias_gradient};
use crate::kernels::conv as kernel;
pub use crate::kernels::conv::Geometry;
use crate::kernels::pointwise::Nothing;
use crate::tensor::Tensor;

/// Weight `[C][O/groups][KH][KW]` and bias `[O]`, for `C` input channels; without a bias `B` is 0.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct ConvTranspose<const C: usize, const O: usize, const KH: usize, const KW: usize, const B: usize> {
    /// The weights.
    pub weight: [[[[f32; KW]; KH]; O]; C],
    /// The biases.
    pub bias: [f32; B],
}

// SAFETY: `repr(C)` over two tensors, which have the same alignment.
unsafe impl<const C: usize, const O: usize, const KH: usize, const KW: usize, const B: usize> Tensor
    for ConvTranspose<C, O, KH, KW, B>
{
}

/// Weight `[C][O/groups][K]` and bias `[O]` of a transposed convolution along time; without a bias `B` is 0.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct ConvTranspose1d<const C: usize, const O: usize, const K: usize, const B: usize> {
    /// The weights.
    pub weight: [[[f32; K]; O]; C],
    /// The biases.
    pub bias: [f32; B],
}

// SAFETY: `repr(C)` over two tensors, which have the same alignment.
unsafe impl<const C: usize, const O: usize, const K: usize, const B: usize> Tensor for ConvTranspose1d<C, O, K, B> {}

affine!([const C: usize, const O: usize, const KH: usize, const KW: usize, const B: usize] ConvTranspose<C, O, KH, KW, B>);
affine!([const C: usize, const O: usize, const K: usize, const B: usize] ConvTranspose1d<C, O, K, B>);

/// y\[o, i·sh − ph + u·dh, j·sw − pw + v·dw\] = b\[o\] + Σ w\[c,o,u,v\] · x\[c,i,j\], over all c, i, j, u, v that
/// meet there.
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
    kernel::backward_input::<S, G>(s, w, this.x, this.y, &mut []);
    if b.is_empty() {
        return;
    }
    let pixels = this.y.len() / b.len();
    for (y, &b) in this.y.chunks_exact_mut(pixels).zip(b) {
        for y in y {
            *y = s.add(*y, s.splat(b));
        }
    }
});

/// dw and db, added to.
pub struct BackwardWeight<'a, G, P, V> {
    /// The shape.
    pub layer: G,
    /// The gradient of weight and bias.
    pub gradient: &'a mut P,
    /// Input.
    pub x: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> BackwardWeight<'a, G, P, S::V>, |this, s| {
    let (dw, db) = this.gradient.split_mut();
    kernel::backward_weight::<S, G>(s, this.dy, this.x, dw, &mut []);
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
    kernel::forward::<S, G, Nothing>(s, this.dy, this.parameters.split().0, &[], Nothing, this.dx, &mut []);
});
