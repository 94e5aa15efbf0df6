//! AVX-512: sixteen lanes, thirty-two registers.

use core::arch::x86_64::*;

use super::avx2::Avx2;
use super::processor::zen4;
use super::{Kernel, Simd, Vector};

// SAFETY: `__m512` is sixteen floats, aligned to 64 bytes.
unsafe impl Vector for __m512 {
    const LANES: usize = 16;
}

/// The token: exists only where the processor has AVX-512 F, BW, DQ and VL, AVX2 and FMA.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    /// # Safety
    /// The processor has AVX-512 F, BW, DQ and VL, AVX2 and FMA.
    pub(super) const unsafe fn new() -> Self {
        Self(())
    }
}

/// Wraps an intrinsic that the token stands for.
macro_rules! token {
    ($e:expr) => {{
        // SAFETY: `self` exists, so the processor has AVX-512 F, BW, DQ and VL, AVX2 and FMA.
        #[allow(unused_unsafe)]
        unsafe {
            $e
        }
    }};
}

impl Simd for Avx512 {
    type V = __m512;
    type Mask = __mmask16;
    type Wide = Self;
    type Half = Avx2;
    const REGISTERS: usize = 32;
    const FUSED: bool = true;

    #[inline(always)]
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
        #[inline(never)]
        fn enter<K: Kernel<Avx512>>(s: Avx512, kernel: K) -> K::Output {
            kernel.run(s)
        }
        token!(enter(self, kernel))
    }
    #[inline(always)]
    fn wide(self) -> Self {
        self
    }
    #[inline(always)]
    fn half(self) -> Avx2 {
        token!(Avx2::new())
    }
    #[inline(always)]
    fn halves_pay(self) -> bool {
        zen4()
    }
    #[inline(always)]
    fn fma_single(self, a: f32, b: f32, c: f32) -> f32 {
        token!(_mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c))))
    }
    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        token!(_mm512_set1_ps(x))
    }
    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_add_ps(a, b))
    }
    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_sub_ps(a, b))
    }
    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_mul_ps(a, b))
    }
    #[inline(always)]
    fn div(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_div_ps(a, b))
    }
    #[inline(always)]
    fn fma(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        token!(_mm512_fmadd_ps(a, b, c))
    }
    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_max_ps(a, b))
    }
    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_min_ps(a, b))
    }
    #[inline(always)]
    fn gt(self, a: __m512, b: __m512) -> __mmask16 {
        token!(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b))
    }
    #[inline(always)]
    fn gt_or_nan(self, a: __m512, b: __m512) -> __mmask16 {
        token!(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b) | _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(a, a))
    }
    #[inline(always)]
    fn eq(self, a: __m512, b: __m512) -> __mmask16 {
        token!(_mm512_cmp_ps_mask::<_CMP_EQ_OQ>(a, b))
    }
    #[inline(always)]
    fn select(self, mask: __mmask16, a: __m512, b: __m512) -> __m512 {
        token!(_mm512_mask_blend_ps(mask, b, a))
    }
    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        token!({
            let s = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let s = _mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps::<1>(s));
            let s = _mm_add_ps(s, _mm_movehl_ps(s, s));
            _mm_cvtss_f32(_mm_add_ss(s, _mm_shuffle_ps::<1>(s, s)))
        })
    }
    #[inline(always)]
    fn pow2(self, n: __m512) -> __m512 {
        token!(_mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_add_epi32(
            _mm512_cvtps_epi32(n),
            _mm512_set1_epi32(127)
        ))))
    }
    #[inline(always)]
    fn exponent(self, a: __m512) -> __m512 {
        token!(_mm512_cvtepi32_ps(_mm512_sub_epi32(
            _mm512_srli_epi32::<23>(_mm512_castps_si512(a)),
            _mm512_set1_epi32(127)
        )))
    }
    #[inline(always)]
    fn prefetch(self, p: *const __m512) {
        token!(_mm_prefetch::<_MM_HINT_T0>(p.cast()))
    }
    #[inline(always)]
    fn shift(self, a: __m512, b: __m512, from: usize) -> __m512 {
        token!({
            let first = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            _mm512_permutex2var_ps(a, _mm512_add_epi32(first, _mm512_set1_epi32(from as i32)), b)
        })
    }
    #[inline(always)]
    fn unzip(self, a: __m512, b: __m512) -> [__m512; 2] {
        token!({
            let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            let odd = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
            [_mm512_permutex2var_ps(a, even, b), _mm512_permutex2var_ps(a, odd, b)]
        })
    }
    #[inline(always)]
    fn zip(self, a: __m512, b: __m512) -> [__m512; 2] {
        token!({
            let low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            let high = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
            [_mm512_permutex2var_ps(a, low, b), _mm512_permutex2var_ps(a, high, b)]
        })
    }
    #[inline(always)]
    fn deal(self, x: [__m512; 5]) -> [__m512; 5] {
        /// The lanes of a hand that come from the third vector or one behind it, and from the last.
        const fn behind(first: usize) -> [__mmask16; 2] {
            let (mut masks, mut lane) = ([0, 0], 0);
            while lane < 16 {
                let from = (first + 5 * lane) / 16;
                masks[0] |= if from >= 2 { 1 << lane } else { 0 };
                masks[1] |= if from == 4 { 1 << lane } else { 0 };
                lane += 1;
            }
            masks
        }
        const BEHIND: [[__mmask16; 2]; 5] = [behind(0), behind(1), behind(2), behind(3), behind(4)];
        let mut hands = x;
        for (first, hand) in hands.iter_mut().enumerate() {
            *hand = token!({
                // Of two vectors, or one, an index has the lanes: what it has above is ignored.
                let zero = _mm512_setr_epi32(0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75);
                let index = _mm512_add_epi32(zero, _mm512_set1_epi32(first as i32));
                let (low, high) =
                    (_mm512_permutex2var_ps(x[0], index, x[1]), _mm512_permutex2var_ps(x[2], index, x[3]));
                let [behind, last] = BEHIND[first];
                _mm512_mask_permutexvar_ps(_mm512_mask_blend_ps(behind, low, high), last, index, x[4])
            });
        }
        hands
    }
    #[inline(always)]
    fn transpose(self, rows: &mut [__m512]) {
        let rows: &mut [__m512; 16] = rows.try_into().expect("a square of 16 rows");
        token!({
            // Pairs of rows, pairs of pairs, then 128-bit quarters twice: each step doubles the run of a column.
            let mut t = *rows;
            for i in 0..8 {
                t[2 * i] = _mm512_unpacklo_ps(rows[2 * i], rows[2 * i + 1]);
                t[2 * i + 1] = _mm512_unpackhi_ps(rows[2 * i], rows[2 * i + 1]);
            }
            let mut u = t;
            for i in 0..4 {
                let q = 4 * i;
                u[q] = _mm512_shuffle_ps::<0x44>(t[q], t[q + 2]);
                u[q + 1] = _mm512_shuffle_ps::<0xee>(t[q], t[q + 2]);
                u[q + 2] = _mm512_shuffle_ps::<0x44>(t[q + 1], t[q + 3]);
                u[q + 3] = _mm512_shuffle_ps::<0xee>(t[q + 1], t[q + 3]);
            }
            for i in 0..4 {
                t[i] = _mm512_shuffle_f32x4::<0x88>(u[i], u[i + 4]);
                t[i + 4] = _mm512_shuffle_f32x4::<0xdd>(u[i], u[i + 4]);
                t[i + 8] = _mm512_shuffle_f32x4::<0x88>(u[i + 8], u[i + 12]);
                t[i + 12] = _mm512_shuffle_f32x4::<0xdd>(u[i + 8], u[i + 12]);
            }
            for i in 0..8 {
                rows[i] = _mm512_shuffle_f32x4::<0x88>(t[i], t[i + 8]);
                rows[i + 8] = _mm512_shuffle_f32x4::<0xdd>(t[i], t[i + 8]);
            }
        });
    }
    #[inline(always)]
    unsafe fn load_halves(self, low: *const f32, high: *const f32) -> __m512 {
        // SAFETY: the token shows that the processor has the instructions; eight floats can be read at each address.
        unsafe {
            let low = _mm512_castpd256_pd512(_mm256_castps_pd(_mm256_loadu_ps(low)));
            let high = _mm256_castps_pd(_mm256_loadu_ps(high));
            _mm512_castpd_ps(_mm512_insertf64x4::<1>(low, high))
        }
    }
    #[inline(always)]
    unsafe fn load_lanes(self, v: __m512, p: *const f32, which: u32) -> __m512 {
        // SAFETY: by the contract above; lanes that are not read cause no fault. `self` proves the instructions.
        unsafe { _mm512_mask_loadu_ps(v, which as u16, p) }
    }
}
