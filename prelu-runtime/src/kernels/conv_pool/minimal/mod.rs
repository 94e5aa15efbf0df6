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
use crate::simd::Simd;

/// Taps of a kernel, and points of a tile, along an axis.
const TAPS: usize = 5;
pub(super) const SIDE: usize = TAPS + 1;
/// The points but for 0 and ∞: ±`NEAR` and ±`FAR`.
const NEAR: f32 = 0.65625;
const FAR: f32 = 1.5625;
const NEAR2: f32 = NEAR * NEAR;
const FAR2: f32 = FAR * FAR;

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

/// G g: for each point p, g's polynomial at p, divided by the product of p's differences from the other points.
#[inline(always)]
fn spread<S: Simd>(s: S, g: [S::V; TAPS]) -> [S::V; SIDE] {
    let [near, minus_near] = spread_opposite(s, g, NEAR, NEAR2 - FAR2);
    let [far, minus_far] = spread_opposite(s, g, FAR, FAR2 - NEAR2);
    [s.mul(g[0], s.splat(1.0 / (NEAR2 * FAR2))), near, minus_near, far, minus_far, g[4]]
}

/// G g at ±p, where `difference` is that of p's square from the other points'.
#[inline(always)]
fn spread_opposite<S: Simd>(s: S, [a, b, c, d, e]: [S::V; TAPS], p: f32, difference: f32) -> [S::V; 2] {
    let share = 1.0 / (2.0 * p * p * difference);
    // Times p⁰, p², p⁴.
    let (one, two, four) = (s.splat(share), s.splat(share * p * p), s.splat(share * p * p * p * p));
    let even = s.fma(e, four, s.fma(c, two, s.mul(a, one)));
    let odd = s.mul(s.fma(d, two, s.mul(b, one)), s.splat(p));
    [s.add(even, odd), s.sub(even, odd)]
}

/// Bᵀ d, point by point: 0, `NEAR`, −`NEAR`, `FAR`, −`FAR`, ∞.
#[inline(always)]
pub(super) fn points<S: Simd>(s: S, d: [S::V; SIDE]) -> [S::V; SIDE] {
    let ([near, minus_near], [far, minus_far], [zero, infinite]) = (near(s, d), far(s, d), ends(s, d));
    [zero, near, minus_near, far, minus_far, infinite]
}

/// Bᵀ d at ±`NEAR`: at each point, the polynomial whose zeros are the other ones, with d for the powers; see [`spread`].
#[inline(always)]
fn near<S: Simd>(s: S, d: [S::V; SIDE]) -> [S::V; 2] {
    opposite(s, d, NEAR, FAR2)
}

/// Bᵀ d at ±`FAR`; see [`near`].
#[inline(always)]
fn far<S: Simd>(s: S, d: [S::V; SIDE]) -> [S::V; 2] {
    opposite(s, d, FAR, NEAR2)
}

/// Bᵀ d at ±p, where `other` is the square of the other points.
#[inline(always)]
fn opposite<S: Simd>(s: S, [_, b, c, d, e, _]: [S::V; SIDE], p: f32, other: f32) -> [S::V; 2] {
    let other = s.splat(-other);
    let (even, odd) = (s.fma(c, other, e), s.fma(b, other, d));
    [s.fma(odd, s.splat(p), even), s.fma(odd, s.splat(-p), even)]
}

/// Bᵀ d at 0 and ∞; see [`near`].
#[inline(always)]
fn ends<S: Simd>(s: S, [a, b, c, d, e, f]: [S::V; SIDE]) -> [S::V; 2] {
    let [product, sum] = [NEAR2 * FAR2, -(NEAR2 + FAR2)].map(|x| s.splat(x));
    [s.fma(a, product, s.fma(c, sum, e)), s.fma(b, product, s.fma(d, sum, f))]
}

/// Aᵀ m: the sum but for ∞, and the sum of the points' multiples, with ∞ as it is.
#[inline(always)]
fn pair<S: Simd>(s: S, [zero, near, minus_near, far, minus_far, infinite]: [S::V; SIDE]) -> [S::V; 2] {
    let [sums, differences] =
        [[s.add(near, minus_near), s.add(far, minus_far)], [s.sub(near, minus_near), s.sub(far, minus_far)]];
    let odd = s.fma(differences[0], s.splat(NEAR), s.fma(differences[1], s.splat(FAR), infinite));
    [s.add(zero, s.add(sums[0], sums[1])), odd]
}
