//! Four lanes in plain Rust, for processors without a file of their own. Gives the same bits as `sse2`.

use super::{Kernel, Simd, Vector};

/// Four floats.
#[derive(Clone, Copy)]
#[repr(C, align(16))]
pub(crate) struct F32x4([f32; 4]);

// SAFETY: `repr(C)` over an array of four floats, aligned to its size.
unsafe impl Vector for F32x4 {
    const LANES: usize = 4;
}

/// The token; every processor has it.
#[derive(Clone, Copy)]
pub(crate) struct Portable(());

impl Portable {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

#[inline(always)]
fn each(f: impl Fn(usize) -> f32) -> F32x4 {
    F32x4([f(0), f(1), f(2), f(3)])
}

impl Simd for Portable {
    type V = F32x4;
    type Mask = [bool; 4];
    type Wide = Self;
    type Half = Self;
    const REGISTERS: usize = 16;
    const FUSED: bool = false;

    #[inline(never)]
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output {
        kernel.run(self)
    }
    #[inline(always)]
    fn wide(self) -> Self {
        self
    }
    #[inline(always)]
    fn half(self) -> Self {
        self
    }
    #[inline(always)]
    fn fma_single(self, a: f32, b: f32, c: f32) -> f32 {
        a * b + c
    }
    #[inline(always)]
    fn splat(self, x: f32) -> F32x4 {
        F32x4([x; 4])
    }
    #[inline(always)]
    fn add(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| a.0[i] + b.0[i])
    }
    #[inline(always)]
    fn sub(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| a.0[i] - b.0[i])
    }
    #[inline(always)]
    fn mul(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| a.0[i] * b.0[i])
    }
    #[inline(always)]
    fn div(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| a.0[i] / b.0[i])
    }
    #[inline(always)]
    fn fma(self, a: F32x4, b: F32x4, c: F32x4) -> F32x4 {
        each(|i| a.0[i] * b.0[i] + c.0[i])
    }
    #[inline(always)]
    fn max(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| if a.0[i] > b.0[i] { a.0[i] } else { b.0[i] })
    }
    #[inline(always)]
    fn min(self, a: F32x4, b: F32x4) -> F32x4 {
        each(|i| if a.0[i] < b.0[i] { a.0[i] } else { b.0[i] })
    }
    #[inline(always)]
    fn gt(self, a: F32x4, b: F32x4) -> [bool; 4] {
        core::array::from_fn(|i| a.0[i] > b.0[i])
    }
    #[inline(always)]
    fn gt_or_nan(self, a: F32x4, b: F32x4) -> [bool; 4] {
        core::array::from_fn(|i| a.0[i] > b.0[i] || a.0[i].is_nan())
    }
    #[inline(always)]
    fn eq(self, a: F32x4, b: F32x4) -> [bool; 4] {
        core::array::from_fn(|i| a.0[i] == b.0[i])
    }
    #[inline(always)]
    fn select(self, mask: [bool; 4], a: F32x4, b: F32x4) -> F32x4 {
        each(|i| if mask[i] { a.0[i] } else { b.0[i] })
    }
    #[inline(always)]
    fn sum(self, a: F32x4) -> f32 {
        (a.0[0] + a.0[2]) + (a.0[1] + a.0[3])
    }
    #[inline(always)]
    fn pow2(self, n: F32x4) -> F32x4 {
        each(|i| f32::from_bits(((n.0[i] as i32 + 127) << 23) as u32))
    }
    #[inline(always)]
    fn exponent(self, a: F32x4) -> F32x4 {
        each(|i| ((a.0[i].to_bits() >> 23) as i32 - 127) as f32)
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [F32x4]) {
        let [a, b, c, d] = rows else { panic!("a square of 4 rows, not {}", rows.len()) };
        let m = [a.0, b.0, c.0, d.0];
        *a = each(|i| m[i][0]);
        *b = each(|i| m[i][1]);
        *c = each(|i| m[i][2]);
        *d = each(|i| m[i][3]);
    }
}
