//! Plain arrays of floats, nested to any depth.

/// A value that is nothing but `f32`s: a float, an array of tensors, or a layer's parameters.
///
/// # Safety
/// The type is [`LEN`](Self::LEN) floats in a row, without padding and without any other content, aligned as `f32` is,
/// and valid for any bits.
pub unsafe trait Tensor: Sized + Send + Sync + 'static {
    /// How many floats.
    const LEN: usize = size_of::<Self>() / size_of::<f32>();

    /// The floats in memory order.
    #[inline(always)]
    fn floats(&self) -> &[f32] {
        // SAFETY: by the trait's contract the value is `LEN` floats.
        unsafe { core::slice::from_raw_parts((&raw const *self).cast(), Self::LEN) }
    }

    /// The floats in memory order, to be written.
    #[inline(always)]
    fn floats_mut(&mut self) -> &mut [f32] {
        // SAFETY: by the trait's contract the value is `LEN` floats, valid for any bits.
        unsafe { core::slice::from_raw_parts_mut((&raw mut *self).cast(), Self::LEN) }
    }

    /// Floats as a tensor, by reference; `None` where there are not exactly [`LEN`](Self::LEN).
    #[inline]
    fn from_slice(floats: &[f32]) -> Option<&Self> {
        // SAFETY: the length is right, and by the trait's contract layout and alignment are those of the floats.
        (floats.len() == Self::LEN).then(|| unsafe { &*floats.as_ptr().cast() })
    }

    /// Floats as a tensor to be written; `None` unless there are exactly [`LEN`](Self::LEN).
    #[inline]
    fn from_slice_mut(floats: &mut [f32]) -> Option<&mut Self> {
        // SAFETY: as for `from_slice`; the floats are borrowed mutably, and a tensor is valid for any bits.
        (floats.len() == Self::LEN).then(|| unsafe { &mut *floats.as_mut_ptr().cast() })
    }
}

// SAFETY: it is one.
unsafe impl Tensor for f32 {}

// SAFETY: an array has no padding between its elements.
unsafe impl<T: Tensor, const N: usize> Tensor for [T; N] {}

/// Tensors of zeros, made in place on the heap.
#[cfg(feature = "alloc")]
pub fn zeroed_vec<T: Tensor>(count: usize) -> alloc::vec::Vec<T> {
    let mut tensors = alloc::vec::Vec::with_capacity(count);
    // SAFETY: the capacity is reserved; after the zeros are written the elements are initialised, for a tensor is valid
    // for any bits.
    unsafe {
        core::ptr::write_bytes::<T>(tensors.as_mut_ptr(), 0, count);
        tensors.set_len(count);
    }
    tensors
}
