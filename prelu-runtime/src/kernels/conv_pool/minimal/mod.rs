//! Forward by minimal filtering (Winograd 1980; Lavin & Gray 2016): kernels of 5 × 5 taps with stride 1, whose outputs are
//! pooled by 2 × 2. A window's pixels take 100 multiply-adds by plain convolution. By F(2, 5) along rows they take 60, by
//! F(2×2, 5×5) along both axes 36, and the more is done to transform inputs and outputs: which of them takes fewer operations
//! is known when a net is expanded.
//!
//! Along an axis, two outputs z are Aᵀ\[(G g) ⊙ (Bᵀ d)\] of five taps g and six inputs d (equations 5 and 8 of Lavin & Gray).
//! What is multiplied is summed over input channels, and along rows over rows of the kernel too, before A. The points are 0,
//! ±21/32, ±25/16 and ∞: with these, sums over 250 inputs were 1.7 times as far from exact ones as plain sums in order along
//! both axes, and 1.2 times along rows; with 0, ±1, ±2 and ∞ 3.3 and 1.6 times.
//!
//! A multiply-add that is rounded twice adds to this: without fused ones, windows go by plain convolution.
//!
//! A number that is not finite makes all of a window not finite, but so it mostly does for the largest of plain sums.

pub(super) mod rows;
pub(super) mod single;
pub(super) mod square;

use super::window::pool;
use super::{Geometry, Of};
use crate::kernels::conv::Geometry as _;
pub(super) use crate::kernels::minimal::Maps;
use crate::kernels::minimal::{Points, ends, far, near};

/// Taps of a kernel, and points of a tile, along an axis.
const TAPS: usize = 5;
pub(super) const SIDE: usize = TAPS + 1;
/// Six of them.
pub(super) type Six = Points<SIDE>;

/// How blocks are filtered.
#[derive(Clone, Copy)]
pub enum Filtering {
    /// Plainly.
    Plain,
    /// Along rows.
    Rows,
    /// Along both axes, so many output channels at a time.
    Squares(usize),
}

impl Filtering {
    /// Vectors that forward of a block works in.
    pub(super) const fn temporary<G: Geometry>(self, lanes: usize) -> usize {
        match self {
            Self::Plain => 0,
            Self::Rows => rows::temporary::<G>(lanes),
            Self::Squares(outputs) => square::temporary::<G>(lanes, outputs),
        }
    }
}

impl<G: Geometry> Of<G> {
    const fn check() {
        assert!(Self::KERNEL[0] == TAPS && Self::KERNEL[1] == TAPS && Self::CLOSE && G::Conv::GROUPS == 1);
        assert!(Self::WINDOW[0] == 2 && Self::WINDOW[1] == 2 && Self::STEP[0] == 2 && Self::STEP[1] == 2);
    }
}
