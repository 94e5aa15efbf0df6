//! WebAssembly's vectors of 128 bits: four lanes. Gives the same bits as `portable`.
//!
//! A module is validated as a whole, so a program has them or not when it is built: `-C target-feature=+simd128`.

#[cfg(target_arch = "wasm32")]
use core::arch::wasm32::*;
#[cfg(target_arch = "wasm64")]
use core::arch::wasm64::*;

use super::{Kernel, Simd, Vector};

// SAFETY: `v128` is sixteen bytes for any four floats, aligned to 16 bytes.
unsafe impl Vector for v128 {
    const LANES: usize = 4;
}

/// The token; a module that was built with the instructions runs only where they are.
#[derive(Clone, Copy)]
pub(crate) struct Simd128(());

impl Simd128 {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

impl Simd for Simd128 {
    type V = v128;
    type Mask = v128;
    type Wide = Self;
    type Half = Self;
    /// An engine on x86-64 has sixteen, and does not say where it runs.
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
    fn splat(self, x: f32) -> v128 {
        f32x4_splat(x)
    }
    #[inline(always)]
    fn add(self, a: v128, b: v128) -> v128 {
        f32x4_add(a, b)
    }
    #[inline(always)]
    fn sub(self, a: v128, b: v128) -> v128 {
        f32x4_sub(a, b)
    }
    #[inline(always)]
    fn mul(self, a: v128, b: v128) -> v128 {
        f32x4_mul(a, b)
    }
    #[inline(always)]
    fn div(self, a: v128, b: v128) -> v128 {
        f32x4_div(a, b)
    }
    #[inline(always)]
    fn fma(self, a: v128, b: v128, c: v128) -> v128 {
        f32x4_add(f32x4_mul(a, b), c)
    }
    // `pmax(a, b)` is a < b ? b : a.
    #[inline(always)]
    fn max(self, a: v128, b: v128) -> v128 {
        f32x4_pmax(b, a)
    }
    // `pmin(a, b)` is b < a ? b : a.
    #[inline(always)]
    fn min(self, a: v128, b: v128) -> v128 {
        f32x4_pmin(b, a)
    }
    #[inline(always)]
    fn gt(self, a: v128, b: v128) -> v128 {
        f32x4_gt(a, b)
    }
    #[inline(always)]
    fn gt_or_nan(self, a: v128, b: v128) -> v128 {
        v128_or(f32x4_gt(a, b), f32x4_ne(a, a))
    }
    #[inline(always)]
    fn eq(self, a: v128, b: v128) -> v128 {
        f32x4_eq(a, b)
    }
    #[inline(always)]
    fn select(self, mask: v128, a: v128, b: v128) -> v128 {
        v128_bitselect(a, b, mask)
    }
    #[inline(always)]
    fn sum(self, a: v128) -> f32 {
        let s = f32x4_add(a, i32x4_shuffle::<2, 3, 2, 3>(a, a));
        f32x4_extract_lane::<0>(s) + f32x4_extract_lane::<1>(s)
    }
    #[inline(always)]
    fn pow2(self, n: v128) -> v128 {
        i32x4_shl(i32x4_add(i32x4_trunc_sat_f32x4(n), i32x4_splat(127)), 23)
    }
    #[inline(always)]
    fn exponent(self, a: v128) -> v128 {
        f32x4_convert_i32x4(i32x4_sub(u32x4_shr(a, 23), i32x4_splat(127)))
    }
    #[inline(always)]
    fn unzip(self, a: v128, b: v128) -> [v128; 2] {
        [i32x4_shuffle::<0, 2, 4, 6>(a, b), i32x4_shuffle::<1, 3, 5, 7>(a, b)]
    }
    #[inline(always)]
    fn zip(self, a: v128, b: v128) -> [v128; 2] {
        [i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b)]
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [v128]) {
        let [a, b, c, d] = rows else { panic!("a square of 4 rows, not {}", rows.len()) };
        let [ab, ab_high] = [i32x4_shuffle::<0, 4, 1, 5>(*a, *b), i32x4_shuffle::<2, 6, 3, 7>(*a, *b)];
        let [cd, cd_high] = [i32x4_shuffle::<0, 4, 1, 5>(*c, *d), i32x4_shuffle::<2, 6, 3, 7>(*c, *d)];
        *a = i32x4_shuffle::<0, 1, 4, 5>(ab, cd);
        *b = i32x4_shuffle::<2, 3, 6, 7>(ab, cd);
        *c = i32x4_shuffle::<0, 1, 4, 5>(ab_high, cd_high);
        *d = i32x4_shuffle::<2, 3, 6, 7>(ab_high, cd_high);
    }
    #[inline(always)]
    unsafe fn load_halves(self, low: *const f32, high: *const f32) -> v128 {
        // SAFETY: two floats can be read at each address; neither need be aligned to more than that.
        unsafe { v128_load64_lane::<1>(v128_load64_zero(low.cast()), high.cast()) }
    }
}
