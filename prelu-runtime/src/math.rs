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

/// The nearest whole number, for |x| below 2²².
#[inline(always)]
fn whole<S: Simd>(s: S, x: S::V) -> S::V {
    // Adding and taking away 1.5·2²³ rounds off the fraction.
    let magic = s.splat(12_582_912.0);
    s.sub(s.add(x, magic), magic)
}

/// n and r with x = n·ln 2 + r, n whole, |r| ≤ ½ ln 2 (Cody and Waite: ln 2 in two parts).
#[inline(always)]
fn reduce<S: Simd>(s: S, x: S::V) -> (S::V, S::V) {
    let n = whole(s, s.mul(x, s.splat(core::f32::consts::LOG2_E)));
    let r = s.fma(n, s.splat(-0.693_359_4), x);
    (n, s.fma(n, s.splat(2.121_944_4e-4), r))
}

/// eˣ. Relative error below 3e-7 where the result is normal; below, half of the smallest number besides. e^−∞ is 0, e^∞ and
/// what overflows is ∞, and a NaN stays.
#[inline(always)]
pub fn exp<S: Simd>(s: S, x: S::V) -> S::V {
    // Beyond these the result is 0 or ∞ all the same.
    let x = s.min(s.splat(100.0), s.max(s.splat(-104.0), x));
    let (n, r) = reduce(s, x);
    // 2ⁿ in two factors: it may be no normal number where eˣ is one, or where eˣ is subnormal.
    let half = whole(s, s.mul(n, s.splat(0.5)));
    let two = s.pow2(half);
    s.mul(s.fma(expm1_reduced(s, r), two, two), s.pow2(s.sub(n, half)))
}

/// eˣ − 1 for x ≤ 0, without cancellation near 0. Relative error below 3e-7: −1 at −∞, and a NaN stays.
#[inline(always)]
pub fn exp_m1_nonpositive<S: Simd>(s: S, x: S::V) -> S::V {
    // Below −87 the result is −1 all the same.
    let x = s.min(s.splat(0.0), s.max(s.splat(-87.0), x));
    let (n, r) = reduce(s, x);
    let two = s.pow2(n);
    s.fma(expm1_reduced(s, r), two, s.sub(two, s.splat(1.0)))
}

/// |x|; a NaN stays.
#[inline(always)]
fn abs<S: Simd>(s: S, x: S::V) -> S::V {
    s.max(x, s.sub(s.splat(0.0), x))
}

/// tanh(x) = −m/(m + 2) with m = e^(−2|x|) − 1, and its sign; ±1 for large x. Relative error below 5e-7.
#[inline(always)]
pub fn tanh<S: Simd>(s: S, x: S::V) -> S::V {
    let m = exp_m1_nonpositive(s, s.mul(s.splat(-2.0), abs(s, x)));
    let t = s.div(m, s.add(m, s.splat(2.0)));
    s.select(s.gt(x, s.splat(0.0)), s.sub(s.splat(0.0), t), t)
}

/// 1/(1 + e⁻ˣ), from e^(−|x|), which cannot overflow. Relative error below 5e-7 where the result is normal; 0 at −∞ and 1 at ∞.
#[inline(always)]
pub fn sigmoid<S: Simd>(s: S, x: S::V) -> S::V {
    let e = exp(s, s.sub(s.splat(0.0), abs(s, x)));
    let y = s.div(s.splat(1.0), s.add(s.splat(1.0), e));
    s.select(s.gt(x, s.splat(0.0)), y, s.mul(e, y))
}

/// erfc(x) = 1 − erf(x), without the cancellation of that difference where x is large. Relative error below
/// 6e-7 + 2e-7·x² where the result is normal, which it is up to x = 9; 2 at −∞ and 0 at ∞.
///
/// For x ≥ 0 it is e^(−x²)·t·P(t) with t = 3/(3 + x): t maps [0, ∞) to (0, 1], where e^(x²)·erfc(x)/t is smooth (the idea
/// of Shepherd and Laframboise 1981). P, of degree 9 and about ⅝, interpolates that function at the Chebyshev points of
/// 0 ≤ x ≤ 10, with a relative error of 5e-9. For x < 0 it is 2 − erfc(−x).
#[inline(always)]
pub fn erfc<S: Simd>(s: S, x: S::V) -> S::V {
    const P: [f32; 10] = [
        0.057_040_967,
        0.021_482_337,
        -0.141_891,
        -0.150_155_18,
        0.220_789_54,
        0.800_817_8,
        1.189_187,
        1.162_609_6,
        0.829_802_1,
        0.445_696_15,
    ];
    let a = abs(s, x);
    let t = s.div(s.splat(3.0), s.add(s.splat(3.0), a));
    let u = s.sub(t, s.splat(0.625));
    let mut p = s.splat(P[0]);
    for c in &P[1..] {
        p = s.fma(p, u, s.splat(*c));
    }
    let y = s.mul(exp(s, s.sub(s.splat(0.0), s.mul(a, a))), s.mul(t, p));
    s.select(s.gt(s.splat(0.0), x), s.sub(s.splat(2.0), y), y)
}

/// 2·artanh(t) for |t| ≤ ⅓, from its Taylor polynomial of degree 15 (remainder below 2e-9 of the value).
#[inline(always)]
fn twice_artanh<S: Simd>(s: S, t: S::V) -> S::V {
    let t2 = s.mul(t, t);
    let mut p = s.splat(2.0 / 15.0);
    for k in [13, 11, 9, 7, 5, 3, 1] {
        p = s.fma(p, t2, s.splat(2.0 / k as f32));
    }
    s.mul(p, t)
}

/// The natural logarithm of each lane that is from 2⁻¹²⁶ to 2¹²⁷. Absolute error below 2e-7 plus 2e-7 of the value. A NaN
/// stays; of other numbers the result means nothing.
///
/// ln(m·2ᵉ) = e·ln 2 + 2·artanh((m − 1)/(m + 1)) with m in [√½, √2].
#[inline(always)]
pub fn ln_lanes<S: Simd>(s: S, x: S::V) -> S::V {
    let e = s.exponent(x);
    let m = s.mul(x, s.pow2(s.sub(s.splat(0.0), e)));
    let large = s.gt(m, s.splat(core::f32::consts::SQRT_2));
    let m = s.select(large, s.mul(m, s.splat(0.5)), m);
    let e = s.select(large, s.add(e, s.splat(1.0)), e);
    let one = s.splat(1.0);
    let fraction = twice_artanh(s, s.div(s.sub(m, one), s.add(m, one)));
    // ln 2 in two parts, as for the exponential.
    s.fma(e, s.splat(0.693_359_4), s.fma(e, s.splat(-2.121_944_4e-4), fraction))
}

/// ln(1 + x) = 2·artanh(x/(2 + x)) for x in [0, 1]. Relative error below 4e-7.
#[inline(always)]
pub fn ln_1p<S: Simd>(s: S, x: S::V) -> S::V {
    twice_artanh(s, s.div(x, s.add(x, s.splat(2.0))))
}

/// The natural logarithm. Absolute error below 1e-14 plus 1e-15 of the value. It is −∞ of 0, ∞ of ∞, and NaN of a negative
/// number and of NaN.
///
/// ln(m·2ᵉ) = e·ln 2 + 2·artanh((m − 1)/(m + 1)) with m in [√½, √2].
pub fn ln(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 {
        return f64::NEG_INFINITY;
    }
    if x == f64::INFINITY {
        return x;
    }
    if x < f64::MIN_POSITIVE {
        // A subnormal number is made normal.
        return ln(x * (1u64 << 54) as f64) - 54.0 * core::f64::consts::LN_2;
    }
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

    /// A function of vectors, of each of some numbers, on a level.
    macro_rules! each {
        ($f:ident, $level:expr, $xs:expr) => {{
            struct Each<'a>(&'a [f32]);
            impl Program for Each<'_> {
                type Output = Vec<f32>;
                fn run<S: Simd>(self, s: S) -> Vec<f32> {
                    s.call(self)
                }
            }
            impl<S: Simd> Kernel<S> for Each<'_> {
                type Output = Vec<f32>;
                #[inline(always)]
                fn run(self, s: S) -> Vec<f32> {
                    self.0.iter().map(|&x| lanes(&[$f(s, s.splat(x))])[0]).collect()
                }
            }
            dispatch($level, Each($xs))
        }};
    }

    /// Numbers from `start` to `end`, four millionths of the way apart, and as many close to 0.
    fn sweep(start: f32, end: f32) -> Vec<f32> {
        let steps = (0..=250_000).map(|i| (start + (end - start) * (i as f32 * 4e-6)).clamp(start, end));
        steps.flat_map(|x| [x, x * 1e-3]).filter(|x| (start..=end).contains(x)).collect()
    }

    /// The largest error of a function over a sweep, as a multiple of what is allowed of it, on every level.
    macro_rules! holds {
        ($f:ident, $start:expr, $end:expr, $want:expr, $allowed:expr) => {
            let (xs, want, allowed): (_, fn(f64) -> f64, fn(f64, f64) -> f64) = (sweep($start, $end), $want, $allowed);
            for level in Level::available() {
                let (mut worst, mut at) = (0.0, 0.0);
                for (&x, y) in xs.iter().zip(each!($f, level, &xs)) {
                    let (x, y) = (f64::from(x), f64::from(y));
                    let error = (y - want(x)).abs() / allowed(x, want(x)).max(f64::MIN_POSITIVE);
                    if error > worst || error.is_nan() {
                        (worst, at) = (error, x);
                    }
                }
                assert!(worst < 1.0, "{} on {level}: {worst} of what is allowed, at {at}", stringify!($f));
            }
        };
    }

    #[test]
    fn exponentials_hold_their_stated_error() {
        holds!(exp, -87.0, 88.0, f64::exp, |_, y| 3e-7 * y);
        holds!(exp_m1_nonpositive, -87.0, 0.0, f64::exp_m1, |_, y| 3e-7 * y.abs());
    }

    #[test]
    fn sigmoids_hold_their_stated_error() {
        holds!(tanh, -20.0, 20.0, f64::tanh, |_, y| 5e-7 * y.abs());
        holds!(sigmoid, -87.0, 87.0, |x| 1.0 / (1.0 + (-x).exp()), |_, y| 5e-7 * y);
    }

    /// erfc in f64: the series of erf near 0 (Abramowitz and Stegun 7.1.6), the continued fraction elsewhere (7.1.14).
    fn erfc_f64(x: f64) -> f64 {
        let a = x.abs();
        let y = if a < 2.0 {
            let (mut term, mut sum) = (a, a);
            for n in 1..60 {
                term *= 2.0 * a * a / f64::from(2 * n + 1);
                sum += term;
            }
            1.0 - core::f64::consts::FRAC_2_SQRT_PI * (-a * a).exp() * sum
        } else {
            let fraction = (1..100).rev().fold(a, |f, n| a + 0.5 * f64::from(n) / f);
            0.5 * core::f64::consts::FRAC_2_SQRT_PI * (-a * a).exp() / fraction
        };
        if x < 0.0 { 2.0 - y } else { y }
    }

    #[test]
    fn error_function_holds_its_stated_error() {
        holds!(erfc, -12.0, 9.0, erfc_f64, |x, y| (6e-7 + 2e-7 * x * x) * y);
    }

    #[test]
    fn logarithms_hold_their_stated_error() {
        holds!(ln_lanes, 1e-30, 1e30, f64::ln, |_, y| 2e-7 + 2e-7 * y.abs());
        holds!(ln_lanes, 0.25, 8.0, f64::ln, |_, y| 2e-7 + 2e-7 * y.abs());
        holds!(ln_1p, 0.0, 1.0, f64::ln_1p, |_, y| 4e-7 * y);
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

    #[test]
    fn what_is_not_finite_gives_the_limit_or_stays() {
        let xs = [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN];
        for level in Level::available() {
            for (name, ys, [high, low]) in [
                ("exp", each!(exp, level, &xs), [f32::INFINITY, 0.0]),
                ("tanh", each!(tanh, level, &xs), [1.0, -1.0]),
                ("sigmoid", each!(sigmoid, level, &xs), [1.0, 0.0]),
                ("erfc", each!(erfc, level, &xs), [0.0, 2.0]),
            ] {
                assert!(ys[0].is_nan() && ys[1].is_nan(), "{name} on {level}: {ys:?}");
                assert_eq!(ys[2..], [high, low, high, low], "{name} on {level}");
            }
            let m = each!(exp_m1_nonpositive, level, &[f32::NAN, f32::NEG_INFINITY, f32::MIN]);
            assert!(m[0].is_nan() && m[1..] == [-1.0, -1.0], "{level}: {m:?}");
            assert!(each!(ln_lanes, level, &[f32::NAN])[0].is_nan() && each!(ln_1p, level, &[f32::NAN])[0].is_nan());
        }
        assert!(ln(f64::NAN).is_nan() && ln(-1.0).is_nan() && ln(f64::NEG_INFINITY).is_nan());
        assert_eq!([ln(0.0), ln(f64::INFINITY)], [f64::NEG_INFINITY, f64::INFINITY]);
    }

    #[test]
    fn exponentials_go_on_to_the_smallest_and_largest_numbers() {
        let xs: Vec<f32> = (-1060..=-860).map(|x| x as f32 * 0.1).chain((870..=890).map(|x| x as f32 * 0.1)).collect();
        for level in Level::available() {
            for (&x, y) in xs.iter().zip(each!(exp, level, &xs)) {
                let want = f64::from(x).exp();
                if want as f32 == f32::INFINITY {
                    assert_eq!(y, f32::INFINITY, "{x} on {level}");
                } else {
                    // Half of the smallest number for each of two roundings.
                    let error = (f64::from(y) - want).abs();
                    assert!(error <= 3e-7 * want + 1.5e-45, "e^{x} on {level} is {y:e}, not {want:e}");
                }
            }
        }
        for i in -1074..=1023 {
            // In two factors, of which neither is subnormal.
            let x = f64::powi(2.0, i / 2) * f64::powi(2.0, i - i / 2);
            assert!((ln(x) - f64::from(i) * core::f64::consts::LN_2).abs() < 1e-12, "ln 2^{i}: {}", ln(x));
        }
    }
}
