//! `alpha_dropout`: [`dropout`](super::dropout) that keeps mean 0 and variance 1, for nets of `selu` (Klambauer et al. 2017,
//! "New dropout technique").
//!
//! What is dropped becomes α′ = −λα, the value that selu tends to as x falls; then all is mapped by a·x + b, with
//! a = ((1 − rate)·(1 + rate·α′²))^(−½) and b = −a·rate·α′, as in PyTorch.

pub use super::dropout::{Backward, Dropout, Forward, ForwardInPlace};
