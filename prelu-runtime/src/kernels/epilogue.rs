//! What is done to the sums of a convolution before they are written, so that no pass over memory is needed for it.

use super::pointwise::Activation;
use crate::simd::{Simd, lanes};

/// A function of each element with terms that are constant of a channel.
pub trait Epilogue: Copy {
    /// The terms of a channel.
    type Terms<V: Copy>: Copy;
    /// Those of this channel.
    fn terms<S: Simd>(self, s: S, channel: usize) -> Self::Terms<S::V>;
    /// y, of the sum z.
    fn value<S: Simd>(s: S, terms: Self::Terms<S::V>, z: S::V) -> S::V;

    /// [`Self::value`] of a single sum.
    #[inline(always)]
    fn value_single<S: Simd>(s: S, terms: Self::Terms<S::V>, z: f32) -> f32 {
        lanes(&[Self::value(s, terms, s.splat(z))])[0]
    }
}

impl<A: Activation> Epilogue for A {
    type Terms<V: Copy> = V;
    #[inline(always)]
    fn terms<S: Simd>(self, s: S, channel: usize) -> S::V {
        s.splat(self.slope(channel))
    }
    #[inline(always)]
    fn value<S: Simd>(s: S, slope: S::V, z: S::V) -> S::V {
        A::value(s, slope, z)
    }
}
