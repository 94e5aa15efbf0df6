//! AVX2 with FMA: eight lanes, sixteen registers.

use core::arch::x86_64::*;

use super::{Kernel, Simd, Vector};

// SAFETY: `__m256` is eight floats, aligned to 32 bytes.
unsafe impl Vector for __m256 {
    const LANES: usize = 8;
}

/// The token: exists only where the processor has AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    /// # Safety
    /// The processor has AVX2 and FMA.
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

/// Wraps an intrinsic that the token stands for.
macro_rules! token {
    ($e:expr) => {{
        // SAFETY: `self` exists, so the processor has AVX2 and FMA.
        #[allow(unused_unsafe)]
        unsafe {
            $e
        }
    }};
}

impl Simd for Avx2 {
    type V = __m256;
    type Mask = __m256;
    type Wide = Self;
    type Half = Self;
    const REGISTERS: usize = 16;
    const FUSED: bool = true;

    #[inline(always)]
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx2,fma")]
        #[inline(never)]
        fn enter<K: Kernel<Avx2>>(s: Avx2, kernel: K) -> K::Output {
            kernel.run(s)
        }
        token!(enter(self, kernel))
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
        token!(_mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c))))
    }
    #[inline(always)]
    fn splat(self, x: f32) -> __m256 {
        token!(_mm256_set1_ps(x))
    }
    #[inline(always)]
    fn add(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_add_ps(a, b))
    }
    #[inline(always)]
    fn sub(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_sub_ps(a, b))
    }
    #[inline(always)]
    fn mul(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_mul_ps(a, b))
    }
    #[inline(always)]
    fn div(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_div_ps(a, b))
    }
    #[inline(always)]
    fn fma(self, a: __m256, b: __m256, c: __m256) -> __m256 {
        token!(_mm256_fmadd_ps(a, b, c))
    }
    #[inline(always)]
    fn max(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_max_ps(a, b))
    }
    #[inline(always)]
    fn min(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_min_ps(a, b))
    }
    #[inline(always)]
    fn gt(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_cmp_ps::<_CMP_GT_OQ>(a, b))
    }
    #[inline(always)]
    fn gt_or_nan(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_or_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(a, b), _mm256_cmp_ps::<_CMP_UNORD_Q>(a, a)))
    }
    #[inline(always)]
    fn eq(self, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_cmp_ps::<_CMP_EQ_OQ>(a, b))
    }
    #[inline(always)]
    fn select(self, mask: __m256, a: __m256, b: __m256) -> __m256 {
        token!(_mm256_blendv_ps(b, a, mask))
    }
    #[inline(always)]
    fn sum(self, a: __m256) -> f32 {
        token!({
            let s = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let s = _mm_add_ps(s, _mm_movehl_ps(s, s));
            _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps::<1>(s, s)))
        })
    }
    #[inline(always)]
    fn pow2(self, n: __m256) -> __m256 {
        token!(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_add_epi32(
            _mm256_cvtps_epi32(n),
            _mm256_set1_epi32(127)
        ))))
    }
    #[inline(always)]
    fn exponent(self, a: __m256) -> __m256 {
        token!(_mm256_cvtepi32_ps(_mm256_sub_epi32(
            _mm256_srli_epi32::<23>(_mm256_castps_si256(a)),
            _mm256_set1_epi32(127)
        )))
    }
    #[inline(always)]
    fn prefetch(self, p: *const __m256) {
        token!(_mm_prefetch::<_MM_HINT_T0>(p.cast()))
    }
    #[inline(always)]
    fn unzip(self, a: __m256, b: __m256) -> [__m256; 2] {
        token!({
            // Within halves first, then the quarters are put in order.
            let order = |v| _mm256_castpd_ps(_mm256_permute4x64_pd::<0b11_01_10_00>(_mm256_castps_pd(v)));
            [order(_mm256_shuffle_ps::<0b10_00_10_00>(a, b)), order(_mm256_shuffle_ps::<0b11_01_11_01>(a, b))]
        })
    }
    #[inline(always)]
    fn zip(self, a: __m256, b: __m256) -> [__m256; 2] {
        token!({
            // Within halves first, then the halves are put in order.
            let (low, high) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
            [_mm256_permute2f128_ps::<0x20>(low, high), _mm256_permute2f128_ps::<0x31>(low, high)]
        })
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [__m256]) {
        let rows: &mut [__m256; 8] = rows.try_into().expect("a square of 8 rows");
        token!({
            let mut t = *rows;
            for i in 0..4 {
                t[2 * i] = _mm256_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
                t[2 * i + 1] = _mm256_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
            }
            let mut u = t;
            for i in 0..2 {
                let q = 4 * i;
                u[q] = _mm256_shuffle_ps::<0x44>(t[q], t[q + 2]);
                u[q + 1] = _mm256_shuffle_ps::<0xee>(t[q], t[q + 2]);
                u[q + 2] = _mm256_shuffle_ps::<0x44>(t[q + 1], t[q + 3]);
                u[q + 3] = _mm256_shuffle_ps::<0xee>(t[q + 1], t[q + 3]);
            }
            for i in 0..4 {
                rows[i] = _mm256_permute2f128_ps::<0x20>(u[i], u[i + 4]);
                rows[i + 4] = _mm256_permute2f128_ps::<0x31>(u[i], u[i + 4]);
            }
        });
    }
}
