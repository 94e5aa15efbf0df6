//! NEON, which every aarch64 processor with floats has: four lanes, thirty-two registers.

use core::arch::aarch64::*;

use super::{Kernel, Simd, Vector};

// SAFETY: `float32x4_t` is four floats, aligned to 16 bytes.
unsafe impl Vector for float32x4_t {
    const LANES: usize = 4;
}

/// The token; every processor that this is compiled for has it.
#[derive(Clone, Copy)]
pub(crate) struct Neon(());

impl Neon {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

/// Wraps an intrinsic of the target's baseline.
macro_rules! baseline {
    ($e:expr) => {{
        // SAFETY: the module exists only for targets whose baseline has NEON.
        #[allow(unused_unsafe)]
        unsafe {
            $e
        }
    }};
}

impl Simd for Neon {
    type V = float32x4_t;
    type Mask = uint32x4_t;
    type Wide = Self;
    type Half = Self;
    const REGISTERS: usize = 32;
    const FUSED: bool = true;

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
        baseline!(vfmas_lane_f32::<0>(c, a, vdup_n_f32(b)))
    }
    #[inline(always)]
    fn splat(self, x: f32) -> float32x4_t {
        baseline!(vdupq_n_f32(x))
    }
    #[inline(always)]
    fn add(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        baseline!(vaddq_f32(a, b))
    }
    #[inline(always)]
    fn sub(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        baseline!(vsubq_f32(a, b))
    }
    #[inline(always)]
    fn mul(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        baseline!(vmulq_f32(a, b))
    }
    #[inline(always)]
    fn div(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        baseline!(vdivq_f32(a, b))
    }
    #[inline(always)]
    fn fma(self, a: float32x4_t, b: float32x4_t, c: float32x4_t) -> float32x4_t {
        baseline!(vfmaq_f32(c, a, b))
    }
    // The instruction for the larger of two gives NaN where either is.
    #[inline(always)]
    fn max(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        self.select(self.gt(a, b), a, b)
    }
    #[inline(always)]
    fn min(self, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        self.select(self.gt(b, a), a, b)
    }
    #[inline(always)]
    fn gt(self, a: float32x4_t, b: float32x4_t) -> uint32x4_t {
        baseline!(vcgtq_f32(a, b))
    }
    #[inline(always)]
    fn gt_or_nan(self, a: float32x4_t, b: float32x4_t) -> uint32x4_t {
        baseline!(vorrq_u32(vcgtq_f32(a, b), vmvnq_u32(vceqq_f32(a, a))))
    }
    #[inline(always)]
    fn eq(self, a: float32x4_t, b: float32x4_t) -> uint32x4_t {
        baseline!(vceqq_f32(a, b))
    }
    #[inline(always)]
    fn select(self, mask: uint32x4_t, a: float32x4_t, b: float32x4_t) -> float32x4_t {
        baseline!(vbslq_f32(mask, a, b))
    }
    #[inline(always)]
    fn sum(self, a: float32x4_t) -> f32 {
        baseline!(vpadds_f32(vadd_f32(vget_low_f32(a), vget_high_f32(a))))
    }
    #[inline(always)]
    fn pow2(self, n: float32x4_t) -> float32x4_t {
        baseline!(vreinterpretq_f32_s32(vshlq_n_s32::<23>(vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127)))))
    }
    #[inline(always)]
    fn exponent(self, a: float32x4_t) -> float32x4_t {
        baseline!(vcvtq_f32_s32(vsubq_s32(vshrq_n_s32::<23>(vreinterpretq_s32_f32(a)), vdupq_n_s32(127))))
    }
    #[inline(always)]
    fn unzip(self, a: float32x4_t, b: float32x4_t) -> [float32x4_t; 2] {
        baseline!([vuzp1q_f32(a, b), vuzp2q_f32(a, b)])
    }
    #[inline(always)]
    fn zip(self, a: float32x4_t, b: float32x4_t) -> [float32x4_t; 2] {
        baseline!([vzip1q_f32(a, b), vzip2q_f32(a, b)])
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [float32x4_t]) {
        let [a, b, c, d] = rows else { panic!("a square of 4 rows, not {}", rows.len()) };
        baseline!({
            // Squares of two floats each, then the squares themselves.
            let pairs = |v| vreinterpretq_f64_f32(v);
            let [ab, ab_odd] = [pairs(vtrn1q_f32(*a, *b)), pairs(vtrn2q_f32(*a, *b))];
            let [cd, cd_odd] = [pairs(vtrn1q_f32(*c, *d)), pairs(vtrn2q_f32(*c, *d))];
            *a = vreinterpretq_f32_f64(vtrn1q_f64(ab, cd));
            *b = vreinterpretq_f32_f64(vtrn1q_f64(ab_odd, cd_odd));
            *c = vreinterpretq_f32_f64(vtrn2q_f64(ab, cd));
            *d = vreinterpretq_f32_f64(vtrn2q_f64(ab_odd, cd_odd));
        });
    }
    #[inline(always)]
    unsafe fn load_halves(self, low: *const f32, high: *const f32) -> float32x4_t {
        // SAFETY: the target has the instructions; two floats can be read at each address.
        unsafe { vcombine_f32(vld1_f32(low), vld1_f32(high)) }
    }
}
