//! What the benchmarks of `prelu` share.
