//! `global_max_pool`: the largest of each channel, the first of equals; [`max_pool`](super::max_pool) with a window as large
//! as the image.

pub use super::max_pool::{Backward, Forward, Geometry};
