//! What the tests of `prelu` share.
