//! Register tiles of backward from the winners alone.

use super::{Forward, Geometry, Of, Tiles, halves, sparse};
use crate::simd::Simd;

/// `U` rows × `V` columns of the kernel; the `R` rows that are left get a smaller one.
pub struct Winners<const U: usize, const R: usize, const V: usize>;

impl<F: Forward, const U: usize, const R: usize, const V: usize> Tiles for (F, Winners<U, R, V>) {
    type Forward = F;
    const TAPS: [usize; 2] = [U, V];

    #[inline(always)]
    unsafe fn sparse_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]) {
        const { assert!(R == Of::<G>::KERNEL[0] % U && V == Of::<G>::KERNEL[1]) };
        for first in (0..S::LANES).step_by(const { Of::<G>::group(S::LANES, S::REGISTERS) }) {
            for k in 0..Of::<G>::vectors(S::LANES) {
                for o in 0..Of::<G>::OUTPUTS {
                    let mut u = 0;
                    while u + U <= Of::<G>::KERNEL[0] {
                        // SAFETY: by the contract above; samples, vector, channel and kernel rows exist.
                        unsafe { sparse::weight_tile::<S, G, U, V>(s, x, d, winners, dw, first, k, o, u) };
                        u += U;
                    }
                    if R > 0 {
                        // SAFETY: as above; R rows are left.
                        unsafe { sparse::weight_tile::<S, G, R, V>(s, x, d, winners, dw, first, k, o, u) };
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn sparse_input<S: Simd, G: Geometry>(s: S, w: &[S::V], d: &[S::V], owners: &[S::V], dx: &mut [S::V]) {
        for k in 0..Of::<G>::vectors(S::LANES) {
            for sample in 0..S::LANES {
                let mut u = 0;
                while u + U <= Of::<G>::KERNEL[0] {
                    // SAFETY: by the contract above; vector, sample and kernel rows exist.
                    unsafe { sparse::input_tile::<S, G, U, V>(s, w, d, owners, dx, k, sample, u) };
                    u += U;
                }
                if R > 0 {
                    // SAFETY: as above; R rows are left.
                    unsafe { sparse::input_tile::<S, G, R, V>(s, w, d, owners, dx, k, sample, u) };
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn halved_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]) {
        assert!([U, V] == Of::<G>::KERNEL);
        let [halves, group] = const { [Of::<G>::halves(S::LANES), Of::<G>::halved_group(S::LANES)] };
        for first in (0..S::LANES).step_by(group) {
            for o in 0..Of::<G>::OUTPUTS {
                // SAFETY: by the contract above; samples, channel and half vectors exist, and the tile is the kernel.
                unsafe {
                    halves::weight_tile::<S, G, U, V, true>(s, x, d, winners, dw, first, o, 0);
                    for k in 1..halves {
                        halves::weight_tile::<S, G, U, V, false>(s, x, d, winners, dw, first, o, k);
                    }
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn halved_input<S: Simd, G: Geometry>(
        s: S,
        w: &[S::V],
        d: &[S::V],
        owners: &[S::V],
        dx: &mut [S::V],
        carried: &mut [S::V],
    ) {
        assert!([U, V] == Of::<G>::KERNEL);
        let halves = const { Of::<G>::halves(S::LANES) };
        for (sample, dx) in dx.chunks_exact_mut(const { Of::<G>::halved(S::LANES) }).enumerate() {
            // SAFETY: by the contract above; sample and half vectors exist, and the tile is the kernel.
            unsafe {
                halves::input_tile::<S, G, U, V, true>(s, w, d, owners, dx, carried, sample, 0);
                for k in 1..halves {
                    halves::input_tile::<S, G, U, V, false>(s, w, d, owners, dx, carried, sample, k);
                }
            }
        }
    }
}
