//! Neural nets that are compiled, not interpreted.
//!
//! A net is declared once, layer by layer, in [`network!`]. The macro checks every shape while the program compiles, and
//! expands the declaration into straight-line, statically shaped code, forward and backward.
//!
//! ```
//! prelu::network! {
//!     /// Digits, with learned slopes.
//!     pub struct Digits: [1, 28, 28] -> [10] {
//!         conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
//!         conv2: conv(20, kernel = 5), prelu(per_channel), max_pool(2),
//!         fc1: linear(50), prelu, fc2: linear(10),
//!     }
//! }
//!
//! let net = Digits::new(1);
//! let mut scratch = Digits::scratch();
//! let logits = net.predict(&[[[0.0; 28]; 28]], &mut scratch);
//! assert_eq!(logits.len(), 10);
//! ```
//!
//! - [`network!`]: the declaration
//! - [`train`]: [`Trainer`], which runs epochs over a [`data::Dataset`] with an [`optim`]iser, a [`loss`] and a
//!   [`schedule`], and [`Workspace`], the memory beneath it
//! - [`data`]: data sets and their readers
//! - [`io`]: weights as safetensors, to and from files; nets as ONNX and as PyTorch's source
//! - [`runtime`]: what the expansion calls; `no_std`
//!
//! Without the default feature `std` the crate is `no_std` and needs no allocator: `network!` is there, with [`runtime`],
//! and what works in memory of the caller.
#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "std")]
pub mod data;
#[cfg(feature = "std")]
pub mod io;
#[cfg(feature = "std")]
mod near;
#[cfg(feature = "std")]
pub mod train;

pub use prelu_runtime as runtime;
pub use runtime::layers::CustomLayer;
pub use runtime::simd::Simd;
pub use runtime::{BatchError, Init, Level, Loss, Network, Parameters, Scratch, Summary, Tensor, loss, optim};
#[cfg(feature = "std")]
pub use train::{Metrics, Trainer, Workspace, schedule};

#[doc(hidden)]
pub use prelu_macros::network as __network;

/// Declares a net: a struct with its parameters, and the code that runs it forward and backward.
///
/// ```text
/// #[attributes] pub struct Name: [input shape] -> [output shape] {
///     const WIDE: usize = 20;
///     block name(parameter, parameter = default) { layers }
///     [key:] layer[(value, name = value, …)] [{ layers }] [-> [shape]],
///     …
/// }
/// ```
///
/// Shapes are per sample, channels first: `[C, H, W]`, `[C, T]` or `[F]`. A stated `-> [shape]` is checked. Values are numbers,
/// arithmetic on them, the declaration's own `const`s, words, and pairs `(height, width)`. A layer without a key is keyed
/// by its kind and ordinal: the second `prelu` is `prelu2`.
///
/// What combines layers: `residual { … }` adds its input to what its layers give, `residual(shortcut = { … }) { … }` what
/// other layers make of it; `concat { { … }, { … } }` puts what its branches give one behind the other along the channels;
/// `repeat(n) { … }` has its layers n times; `sequence { … }` groups them; `add(name)` and `concat(name)` take what earlier
/// layers give; and a `block` of the declaration is used as a layer, its parameters as arguments. Keys nest:
/// `blocks.0.conv1.weight`, `block.shortcut.conv.weight`. A `residual` or `sequence` without a key adds none, nor does a
/// block that is alone in a repetition or branch. Names are looked up in the braces around, outward.
///
/// `#[budget(parameters <= 22_000, macs <= 500_000, scratch <= 64KiB)]` limits what a net costs: one that costs more does not
/// compile.
///
/// `#[weights("digits.safetensors")]` bakes a file's weights into the program: `Name::baked()` is a `&'static Name` in its
/// read-only data, for which nothing is read, copied or computed at run time. The path begins where the package's
/// `Cargo.toml` is (`CARGO_MANIFEST_DIR`), unless it is absolute. A file that is missing or malformed, or that has not just
/// the net's tensors in their shapes, as F32, F16 or BF16, does not compile. When it changes, the program is built anew.
///
/// The struct has a field for each layer with parameters, of the types in [`runtime::layers`], such as
/// `net.conv1.weight[o][i][y][x]`, and structs and tuples for keys that nest: `net.blocks.0.conv1`. The types of these are in
/// the module `__prelu_Name`, which is as visible as the net: `__prelu_Name::Blocks0`. The struct is large and therefore
/// made, copied and kept on the heap: `Name::new(seed)` gives a `Box<Name>`, and it is the box that can be cloned.
///
/// The expansion depends on nothing that is in scope, and types in the declaration mean what they mean beside it.
///
/// Layers (defaults in parentheses): `conv(out, kernel, stride (1), padding (0), dilation (1), groups (1), bias (true),
/// init)`, `conv_transpose(out, conv's arguments, output_padding (0))`, `linear(out, bias (true), init)`,
/// `prelu(shared | per_channel | per_element, init (0.25) | init = from_data, tie = key)`,
/// `maxout(out, pieces, and conv's arguments)`, `batch_norm(eps (1e-5), momentum (0.1))`, `layer_norm(eps (1e-5))`, `relu`,
/// `leaky_relu(0.01)`, `elu(1.0)`, `selu`, `gelu`, `silu`, `softplus`, `tanh`, `sigmoid`, `hard_swish`, `relu6`, `identity`,
/// `softmax`, `log_softmax`, `max_pool(kernel, stride (kernel), padding (0), ceil_mode (false))`, `avg_pool(…)`, `global_avg_pool`,
/// `global_max_pool`, `upsample(factor)`, `flatten`, `dropout(0.5)`, `dropout_channels(0.5)`, `alpha_dropout(0.5)`, and
/// `custom(Type, parameters (0), init (0)) -> [shape]`, a [`CustomLayer`] of your own. On `[C, T]`, convolutions and pools
/// slide along time. `init` is `he`, by the slope of the activation that follows, `lecun`, `zeros` or a number; `freeze`
/// leaves a layer's parameters as they are.
#[macro_export]
macro_rules! network {
    ($($declaration:tt)*) => {
        $crate::__network! { ($crate) $($declaration)* }
    };
}

/// Passes on what the expansion has for programs with an operating system.
#[cfg(feature = "std")]
#[doc(hidden)]
#[macro_export]
macro_rules! __std {
    ($($items:tt)*) => { $($items)* };
}

/// Drops what the expansion has for programs with an operating system.
#[cfg(not(feature = "std"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __std {
    ($($items:tt)*) => {};
}

/// Items that are there where the feature `onnx` is: of this crate, for that of the one that declares a net is another.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "onnx")]
macro_rules! __onnx {
    ($($items:item)*) => { $($items)* };
}

/// Items that are there where the feature `onnx` is.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "onnx"))]
macro_rules! __onnx {
    ($($items:item)*) => {};
}

/// The instruction set that nets run with: the fastest of this processor, or the one that `PRELU_LEVEL` names.
///
/// # Panics
/// If `PRELU_LEVEL` names one that is unknown or that this processor lacks. A program that would rather report it calls
/// [`Level::from_env`] first.
#[cfg(feature = "std")]
pub fn level() -> Level {
    use std::sync::OnceLock;
    static LEVEL: OnceLock<Level> = OnceLock::new();
    *LEVEL.get_or_init(|| Level::from_env().unwrap_or_else(|error| panic!("PRELU_LEVEL: {error}")))
}

/// Predicts for any number of samples.
#[cfg(feature = "std")]
#[doc(hidden)]
pub fn predict_batch<N: Network>(net: &N, xs: &[N::Input], ys: &mut [N::Output]) -> Result<(), BatchError> {
    train::predict_batch(net, level(), xs, ys)
}

/// The README's code must compile and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
