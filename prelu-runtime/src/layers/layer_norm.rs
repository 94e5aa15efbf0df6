//! `layer_norm(eps)`: each sample is normalised over all of its elements, then mapped by a learned weight and bias of each
//! element (Ba et al. 2016), as PyTorch's `LayerNorm` over the whole shape of a sample.

use crate::kernels::norm as kernel;
use crate::simd::Kernel;
use crate::tensor::Tensor;

/// Weight and bias, of the input's shape.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct LayerNorm<T> {
    /// The weights, 1 at first.
    pub weight: T,
    /// The biases, 0 at first.
    pub bias: T,
}

// SAFETY: `repr(C)` over two tensors of one type.
unsafe impl<T: Tensor> Tensor for LayerNorm<T> {}

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Norm {
    /// What is added to the variance, above 0.
    pub eps: f32,
}

/// y = weight·(x − μ)/√(σ² + eps) + bias.
pub struct Forward<'a, P, V> {
    /// The layer.
    pub layer: Norm,
    /// Weight and bias.
    pub parameters: &'a LayerNorm<P>,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// μ and 1/√(σ² + eps) of each sample; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> Forward<'a, P, S::V>, |this, s| {
    let Forward { layer, parameters, x, y, saved } = this;
    y.copy_from_slice(x);
    Kernel::<S>::run(ForwardInPlace { layer, parameters, x: y, saved }, s);
});

/// [`Forward`] in place.
pub struct ForwardInPlace<'a, P, V> {
    /// The layer.
    pub layer: Norm,
    /// Weight and bias.
    pub parameters: &'a LayerNorm<P>,
    /// Input, made output.
    pub x: &'a mut [V],
    /// μ and 1/√(σ² + eps) of each sample; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> ForwardInPlace<'a, P, S::V>, |this, s| {
    let LayerNorm { weight, bias } = this.parameters;
    let statistics = kernel::statistics(s, this.layer.eps, this.x);
    if !this.saved.is_empty() {
        this.saved.copy_from_slice(&statistics);
    }
    kernel::forward(s, statistics, weight.floats(), bias.floats(), this.x);
});

/// dx, and the gradient of weight and bias, added to.
pub struct Backward<'a, P, V> {
    /// The layer.
    pub layer: Norm,
    /// Weight and bias.
    pub parameters: &'a LayerNorm<P>,
    /// Their gradient, added to.
    pub gradient: &'a mut LayerNorm<P>,
    /// μ and 1/√(σ² + eps) of each sample.
    pub saved: &'a [V],
    /// Input.
    pub x: &'a [V],
    /// dy, made dx in place.
    pub d: &'a mut [V],
}

super::kernel!(for<'a, S, P: Tensor> Backward<'a, P, S::V>, |this, s| {
    let LayerNorm { weight: dw, bias: db } = this.gradient;
    let statistics = [this.saved[0], this.saved[1]];
    kernel::backward_weight(s, statistics, this.x, this.d, dw.floats_mut(), db.floats_mut());
    kernel::backward_input(s, statistics, this.x, this.parameters.weight.floats(), this.d);
});
