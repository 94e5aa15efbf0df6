//! The runtime of [`prelu`](https://docs.rs/prelu): what the expansion of `network!` calls.
//!
//! Everything is computed on blocks of samples: a block has as many samples as the instruction set has lanes, and an
//! activation `[C, H, W]` of a block is `C·H·W` vectors, one lane a sample. The layers are vectorised over samples, so
//! that lanes are used in full whatever the shape is. A single sample runs through the same calls with one lane;
//! convolutions, linear layers and pools have kernels of their own for it, whose lanes are pixels or features.
//!
//! - [`simd`]: the vector trait, one file per instruction set, the choice at run time
//! - [`kernels`]: convolution, linear, pooling, normalisation, pointwise; generic over the vector
//! - [`layers`]: a file per layer, with its parameters and its calls forward and backward
//! - [`loss`], [`optim`]: a file each
//! - [`baked`]: weights that a program carries
//! - [`Network`]: what a declared net is; [`Summary`]: its tables; [`Formula`]: what a layer of it computes
#![cfg_attr(not(any(feature = "std", test)), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

#[cfg(feature = "alloc")]
#[doc(hidden)]
pub use alloc::{boxed::Box, string::String, vec::Vec};

#[doc(hidden)]
pub mod __private;
pub mod baked;
#[doc(hidden)]
pub mod foreign;
pub mod formula;
pub mod half;
pub mod kernels;
pub mod layers;
pub mod loss;
pub mod math;
pub mod network;
pub mod optim;
pub mod parameters;
pub mod rng;
pub mod scratch;
#[doc(hidden)]
pub mod setting;
pub mod simd;
pub mod summary;
pub mod tensor;

pub use formula::Formula;
pub use loss::Loss;
pub use network::{BatchError, Network};
pub use parameters::Parameters;
pub use scratch::Scratch;
pub use simd::Level;
pub use summary::{Init, Summary};
pub use tensor::Tensor;
