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

/// √x of a positive, normal number. Relative error below 3e-16.
///
/// Newton's iteration for 1/√x, from an estimate that halves the exponent.
pub fn sqrt(x: f64) -> f64 {
    let mut r = f64::from_bits(0x5fe6_eb50_c7b5_37a9 - (x.to_bits() >> 1));
    for _ in 0..4 {
        r *= 1.5 - 0.5 * x * r * r;
    }
    let y = x * r;
    // One more step, for y itself: what is left of the error is that of the last operations.
    y + 0.5 * r * (x - y * y)
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
    fn square_root_holds_its_stated_error() {
        for i in 1..200_000 {
            let x = (f64::from(i) * 1e-3).powi(7);
            assert!((sqrt(x) / x.sqrt() - 1.0).abs() < 3e-16, "{x}: {} {}", sqrt(x), x.sqrt());
        }
    }

    #[test]
    fn logarithm_holds_its_stated_error() {
        for i in 1..200_000 {
            let x = (f64::from(i) * 1e-3).powi(3);
            assert!((ln(x) - x.ln()).abs() <= 1e-14 + 1e-15 * x.ln().abs(), "{x}");
        }
    }
}
