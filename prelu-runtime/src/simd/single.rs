//! One lane: the kernels of blocks, for a single sample.
//!
//! What costs most, convolutions and linear layers, has kernels of its own for a single sample, which use the wide
//! vectors along pixels or features; see [`Simd::wide`]. Of loops over elements the compiler makes vector code, for they
//! are compiled within the instruction set.

use super::{Kernel, Simd, Vector};

// SAFETY: a float is one, and aligned to its size.
unsafe impl Vector for f32 {
    const LANES: usize = 1;
}

/// An instruction set, one lane at a time.
#[derive(Clone, Copy)]
pub struct Single<S>(S);

impl<S: Simd> Single<S> {
    /// One lane of a set.
    pub const fn new(s: S) -> Self {
        Self(s)
    }
}

/// A kernel of the narrow set, as one of the wide.
struct Narrow<K>(K);

impl<S: Simd, K: Kernel<Single<S>>> Kernel<S> for Narrow<K> {
    type Output = K::Output;
    #[inline(always)]
    fn run(self, s: S) -> K::Output {
        self.0.run(Single(s))
    }
}

impl<S: Simd> Simd for Single<S> {
    type V = f32;
    type Mask = bool;
    type Wide = S;
    type Half = Self;
    const REGISTERS: usize = S::REGISTERS;
    const FUSED: bool = S::FUSED;

    #[inline(always)]
    fn wide(self) -> S {
        self.0
    }
    #[inline(always)]
    fn half(self) -> Self {
        self
    }
    #[inline(always)]
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output {
        self.0.call(Narrow(kernel))
    }
    #[inline(always)]
    fn splat(self, x: f32) -> f32 {
        x
    }
    #[inline(always)]
    fn add(self, a: f32, b: f32) -> f32 {
        a + b
    }
    #[inline(always)]
    fn sub(self, a: f32, b: f32) -> f32 {
        a - b
    }
    #[inline(always)]
    fn mul(self, a: f32, b: f32) -> f32 {
        a * b
    }
    #[inline(always)]
    fn div(self, a: f32, b: f32) -> f32 {
        a / b
    }
    #[inline(always)]
    fn fma(self, a: f32, b: f32, c: f32) -> f32 {
        self.0.fma_single(a, b, c)
    }
    #[inline(always)]
    fn fma_single(self, a: f32, b: f32, c: f32) -> f32 {
        self.0.fma_single(a, b, c)
    }
    #[inline(always)]
    fn max(self, a: f32, b: f32) -> f32 {
        if a > b { a } else { b }
    }
    #[inline(always)]
    fn min(self, a: f32, b: f32) -> f32 {
        if a < b { a } else { b }
    }
    #[inline(always)]
    fn gt(self, a: f32, b: f32) -> bool {
        a > b
    }
    #[inline(always)]
    fn gt_or_nan(self, a: f32, b: f32) -> bool {
        a > b || a.is_nan()
    }
    #[inline(always)]
    fn eq(self, a: f32, b: f32) -> bool {
        a == b
    }
    #[inline(always)]
    fn select(self, mask: bool, a: f32, b: f32) -> f32 {
        if mask { a } else { b }
    }
    #[inline(always)]
    fn sum(self, a: f32) -> f32 {
        a
    }
    #[inline(always)]
    fn pow2(self, n: f32) -> f32 {
        f32::from_bits(((n as i32 + 127) << 23) as u32)
    }
    #[inline(always)]
    fn exponent(self, a: f32) -> f32 {
        ((a.to_bits() >> 23) as i32 - 127) as f32
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [f32]) {
        assert!(rows.len() == 1, "a square of 1 row, not {}", rows.len());
    }
}
