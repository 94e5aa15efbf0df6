//! `custom`: a layer of the user's own.

use core::marker::PhantomData;

use crate::simd::{Kernel, Simd};
use crate::tensor::Tensor;

/// A layer of your own, from samples of `X` to samples of `Y`, both nested arrays: the shapes that are declared around
/// `custom(Type) -> shape` in the net must be those that it is implemented for, or the program does not compile.
///
/// Samples lie in lanes: `x` has a vector for each element of `X`, in memory order, whose lanes are the samples of a block.
/// What is computed of one lane must not depend on another. A lane without a sample repeats one whose elements are finite,
/// or holds zeros, and its dy is zero.
///
/// ```
/// use prelu_runtime::layers::CustomLayer;
/// use prelu_runtime::simd::Simd;
///
/// /// y = a·x² with one learned a for each channel: `custom(Square, parameters = 3, init = 1) -> [3, 8, 8]`.
/// struct Square;
///
/// impl CustomLayer<[[[f32; 8]; 8]; 3], [[[f32; 8]; 8]; 3]> for Square {
///     const PARAMETERS: usize = 3;
///
///     fn forward<S: Simd>(s: S, parameters: &[f32], x: &[S::V], y: &mut [S::V]) {
///         for (c, (x, y)) in x.chunks_exact(64).zip(y.chunks_exact_mut(64)).enumerate() {
///             for (x, y) in x.iter().zip(y) {
///                 *y = s.mul(s.splat(parameters[c]), s.mul(*x, *x));
///             }
///         }
///     }
///
///     fn backward<S: Simd>(
///         s: S,
///         parameters: &[f32],
///         gradient: &mut [f32],
///         x: &[S::V],
///         dy: &[S::V],
///         dx: &mut [S::V],
///     ) {
///         for c in 0..3 {
///             let mut total = s.splat(0.0);
///             for i in 64 * c..64 * (c + 1) {
///                 dx[i] = s.mul(s.splat(2.0 * parameters[c]), s.mul(x[i], dy[i]));
///                 total = s.fma(dy[i], s.mul(x[i], x[i]), total);
///             }
///             gradient[c] += s.sum(total);
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer from `{X}` to `{Y}`",
    label = "`CustomLayer` is not implemented for these shapes",
    note = "implement `CustomLayer<{X}, {Y}>` for `{Self}`, or change the shapes before and behind it"
)]
pub trait CustomLayer<X: Tensor, Y: Tensor>: 'static {
    /// How many parameters it has: what `parameters = …` says in the declaration.
    const PARAMETERS: usize = 0;

    /// y, from x and the parameters. y is to be overwritten, in every element.
    fn forward<S: Simd>(s: S, parameters: &[f32], x: &[S::V], y: &mut [S::V]);

    /// dx, from x and dy, to be overwritten in every element; and the parameters' gradient, to be added to, summed over
    /// the lanes.
    fn backward<S: Simd>(s: S, parameters: &[f32], gradient: &mut [f32], x: &[S::V], dy: &[S::V], dx: &mut [S::V]);
}

/// The parameters of a layer of the user's own.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
pub struct Custom<const N: usize> {
    /// They.
    pub weight: [f32; N],
}

// SAFETY: `repr(C)` over one tensor.
unsafe impl<const N: usize> Tensor for Custom<N> {}

/// Which layer a call is of.
pub struct Call<T, X, Y, const N: usize>(PhantomData<(T, X, Y)>);

/// The layer of a call. Does not compile where the declaration says another number of parameters than the layer has.
#[inline(always)]
pub fn call<T: CustomLayer<X, Y>, X: Tensor, Y: Tensor, const N: usize>() -> Call<T, X, Y, N> {
    const {
        assert!(T::PARAMETERS == N, "`custom(…, parameters = …)` is not the number that its type says, `PARAMETERS`")
    };
    Call(PhantomData)
}

/// y = f(x).
pub struct Forward<'a, T, X, Y, const N: usize, P, V> {
    /// The layer.
    pub layer: Call<T, X, Y, N>,
    /// Its parameters.
    pub parameters: &'a P,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

impl<S: Simd, T: CustomLayer<X, Y>, X: Tensor, Y: Tensor, const N: usize, P: Tensor> Kernel<S>
    for Forward<'_, T, X, Y, N, P, S::V>
{
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        T::forward(s, self.parameters.floats(), self.x, self.y);
    }
}

/// dx, and the parameters' gradient.
pub struct Backward<'a, T, X, Y, const N: usize, P, V> {
    /// The layer.
    pub layer: Call<T, X, Y, N>,
    /// Its parameters.
    pub parameters: &'a P,
    /// Their gradient, added to.
    pub gradient: &'a mut P,
    /// Input.
    pub x: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

impl<S: Simd, T: CustomLayer<X, Y>, X: Tensor, Y: Tensor, const N: usize, P: Tensor> Kernel<S>
    for Backward<'_, T, X, Y, N, P, S::V>
{
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        T::backward(s, self.parameters.floats(), self.gradient.floats_mut(), self.x, self.dy, self.dx);
    }
}
