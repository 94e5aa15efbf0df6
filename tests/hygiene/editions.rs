//! The package is for its tests. These are of older editions, whose names and words are other ones:
//!
//! ```edition2018
//! #![deny(warnings)]
//! mod layers {
//!     pub struct S;
//!     impl renamed::CustomLayer<[f32; 4], [f32; 4]> for S {
//!         fn forward<T: renamed::Simd>(_: T, _: &[f32], x: &[T::V], y: &mut [T::V]) {
//!             y.copy_from_slice(x);
//!         }
//!         fn backward<T: renamed::Simd>(_: T, _: &[f32], _: &mut [f32], _: &[T::V], dy: &[T::V], dx: &mut [T::V]) {
//!             dx.copy_from_slice(dy);
//!         }
//!     }
//! }
//! use layers::S;
//! renamed::network! {
//!     pub struct Net: [4] -> [4] {
//!         custom(S) -> [4], gen: sequence { async_: linear(4), prelu }, many: repeat(2) { linear(4) }, custom(layers::S) -> [4],
//!     }
//! }
//! assert_eq!(Net::new(1).gen.async_.bias.len(), 4);
//! let _ = Net::new(1).predict(&[1.0; 4], &mut Net::scratch());
//! ```
//!
//! ```edition2021
//! #![deny(warnings)]
//! renamed::network! {
//!     struct Net: [2, 6, 6] -> [4] {
//!         conv1: conv(3, kernel = 3), batch_norm, prelu(per_channel), max_pool(2), gen: sequence { fc: linear(4) },
//!     }
//! }
//! assert_eq!(Net::new(1).gen.fc.bias.len(), 4);
//! let _ = Net::new(1).predict(&[[[1.0; 6]; 6]; 2], &mut Net::scratch());
//! ```
