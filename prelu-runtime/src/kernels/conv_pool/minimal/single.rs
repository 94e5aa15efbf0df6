//! A single sample by F(2, 5) along rows, with windows in lanes: where the copies of [`windows`](super::super::windows) have a
//! column each of the windows' fields, here they have a point of these, and a tile takes points for pixels.

use super::super::super::at;
use super::super::windows::MOST;
use super::super::{Geometry, Of};
use super::rows::{spread_all, sums};
use super::{SIDE, TAPS};
use crate::simd::Simd;

/// Output channels of a tile.
pub(in super::super) const CHANNELS: usize = 2;

impl<G: Geometry> Of<G> {
    /// Output channels whose filters are transformed at a time: all, or as many whole tiles as take half of the memory of the
    /// copies, for a scratch is not to grow.
    pub(in super::super) const fn chunk(lanes: usize) -> usize {
        let copies = if Self::copies(lanes) < MOST { Self::copies(lanes) } else { MOST };
        let mut channels = CHANNELS;
        while channels < Self::OUTPUTS && SIDE * lanes * Self::lines(lanes, channels + CHANNELS) <= copies / 2 {
            channels += CHANNELS;
        }
        if channels < Self::OUTPUTS { channels } else { Self::OUTPUTS }
    }

    /// Floats from point to point of the transformed filters.
    const fn apart(lanes: usize) -> usize {
        Self::lines(lanes, Self::chunk(lanes)) * lanes
    }

    /// Floats of the transformed filters.
    pub(in super::super) const fn transformed(lanes: usize) -> usize {
        SIDE * Self::apart(lanes)
    }
}

/// Operations, in multiply-adds of vectors, but for what plain windows take too.
pub(in super::super) const fn operations<G: Geometry>(lanes: usize) -> usize {
    let sums = Of::<G>::WINDOWS.div_ceil(lanes) * Of::<G>::OUTPUTS * (60 * Of::<G>::CHANNELS + 16);
    // With few lanes, what is dealt is moved one by one.
    let filters = Of::<G>::lines(lanes, Of::<G>::OUTPUTS) * if lanes == 16 { 20 } else { 8 * lanes };
    sums + Of::<G>::times(lanes) * (filters + Of::<G>::copies(lanes) / lanes * 2)
}

/// u = g Gᵀ of the filters of output channels `o..end`.
#[inline(always)]
pub(in super::super) fn spread<S: Simd, G: Geometry>(s: S, w: &[f32], o: usize, end: usize, to: &mut [f32]) {
    spread_all(s, &w[o * Of::<G>::FAN_IN..end * Of::<G>::FAN_IN], to, const { Of::<G>::apart(S::LANES) });
}

/// The sums of a vector of windows, and biases, from `start` in the transformed copies, of the `O` output channels from the
/// `k`th on whose filters are transformed.
///
/// # Safety
/// A vector begins at `start`, and there are so many filters.
#[inline(always)]
pub(in super::super) unsafe fn windows<S: Simd, G: Geometry, const O: usize>(
    s: S,
    copies: &[f32],
    filters: &[f32],
    bias: [S::V; O],
    k: usize,
    start: usize,
) -> [[[S::V; 2]; 2]; O] {
    let distance = const { Of::<G>::apart(S::LANES) };
    sums::<S, O>(
        s,
        Of::<G>::CHANNELS,
        bias,
        // SAFETY: channel, row and point are inside the copies, and a vector is left at `start`.
        |c, row, p| unsafe { s.load(copies.as_ptr().add(Of::<G>::copy(S::LANES, c, row, p) + start)) },
        // SAFETY: so many filters are there.
        |i, c, u, p| unsafe { at(filters, p * distance + ((k + i) * Of::<G>::CHANNELS + c) * TAPS + u) },
    )
}
