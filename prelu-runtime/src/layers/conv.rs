//! `conv`: cross-correlation with learned weights; stride, padding, dilation, groups.

pub use crate::kernels::conv::{Geometry, Outputs, Row, Taps, Whole, temporary};
use crate::kernels::epilogue::Epilogue;
pub use crate::kernels::winograd::Winograd;
use crate::kernels::{self, conv as kernel};
use crate::simd::{lanes, lanes_mut};
use crate::tensor::Tensor;

/// Weight `[O][C/groups][KH][KW]` and bias `[O]`; without a bias `B` is 0.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Conv<const O: usize, const C: usize, const KH: usize, const KW: usize, const B: usize> {
    /// The weights.
    pub weight: [[[[f32; KW]; KH]; C]; O],
    /// The biases.
    pub bias: [f32; B],
}

// SAFETY: `repr(C)` over two tensors, which have the same alignment.
unsafe impl<const O: usize, const C: usize, const KH: usize, const KW: usize, const B: usize> Tensor
    for Conv<O, C, KH, KW, B>
{
}

/// Weight `[O][C/groups][K]` and bias `[O]` of a convolution along time; without a bias `B` is 0.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Conv1d<const O: usize, const C: usize, const K: usize, const B: usize> {
    /// The weights.
    pub weight: [[[f32; K]; C]; O],
    /// The biases.
    pub bias: [f32; B],
}

// SAFETY: `repr(C)` over two tensors, which have the same alignment.
unsafe impl<const O: usize, const C: usize, const K: usize, const B: usize> Tensor for Conv1d<O, C, K, B> {}

/// The parameters of an affine map, whatever their shape.
pub trait Affine: Tensor {
    /// Weight and bias; the bias may be empty.
    fn split(&self) -> (&[f32], &[f32]);
    /// Weight and bias, to be written.
    fn split_mut(&mut self) -> (&mut [f32], &mut [f32]);
}

/// Implements [`Affine`] for a struct of `weight` and `bias`.
macro_rules! affine {
    ([$($generics:tt)*] $type:ty) => {
        impl<$($generics)*> $crate::layers::conv::Affine for $type {
            #[inline(always)]
            fn split(&self) -> (&[f32], &[f32]) {
                (self.weight.floats(), self.bias.floats())
            }
            #[inline(always)]
            fn split_mut(&mut self) -> (&mut [f32], &mut [f32]) {
                (self.weight.floats_mut(), self.bias.floats_mut())
            }
        }
    };
}
pub(super) use affine;

affine!([const O: usize, const C: usize, const KH: usize, const KW: usize, const B: usize] Conv<O, C, KH, KW, B>);
affine!([const O: usize, const C: usize, const K: usize, const B: usize] Conv1d<O, C, K, B>);

/// y = f(w ∗ x + b).
pub struct Forward<'a, G, P, E, V> {
    /// The shape.
    pub layer: G,
    /// Weight and bias.
    pub parameters: &'a P,
    /// f: an activation, or a normalisation by running statistics with one behind it.
    pub then: E,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// For a single sample, [`conv_temporary`](kernels::single::conv_temporary) floats; for a block, [`temporary`] vectors.
    pub temporary: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine, E: Epilogue> Forward<'a, G, P, E, S::V>, |this, s| {
    let (w, b) = this.parameters.split();
    if S::LANES == 1 {
        let (x, y, temporary) = (lanes(this.x), lanes_mut(this.y), lanes_mut(this.temporary));
        kernel::forward_single::<S::Wide, G, E>(s.wide(), x, w, b, this.then, y, temporary);
    } else {
        kernel::forward::<S, G, E>(s, this.x, w, b, this.then, this.y, this.temporary);
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
    /// [`temporary`] vectors.
    pub temporary: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> BackwardWeight<'a, G, P, S::V>, |this, s| {
    let (dw, db) = this.gradient.split_mut();
    let temporary = &mut this.temporary[..const { temporary::<G>() }];
    kernel::backward_weight::<S, G>(s, this.x, this.dy, dw, temporary);
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
    /// [`temporary`] vectors.
    pub temporary: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine> BackwardInput<'a, G, P, S::V>, |this, s| {
    kernel::backward_input::<S, G>(s, this.parameters.split().0, this.dy, this.dx, this.temporary);
});

/// db += the sum of dy over pixels and samples, for each channel.
#[inline(always)]
pub(super) fn bias_gradient<S: crate::simd::Simd>(s: S, dy: &[S::V], db: &mut [f32]) {
    if db.is_empty() {
        return;
    }
    for (dy, db) in dy.chunks_exact(dy.len() / db.len()).zip(db) {
        *db += kernels::sum(s, dy);
    }
}
