//! A file per layer, named as in `network!`: parameters, and the calls that the expansion makes, forward beside backward.
//!
//! A call is a struct of borrows that implements [`Kernel`](crate::simd::Kernel), so that every argument is named where
//! it is made. The fields mean the same everywhere:
//!
//! | field | what it is |
//! |---|---|
//! | `layer` | the layer's shape or constants |
//! | `parameters` | the layer's parameters |
//! | `gradient` | their gradient, added to |
//! | `x`, `y` | input and output of the block, `[C][H][W]` vectors |
//! | `dy`, `dx` | the gradient of the loss with respect to y and to x; dx is overwritten |
//! | `d` | dy, made dx in place |
//! | `saved` | kept by forward for backward |
//! | `temporary` | memory that is not kept |
//! | `sums`, `statistics` | sums over the batch, taken in this phase or in an earlier one |
//! | `samples`, `batch` | the samples of the block and of the batch |

pub mod add;
pub mod alpha_dropout;
pub mod avg_pool;
pub mod batch_norm;
pub mod concat;
pub mod conv;
pub mod conv_pool;
pub mod conv_transpose;
pub mod custom;
pub mod dropout;
pub mod dropout_channels;
pub mod elu;
pub mod flatten;
pub mod gelu;
pub mod global_avg_pool;
pub mod global_max_pool;
pub mod hard_swish;
pub mod identity;
pub mod layer_norm;
pub mod leaky_relu;
pub mod linear;
pub mod log_softmax;
pub mod max_pool;
pub mod maxout;
pub mod prelu;
pub mod relu;
pub mod relu6;
pub mod repeat;
pub mod residual;
pub mod selu;
pub mod sequence;
pub mod sigmoid;
pub mod silu;
pub mod softmax;
pub mod softplus;
pub mod tanh;
pub mod upsample;

pub use crate::kernels::pointwise::Nothing;
pub use batch_norm::BatchNorm;
pub use conv::{Conv, Conv1d};
pub use conv_transpose::{ConvTranspose, ConvTranspose1d};
pub use custom::{Custom, CustomLayer};
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use prelu::Prelu;

/// Implements [`Kernel`](crate::simd::Kernel) for a call.
macro_rules! kernel {
    (for<$($life:lifetime,)? S $(, $g:ident: $bound:path)*> $call:ty, |$this:ident, $s:ident| $body:block) => {
        impl<$($life,)? S: $crate::simd::Simd $(, $g: $bound)*> $crate::simd::Kernel<S> for $call {
            type Output = ();
            #[inline(always)]
            fn run(self, $s: S) {
                let $this = self;
                $body
            }
        }
    };
}
use kernel;

/// A pair of calls, `Forward` and `Backward`, of a layer that is a function of each element and has no parameters.
///
/// Forward may run in place; backward needs x.
macro_rules! pointwise {
    ($layer:ident) => {
        /// y = f(x).
        pub struct Forward<'a, V> {
            /// The layer.
            pub layer: $layer,
            /// Input.
            pub x: &'a [V],
            /// Output.
            pub y: &'a mut [V],
        }

        /// x = f(x), in place.
        pub struct ForwardInPlace<'a, V> {
            /// The layer.
            pub layer: $layer,
            /// Input, made output.
            pub x: &'a mut [V],
        }

        /// d = d · f′(x).
        pub struct Backward<'a, V> {
            /// The layer.
            pub layer: $layer,
            /// Input.
            pub x: &'a [V],
            /// dy, made dx in place.
            pub d: &'a mut [V],
        }

        $crate::layers::kernel!(for<'a, S> Forward<'a, S::V>, |this, s| {
            assert_eq!(this.x.len(), this.y.len());
            for (y, &x) in this.y.iter_mut().zip(this.x) {
                *y = this.layer.value(s, x);
            }
        });
        $crate::layers::kernel!(for<'a, S> ForwardInPlace<'a, S::V>, |this, s| {
            for x in this.x {
                *x = this.layer.value(s, *x);
            }
        });
        $crate::layers::kernel!(for<'a, S> Backward<'a, S::V>, |this, s| {
            assert_eq!(this.x.len(), this.d.len());
            for (d, &x) in this.d.iter_mut().zip(this.x) {
                *d = this.layer.gradient(s, x, *d);
            }
        });
    };
}
use pointwise;

#[cfg(test)]
mod tests;
