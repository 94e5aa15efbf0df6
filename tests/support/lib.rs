//! What the tests of `prelu` share: an interpreter of declarations in f64, gradients by central differences, and files of
//! a test's own.

pub mod files;
pub mod python;
pub mod reference;
pub mod sweep;

/// FNV-1a: to pin what must be the same bits on every machine.
pub fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
