//! Minimal filtering along an axis (Winograd 1980; Lavin & Gray 2016, section 4.1).
//!
//! M outputs of K taps g, from N = M + K − 1 inputs d, are Aᵀ\[(G g) ⊙ (Bᵀ d)\]: N products, one at each of N points. G takes the
//! polynomial of which g are the coefficients to its values there, and divides each by the product of the point's differences
//! from the others; A does the same without dividing; Bᵀ gives, for each point, the polynomial whose zeros are the other ones,
//! with d for the powers. The last point is ∞. Backward is the transposed maps.
//!
//! With four points all but G is sums. With six they are 0, ±21/32, ±25/16 and ∞, in which rounding grows the least: see
//! [`conv_pool::minimal`](super::conv_pool) and [`winograd`](super::winograd). A multiply-add that is rounded twice adds to it:
//! six points are for instruction sets with [fused ones](Simd::FUSED).

use crate::simd::Simd;

/// So many points.
pub(super) struct Points<const N: usize>;

/// The maps of [`Points`].
pub(super) trait Maps<const N: usize> {
    /// G g.
    fn filter<S: Simd, const K: usize>(s: S, g: [S::V; K]) -> [S::V; N];
    /// Gᵀ m.
    fn filter_transposed<S: Simd, const K: usize>(s: S, m: [S::V; N]) -> [S::V; K];
    /// Bᵀ d.
    fn input<S: Simd>(s: S, d: [S::V; N]) -> [S::V; N];
    /// Aᵀ m.
    fn output<S: Simd, const M: usize>(s: S, m: [S::V; N]) -> [S::V; M];
    /// A y.
    fn output_transposed<S: Simd, const M: usize>(s: S, y: [S::V; M]) -> [S::V; N];
}

/// 0, 1, −1 and ∞, for two outputs of three taps.
impl Maps<4> for Points<4> {
    #[inline(always)]
    fn filter<S: Simd, const K: usize>(s: S, g: [S::V; K]) -> [S::V; 4] {
        const { assert!(K == 3) };
        let half = s.splat(0.5);
        let (even, odd) = (s.mul(s.add(g[0], g[2]), half), s.mul(g[1], half));
        [g[0], s.add(even, odd), s.sub(even, odd), g[2]]
    }

    #[inline(always)]
    fn filter_transposed<S: Simd, const K: usize>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; K] {
        const { assert!(K == 3) };
        let half = s.splat(0.5);
        let even = s.mul(s.add(b, c), half);
        let mut taps = [s.add(a, even); K];
        (taps[1], taps[2]) = (s.mul(s.sub(b, c), half), s.sub(even, d));
        taps
    }

    #[inline(always)]
    fn input<S: Simd>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; 4] {
        [s.sub(a, c), s.add(b, c), s.sub(c, b), s.sub(b, d)]
    }

    #[inline(always)]
    fn output<S: Simd, const M: usize>(s: S, [a, b, c, d]: [S::V; 4]) -> [S::V; M] {
        const { assert!(M == 2) };
        let mut y = [s.add(s.add(a, b), c); M];
        y[1] = s.sub(s.sub(b, c), d);
        y
    }

    /// But for the sign at ∞, which `filter_transposed` has.
    #[inline(always)]
    fn output_transposed<S: Simd, const M: usize>(s: S, y: [S::V; M]) -> [S::V; 4] {
        const { assert!(M == 2) };
        [y[0], s.add(y[0], y[1]), s.sub(y[0], y[1]), y[1]]
    }
}

/// The points of six but for 0 and ∞: ±`NEAR` and ±`FAR`.
const NEAR: f32 = 0.65625;
const FAR: f32 = 1.5625;
const NEAR2: f32 = NEAR * NEAR;
const FAR2: f32 = FAR * FAR;
/// What values are divided by at 0, ±`NEAR` and ±`FAR`.
const SHARES: [f32; 3] =
    [1.0 / (NEAR2 * FAR2), 1.0 / (2.0 * NEAR2 * (NEAR2 - FAR2)), 1.0 / (2.0 * FAR2 * (FAR2 - NEAR2))];

/// x · p^k.
#[inline(always)]
fn scaled(x: f32, p: f32, k: usize) -> f32 {
    let mut scaled = x;
    for _ in 0..k {
        scaled *= p;
    }
    scaled
}

/// Up to five taps or outputs.
impl Maps<6> for Points<6> {
    #[inline(always)]
    fn filter<S: Simd, const K: usize>(s: S, g: [S::V; K]) -> [S::V; 6] {
        let [near, minus_near] = values(s, g, NEAR, SHARES[1]);
        let [far, minus_far] = values(s, g, FAR, SHARES[2]);
        [s.mul(g[0], s.splat(SHARES[0])), near, minus_near, far, minus_far, g[K - 1]]
    }

    #[inline(always)]
    fn filter_transposed<S: Simd, const K: usize>(s: S, m: [S::V; 6]) -> [S::V; K] {
        let mut divided = m;
        for (i, share) in [SHARES[0], SHARES[1], SHARES[1], SHARES[2], SHARES[2]].into_iter().enumerate() {
            divided[i] = s.mul(m[i], s.splat(share));
        }
        Self::output(s, divided)
    }

    #[inline(always)]
    fn input<S: Simd>(s: S, d: [S::V; 6]) -> [S::V; 6] {
        let ([near, minus_near], [far, minus_far], [zero, infinite]) = (near(s, d), far(s, d), ends(s, d));
        [zero, near, minus_near, far, minus_far, infinite]
    }

    #[inline(always)]
    fn output<S: Simd, const M: usize>(
        s: S,
        [zero, near, minus_near, far, minus_far, infinite]: [S::V; 6],
    ) -> [S::V; M] {
        const { assert!(M > 1) };
        let even = [s.add(near, minus_near), s.add(far, minus_far)];
        let odd = [s.sub(near, minus_near), s.sub(far, minus_far)];
        let mut y = [s.add(zero, s.add(even[0], even[1])); M];
        for k in 1..M {
            let [a, b] = if k % 2 == 0 { even } else { odd };
            let (p, q) = (s.splat(scaled(1.0, NEAR, k)), s.splat(scaled(1.0, FAR, k)));
            y[k] = s.fma(a, p, if k == M - 1 { s.fma(b, q, infinite) } else { s.mul(b, q) });
        }
        y
    }

    #[inline(always)]
    fn output_transposed<S: Simd, const M: usize>(s: S, y: [S::V; M]) -> [S::V; 6] {
        const { assert!(2 < M && M < 5) };
        let mut values = [[s.splat(0.0); 2]; 2];
        for (point, p) in [NEAR, FAR].into_iter().enumerate() {
            let square = s.splat(p * p);
            let even = s.fma(y[2], square, y[0]);
            let odd = if M > 3 { s.fma(y[3], square, y[1]) } else { y[1] };
            values[point] = [s.fma(odd, s.splat(p), even), s.fma(odd, s.splat(-p), even)];
        }
        let [[near, minus_near], [far, minus_far]] = values;
        [y[0], near, minus_near, far, minus_far, y[M - 1]]
    }
}

/// `share` times the values at ±p of the polynomial with coefficients g.
#[inline(always)]
fn values<S: Simd, const K: usize>(s: S, g: [S::V; K], p: f32, share: f32) -> [S::V; 2] {
    const { assert!(2 < K && K < 6) };
    // Times p⁰, p², p⁴.
    let [one, two, four] = [0, 2, 4].map(|k| s.splat(scaled(share, p, k)));
    let even = s.fma(g[2], two, s.mul(g[0], one));
    let even = if K > 4 { s.fma(g[4], four, even) } else { even };
    let odd = s.mul(g[1], one);
    let odd = s.mul(if K > 3 { s.fma(g[3], two, odd) } else { odd }, s.splat(p));
    [s.add(even, odd), s.sub(even, odd)]
}

/// Bᵀ d of six points at ±`NEAR`.
#[inline(always)]
pub(super) fn near<S: Simd>(s: S, d: [S::V; 6]) -> [S::V; 2] {
    opposite(s, d, NEAR, FAR2)
}

/// Bᵀ d of six points at ±`FAR`.
#[inline(always)]
pub(super) fn far<S: Simd>(s: S, d: [S::V; 6]) -> [S::V; 2] {
    opposite(s, d, FAR, NEAR2)
}

/// Bᵀ d at ±p, where `other` is the square of the other points.
#[inline(always)]
fn opposite<S: Simd>(s: S, [_, b, c, d, e, _]: [S::V; 6], p: f32, other: f32) -> [S::V; 2] {
    let other = s.splat(-other);
    let (even, odd) = (s.fma(c, other, e), s.fma(b, other, d));
    [s.fma(odd, s.splat(p), even), s.fma(odd, s.splat(-p), even)]
}

/// Bᵀ d of six points at 0 and ∞.
#[inline(always)]
pub(super) fn ends<S: Simd>(s: S, [a, b, c, d, e, f]: [S::V; 6]) -> [S::V; 2] {
    let [product, sum] = [NEAR2 * FAR2, -(NEAR2 + FAR2)].map(|x| s.splat(x));
    [s.fma(a, product, s.fma(c, sum, e)), s.fma(b, product, s.fma(d, sum, f))]
}
