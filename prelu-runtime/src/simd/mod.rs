//! The vector trait, one file per instruction set, and the choice between them at run time.
//!
//! Every kernel is written once, generic over [`Simd`]. A value of a `Simd` type is a token: it exists only where the
//! processor has the instructions, so its methods are safe to call. Kernels are `#[inline(always)]` and enter the
//! instruction set through [`Simd::call`], which owns the only `#[target_feature]` functions of the crate.
//!
//! Beside them: what is asked of the processor but its instruction sets, and writing what other cores read.

// Kernel code for x86-64 may be built without vector registers.
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod avx2;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod avx512;
mod level;
#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod neon;
#[cfg(any(test, not(all(target_arch = "x86_64", target_feature = "sse2"))))]
#[cfg_attr(not(feature = "std"), allow(dead_code))]
mod portable;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod processor;
mod rewrite;
#[cfg(all(target_family = "wasm", target_feature = "simd128"))]
mod simd128;
mod single;
#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod sse2;

pub use level::{Level, LevelError, Program, dispatch};
pub(crate) use rewrite::{PIECE, rewrite};
pub use rewrite::{copies_pay, copy_for_others};
pub use single::Single;

/// The widest vector of any level on this kind of processor, in lanes: what a scratch must be sized and aligned for.
pub const MAX_LANES: usize = if cfg!(target_arch = "x86_64") { 16 } else { 4 };

/// A vector of `f32` lanes.
///
/// # Safety
/// The type is a plain array of [`LANES`](Self::LANES) `f32`, without padding, valid for any bits, and its alignment is
/// its size.
pub unsafe trait Vector: Copy + Send + Sync + 'static {
    /// Number of lanes, a power of two.
    const LANES: usize;
}

/// Code that runs inside an instruction set; see [`Simd::call`].
///
/// Implementations mark `run` as `#[inline(always)]`.
pub trait Kernel<S: Simd> {
    /// What the code gives back.
    type Output;
    /// Runs it.
    fn run(self, s: S) -> Self::Output;
}

/// An instruction set: operations on vectors of `f32`, lane by lane unless stated.
pub trait Simd: Copy + Send + Sync + 'static {
    /// The vector.
    type V: Vector;
    /// What a comparison gives.
    type Mask: Copy;
    /// The instruction set with all its lanes: itself, but for a [`Single`] lane of another.
    type Wide: Simd;
    /// The instruction set with half the lanes, if this one has it too; else itself.
    type Half: Simd;
    /// Lanes of a vector: the samples of a block.
    const LANES: usize = <Self::V as Vector>::LANES;
    /// Vector registers, which bound the size of a register tile.
    const REGISTERS: usize;
    /// Whether [`fma`](Self::fma) rounds once.
    const FUSED: bool;

    /// Runs a kernel compiled for this instruction set, as a function of its own.
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output;

    /// See [`Wide`](Self::Wide).
    fn wide(self) -> Self::Wide;

    /// See [`Half`](Self::Half).
    fn half(self) -> Self::Half;

    /// Whether this processor computes two halves as fast as a vector.
    #[inline(always)]
    fn halves_pay(self) -> bool {
        false
    }

    /// All lanes `x`.
    fn splat(self, x: f32) -> Self::V;
    /// a + b
    fn add(self, a: Self::V, b: Self::V) -> Self::V;
    /// a − b
    fn sub(self, a: Self::V, b: Self::V) -> Self::V;
    /// a · b
    fn mul(self, a: Self::V, b: Self::V) -> Self::V;
    /// a / b
    fn div(self, a: Self::V, b: Self::V) -> Self::V;
    /// a · b + c, rounded once where the instruction set can; see [`FUSED`](Self::FUSED).
    fn fma(self, a: Self::V, b: Self::V, c: Self::V) -> Self::V;
    /// [`fma`](Self::fma) of single floats.
    fn fma_single(self, a: f32, b: f32, c: f32) -> f32;
    /// a > b ? a : b; so `b` where either is NaN.
    fn max(self, a: Self::V, b: Self::V) -> Self::V;
    /// a < b ? a : b; so `b` where either is NaN.
    fn min(self, a: Self::V, b: Self::V) -> Self::V;
    /// a > b; false where either is NaN.
    fn gt(self, a: Self::V, b: Self::V) -> Self::Mask;
    /// a > b, or a is NaN: whether a comes to be the largest after b.
    fn gt_or_nan(self, a: Self::V, b: Self::V) -> Self::Mask;
    /// a = b; false where either is NaN.
    fn eq(self, a: Self::V, b: Self::V) -> Self::Mask;
    /// mask ? a : b
    fn select(self, mask: Self::Mask, a: Self::V, b: Self::V) -> Self::V;
    /// The sum of the lanes, halves added to halves: the order is a function of the number of lanes alone.
    fn sum(self, a: Self::V) -> f32;
    /// 2ⁿ for lanes that hold whole numbers from −126 to 127.
    fn pow2(self, n: Self::V) -> Self::V;
    /// ⌊log₂ a⌋ for lanes that are positive and normal.
    fn exponent(self, a: Self::V) -> Self::V;
    /// Asks for memory to be brought near, wherever it is: a hint, which has no effect on what is computed.
    #[inline(always)]
    fn prefetch(self, _p: *const Self::V) {}
    /// The lanes of a, then those of b, at even places and at odd places.
    #[inline(always)]
    fn unzip(self, a: Self::V, b: Self::V) -> [Self::V; 2] {
        let (all, mut parts) = ([a, b], [a, b]);
        for (i, part) in lanes_mut(&mut parts).iter_mut().enumerate() {
            *part = lanes(&all)[i % Self::LANES * 2 + i / Self::LANES];
        }
        parts
    }
    /// The lanes of a and b in turn: the inverse of [`unzip`](Self::unzip).
    #[inline(always)]
    fn zip(self, a: Self::V, b: Self::V) -> [Self::V; 2] {
        let (parts, mut all) = ([a, b], [a, b]);
        for (i, lane) in lanes_mut(&mut all).iter_mut().enumerate() {
            *lane = lanes(&parts)[i % 2 * Self::LANES + i / 2];
        }
        all
    }
    /// The lanes of five vectors, one after the other, dealt to five in turn.
    #[inline(always)]
    fn deal(self, x: [Self::V; 5]) -> [Self::V; 5] {
        let mut hands = x;
        for (i, &lane) in lanes(&x).iter().enumerate() {
            lanes_mut(&mut hands)[i % 5 * Self::LANES + i / 5] = lane;
        }
        hands
    }
    /// A vector of the lanes of a, then those of b, from lane `from` of a on; `from` is at most `LANES`.
    #[inline(always)]
    fn shift(self, a: Self::V, b: Self::V, from: usize) -> Self::V {
        let (all, mut part) = ([a, b], [a]);
        lanes_mut(&mut part).copy_from_slice(&lanes(&all)[from..from + Self::LANES]);
        part[0]
    }
    /// Transposes the square of `LANES` rows.
    ///
    /// # Panics
    /// If there are not exactly `LANES` rows.
    fn transpose(self, rows: &mut [Self::V]);

    /// Reads a vector from any address.
    ///
    /// # Safety
    /// `LANES` floats can be read at `p`.
    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> Self::V {
        // SAFETY: by the contract above; the read is unaligned, and a vector is valid for any bits.
        unsafe { p.cast::<Self::V>().read_unaligned() }
    }

    /// Reads the lower half of the lanes from one address, the upper half from another.
    ///
    /// # Safety
    /// `LANES / 2` floats can be read at each.
    #[inline(always)]
    unsafe fn load_halves(self, low: *const f32, high: *const f32) -> Self::V {
        let mut v = [self.splat(0.0)];
        let (half, lanes) = (Self::LANES / 2, lanes_mut(&mut v));
        // SAFETY: by the contract above; the halves are as long.
        unsafe {
            lanes[..half].copy_from_slice(core::slice::from_raw_parts(low, half));
            lanes[half..].copy_from_slice(core::slice::from_raw_parts(high, half));
        }
        v[0]
    }

    /// The vector `v` with some lanes, a bit each, read from memory: those of the vector at `p`, of which no others need
    /// exist.
    ///
    /// # Safety
    /// The floats of these lanes can be read, and are lanes of a vector.
    #[inline(always)]
    unsafe fn load_lanes(self, v: Self::V, p: *const f32, which: u32) -> Self::V {
        let mut all = [v];
        for (i, lane) in lanes_mut(&mut all).iter_mut().enumerate() {
            if which >> i & 1 == 1 {
                // SAFETY: by the contract above.
                *lane = unsafe { *p.wrapping_add(i) };
            }
        }
        all[0]
    }

    /// Writes a vector to any address.
    ///
    /// # Safety
    /// `LANES` floats can be written at `p`.
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: Self::V) {
        // SAFETY: by the contract above; the write is unaligned.
        unsafe { p.cast::<Self::V>().write_unaligned(v) }
    }
}

/// The lanes of vectors, one vector after the other.
#[inline(always)]
pub fn lanes<V: Vector>(x: &[V]) -> &[f32] {
    // SAFETY: a `Vector` is `LANES` plain floats without padding.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len() * V::LANES) }
}

/// The lanes of vectors, to be written.
#[inline(always)]
pub fn lanes_mut<V: Vector>(x: &mut [V]) -> &mut [f32] {
    // SAFETY: a `Vector` is `LANES` plain floats without padding, valid for any bits.
    unsafe { core::slice::from_raw_parts_mut(x.as_mut_ptr().cast(), x.len() * V::LANES) }
}

/// Floats as vectors of one lane.
///
/// # Panics
/// If a vector has more.
#[inline(always)]
pub fn single_lanes<V: Vector>(x: &[f32]) -> &[V] {
    assert!(V::LANES == 1);
    // SAFETY: a `Vector` of one lane is a plain float, valid for any bits.
    unsafe { core::slice::from_raw_parts(x.as_ptr().cast(), x.len()) }
}

/// The whole vectors within floats, from the first on that is aligned to one.
#[inline(always)]
pub fn vectors_within<V: Vector>(x: &mut [f32]) -> &mut [V] {
    // SAFETY: a `Vector` is `LANES` plain floats without padding, valid for any bits.
    unsafe { x.align_to_mut().1 }
}

#[cfg(test)]
mod tests;
