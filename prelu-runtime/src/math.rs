//! Elementary functions of our own, so that results do not depend on a platform's library.

use crate::simd::Simd;

/// exp(r) − 1 on |r| ≤ ½ ln 2, from its Taylor polynomial of degree 8 (remainder below 4e-9 of the value).
#[inline(always)]
fn expm1_reduced<S: Simd>(s: S, r: S::V) -> S::V {
    const C: [f32; 8] = [1.0 / 40320.0, 1.0 / 5040.0, 1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0];
    let mut p = s.splat(C[0]);
    for c in &C[1..] {
        p = s.fma(p, r, s.splat(*c));
    }
    s.mul(p, r)
}

/// n and r with x = n·ln 2 + r, n whole, |r| ≤ ½ ln 2 (Cody and Waite: ln 2 in two parts).
#[inline(always)]
fn reduce<S: Simd>(s: S, x: S::V) -> (S::V, S::V) {
    // Adding and taking away 1.5·2²³ rounds to a whole number.
    let magic = s.splat(12_582_912.0);
    let n = s.sub(s.fma(x, s.splat(core::f32::consts::LOG2_E), magic), magic);
    let r = s.fma(n, s.splat(-0.693_359_4), x);
    (n, s.fma(n, s.splat(2.121_944_4e-4), r))
}

/// eˣ; for x clamped to [−87, 88], which keeps the result normal. Relative error below 3e-7.
#[inline(always)]
pub fn exp<S: Simd>(s: S, x: S::V) -> S::V {
    let x = s.min(s.splat(88.0), s.max(s.splat(-87.0), x));
    let (n, r) = reduce(s, x);
    let two = s.pow2(n);
    s.fma(expm1_reduced(s, r), two, two)
}

/// eˣ − 1 for x ≤ 0 (clamped to −87), without cancellation near 0. Relative error below 3e-7.
#[inline(always)]
pub fn exp_m1_nonpositive<S: Simd>(s: S, x: S::V) -> S::V {
    let x = s.min(s.splat(0.0), s.max(s.splat(-87.0), x));
    let (n, r) = reduce(s, x);
    let two = s.pow2(n);
    s.fma(expm1_reduced(s, r), two, s.sub(two, s.splat(1.0)))
}

/// The natural logarithm of a positive, normal number. Absolute error below 1e-14 plus 1e-15 of the value.
///
/// ln(m·2ᵉ) = e·ln 2 + 2·artanh((m − 1)/(m + 1)) with m in [√½, √2].
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut e = ((bits >> 52) & 0x7ff) as i64 - 1023;
    let mut m = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    if m > core::f64::consts::SQRT_2 {
        m *= 0.5;
        e += 1;
    }
    let t = (m - 1.0) / (m + 1.0);
    let t2 = t * t;
    let mut p = 0.0;
    let mut k = 19;
    while k >= 1 {
        p = p * t2 + 1.0 / k as f64;
        k -= 2;
    }
    e as f64 * core::f64::consts::LN_2 + 2.0 * t * p
}

/// cos(π·x). Absolute error below 3e-16 for |x| ≤ 2, the argument's rounding left out; zero at every odd half.
///
/// Multiples of 2 are taken away, then the quarter of the circle that is left is folded onto |θ| ≤ π/4, where the Taylor
/// polynomials of cosine and sine are at most 6e-18 off. For |x| above 2⁵² the result is that of a whole number.
pub fn cos_pi(x: f64) -> f64 {
    let turn = x % 2.0;
    let x = if turn < 0.0 { -turn } else { turn };
    let half = if x > 1.0 { 2.0 - x } else { x };
    let (quarter, sign) = if half > 0.5 { (1.0 - half, -1.0) } else { (half, 1.0) };
    if quarter <= 0.25 {
        sign * alternating(core::f64::consts::PI * quarter, 0)
    } else {
        let theta = core::f64::consts::PI * (0.5 - quarter);
        sign * theta * alternating(theta, 1)
    }
}

/// 1 − θ²/((s+1)(s+2)) + θ⁴/((s+1)…(s+4)) − …, in nine terms: cos θ for s = 0, sin θ / θ for s = 1.
fn alternating(theta: f64, s: u32) -> f64 {
    let square = theta * theta;
    let mut p = 1.0;
    for k in (1..=9).rev() {
        p = 1.0 - p * square / f64::from((2 * k + s) * (2 * k + s - 1));
    }
    p
}

/// baseⁿ, by squaring. Relative error below n·3e-16.
pub fn powi(base: f64, n: u64) -> f64 {
    let (mut result, mut square, mut n) = (1.0, base, n);
    while n > 0 {
        if n & 1 == 1 {
            result *= square;
        }
        square *= square;
        n >>= 1;
    }
    result
}

/// The square root, correctly rounded: the same bits with the processor's instruction and without.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    #[cfg(feature = "std")]
    return x.sqrt();
    #[cfg(not(feature = "std"))]
    return sqrt_of_bits(x);
}

/// The square root, correctly rounded: the same bits with the processor's instruction and without.
#[inline]
pub fn sqrt_f32(x: f32) -> f32 {
    #[cfg(feature = "std")]
    return x.sqrt();
    // Rounding twice is rounding once: a double has more than 2·24 + 1 digits (Figueroa 1995).
    #[cfg(not(feature = "std"))]
    return sqrt_of_bits(f64::from(x)) as f32;
}

/// The square root by that of a whole number, for targets where `core` offers none.
#[cfg(any(test, not(feature = "std")))]
fn sqrt_of_bits(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x.is_infinite() {
        return x;
    }
    // x = m·2ᵉ with m in [2⁵², 2⁵³); a subnormal number is first made normal.
    let (x, scale) = if x < f64::MIN_POSITIVE { (x * (1u64 << 54) as f64, -54) } else { (x, 0) };
    let bits = x.to_bits();
    let m = (bits & ((1 << 52) - 1)) | (1 << 52);
    let e = (bits >> 52) as i64 - 1075 + scale;
    // 54 or 55 zeros are appended, so that what is left of the exponent is even, and the root has 54 bits: one more than
    // the result. A root whose last bit is set is never exact, for its square would be odd; so there are no ties.
    let zeros = 54 + (e & 1);
    let root = (u128::from(m) << zeros).isqrt() as u64;
    let exponent = ((e - zeros) / 2 + 1 + 1023) as u64;
    ((root + 1) >> 1) as f64 * f64::from_bits(exponent << 52)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{Kernel, Level, Program, dispatch, lanes};

    struct Errors;
    impl Program for Errors {
        type Output = (f64, f64);
        fn run<S: Simd>(self, s: S) -> (f64, f64) {
            s.call(self)
        }
    }
    impl<S: Simd> Kernel<S> for Errors {
        type Output = (f64, f64);
        #[inline(always)]
        fn run(self, s: S) -> (f64, f64) {
            let (mut worst_exp, mut worst_m1) = (0f64, 0f64);
            // As f32, 0.001 lies above a thousandth: the ends of the range would step over where exp clamps.
            for i in -86_999..88_000 {
                let x = i as f32 * 0.001;
                let want = f64::from(x).exp();
                worst_exp = worst_exp.max((f64::from(lanes(&[exp(s, s.splat(x))])[0]) - want).abs() / want);
                for x in [x, x * 1e-3] {
                    if x < 0.0 {
                        let want = f64::from(x).exp_m1();
                        let got = f64::from(lanes(&[exp_m1_nonpositive(s, s.splat(x))])[0]);
                        worst_m1 = worst_m1.max(((got - want) / want).abs());
                    }
                }
            }
            (worst_exp, worst_m1)
        }
    }

    #[test]
    fn exponentials_hold_their_stated_error() {
        for level in Level::available() {
            let (e, m1) = dispatch(level, Errors);
            assert!(e < 3e-7 && m1 < 3e-7, "{level}: {e:e} {m1:e}");
        }
    }

    #[test]
    fn logarithm_holds_its_stated_error() {
        for i in 1..200_000 {
            let x = (f64::from(i) * 1e-3).powi(3);
            assert!((ln(x) - x.ln()).abs() <= 1e-14 + 1e-15 * x.ln().abs(), "{x}");
        }
    }

    #[test]
    fn cosine_holds_its_stated_error() {
        let mut worst = 0f64;
        for i in -200_000..=200_000 {
            let x = f64::from(i) * 1e-5;
            // The platform's cosine near 0, where π·x is exact enough to compare with.
            let folded = (x.abs() - 2.0 * (x.abs() / 2.0).round()).abs();
            let want = if folded <= 0.5 {
                (core::f64::consts::PI * (0.5 - folded)).sin()
            } else {
                -(core::f64::consts::PI * (folded - 0.5)).sin()
            };
            worst = worst.max((cos_pi(x) - want).abs());
        }
        assert!(worst < 3e-16, "{worst:e}");
        for (x, want) in [(0.0, 1.0), (0.5, 0.0), (1.0, -1.0), (1.5, 0.0), (2.0, 1.0), (-1.0, -1.0), (1e300, 1.0)] {
            assert_eq!(cos_pi(x), want, "{x}");
        }
        assert!(cos_pi(f64::NAN).is_nan() && cos_pi(f64::INFINITY).is_nan());
    }

    #[test]
    fn powers_hold_their_stated_error() {
        for base in [0.1, 0.9, 0.999, 1.0, 1.01, -0.5] {
            for n in (0..400).chain([1_000, 12_345]) {
                let (got, want) = (powi(base, n), base.powi(n as i32));
                assert!((got - want).abs() <= (n as f64 * 3e-16) * want.abs(), "{base}^{n}: {got}, not {want}");
            }
        }
        assert_eq!((powi(0.999, 0), powi(0.999, u64::MAX)), (1.0, 0.0));
    }

    #[test]
    fn roots_are_the_processors() {
        let stream = crate::rng::Stream::new(5);
        let special = [0.0, -0.0, 1.0, 2.0, 4.0, -1.0, f64::INFINITY, f64::NAN, f64::MAX, f64::MIN_POSITIVE, 5e-324];
        let random = (0..300_000).map(|i| f64::from_bits(stream.bits(i)));
        for x in special.into_iter().chain(random) {
            let (got, want) = (sqrt_of_bits(x), x.sqrt());
            assert!(got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan()), "{x:e}: {got:e}, not {want:e}");
            let x = x as f32;
            let (got, want) = (sqrt_of_bits(f64::from(x)) as f32, x.sqrt());
            assert!(got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan()), "{x:e}: {got:e}, not {want:e}");
            assert!(sqrt_f32(x).to_bits() == want.to_bits() || want.is_nan());
        }
        for i in 0..300_000 {
            let x = f32::from_bits((stream.bits(i) >> 32) as u32);
            let (got, want) = (sqrt_of_bits(f64::from(x)) as f32, x.sqrt());
            assert!(got.to_bits() == want.to_bits() || (got.is_nan() && want.is_nan()), "{x:e}: {got:e}, not {want:e}");
        }
    }
}
