//! SSE2, which every x86-64 processor has: the portable level there.

use core::arch::x86_64::*;

use super::rewrite::Write;
use super::{Kernel, Simd, Vector};

// SAFETY: `__m128` is four floats, aligned to 16 bytes.
unsafe impl Vector for __m128 {
    const LANES: usize = 4;
}

/// The token; every x86-64 processor has it.
#[derive(Clone, Copy)]
pub(crate) struct Sse2(());

impl Sse2 {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

/// Wraps an intrinsic of the architecture's baseline.
macro_rules! baseline {
    ($e:expr) => {{
        // SAFETY: SSE2 is part of the x86-64 baseline.
        #[allow(unused_unsafe)]
        unsafe {
            $e
        }
    }};
}

impl Simd for Sse2 {
    type V = __m128;
    type Mask = __m128;
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
    fn splat(self, x: f32) -> __m128 {
        baseline!(_mm_set1_ps(x))
    }
    #[inline(always)]
    fn add(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_add_ps(a, b))
    }
    #[inline(always)]
    fn sub(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_sub_ps(a, b))
    }
    #[inline(always)]
    fn mul(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_mul_ps(a, b))
    }
    #[inline(always)]
    fn div(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_div_ps(a, b))
    }
    #[inline(always)]
    fn fma(self, a: __m128, b: __m128, c: __m128) -> __m128 {
        baseline!(_mm_add_ps(_mm_mul_ps(a, b), c))
    }
    #[inline(always)]
    fn max(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_max_ps(a, b))
    }
    #[inline(always)]
    fn min(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_min_ps(a, b))
    }
    #[inline(always)]
    fn gt(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_cmpgt_ps(a, b))
    }
    #[inline(always)]
    fn gt_or_nan(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_or_ps(_mm_cmpgt_ps(a, b), _mm_cmpunord_ps(a, a)))
    }
    #[inline(always)]
    fn eq(self, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_cmpeq_ps(a, b))
    }
    #[inline(always)]
    fn select(self, mask: __m128, a: __m128, b: __m128) -> __m128 {
        baseline!(_mm_or_ps(_mm_and_ps(mask, a), _mm_andnot_ps(mask, b)))
    }
    #[inline(always)]
    fn sum(self, a: __m128) -> f32 {
        baseline!({
            let s = _mm_add_ps(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps::<1>(s, s)))
        })
    }
    #[inline(always)]
    fn pow2(self, n: __m128) -> __m128 {
        baseline!(_mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127)))))
    }
    #[inline(always)]
    fn exponent(self, a: __m128) -> __m128 {
        baseline!(_mm_cvtepi32_ps(_mm_sub_epi32(_mm_srli_epi32::<23>(_mm_castps_si128(a)), _mm_set1_epi32(127))))
    }
    #[inline(always)]
    fn prefetch(self, p: *const __m128) {
        baseline!(_mm_prefetch::<_MM_HINT_T0>(p.cast()))
    }
    #[inline(always)]
    fn unzip(self, a: __m128, b: __m128) -> [__m128; 2] {
        baseline!([_mm_shuffle_ps::<0b10_00_10_00>(a, b), _mm_shuffle_ps::<0b11_01_11_01>(a, b)])
    }
    #[inline(always)]
    fn zip(self, a: __m128, b: __m128) -> [__m128; 2] {
        baseline!([_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b)])
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [__m128]) {
        let [a, b, c, d] = rows else { panic!("a square of 4 rows, not {}", rows.len()) };
        baseline!(_MM_TRANSPOSE4_PS(a, b, c, d));
    }
}

/// Writes floats past the caches. What it wrote may be read when it has been dropped.
pub(super) struct PastCaches(());

impl PastCaches {
    pub(super) const fn new() -> Self {
        Self(())
    }
}

impl Write for PastCaches {
    /// A cache line, which is written as a whole.
    const ALIGN: usize = 64;

    fn write(&self, to: &mut [f32], from: &[f32]) {
        assert_eq!(to.len(), from.len());
        let (lines, rest) = to.as_chunks_mut::<16>();
        assert!(lines.is_empty() || lines.as_ptr().align_offset(Self::ALIGN) == 0);
        let (from_lines, from_rest) = from.as_chunks::<16>();
        for (to, from) in lines.iter_mut().zip(from_lines) {
            for (to, from) in to.as_chunks_mut::<4>().0.iter_mut().zip(from.as_chunks::<4>().0) {
                // SAFETY: both are four floats. `to` is aligned to 16 bytes, as its line is. The stores are fenced when
                // `self` is dropped, which its only users, in `rewrite`, do before they give back the floats they were lent.
                unsafe { _mm_stream_ps(to.as_mut_ptr(), _mm_loadu_ps(from.as_ptr())) };
            }
        }
        rest.copy_from_slice(from_rest);
    }
}

impl Drop for PastCaches {
    fn drop(&mut self) {
        baseline!(_mm_sfence());
    }
}
