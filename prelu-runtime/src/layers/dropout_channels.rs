//! `dropout_channels`: [`dropout`](super::dropout) of whole channels (Tompson et al. 2015), PyTorch's `Dropout2d`.

pub use super::dropout::{Backward, Dropout, Forward, ForwardInPlace};
