//! What the tests of `prelu` share: an interpreter of declarations in f64, and gradients by central differences.

pub mod reference;
pub mod sweep;
