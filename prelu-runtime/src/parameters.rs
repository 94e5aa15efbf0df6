//! A net's parameters: the struct that `network!` declares, seen as one flat slice, made and copied on the heap.
//!
//! The expansion contains no `unsafe`, so nothing here may trust it. Two facts carry the module:
//! - a copy of the constant [`ZEROED`](Parameters::ZEROED) is always a valid net, however it is made;
//! - a net whose every byte is covered by the floats of its own [`Tensor`](crate::Tensor)s is a row of floats. The
//!   addresses are compared on each view; they are constants, so the comparison costs nothing.

use core::cell::UnsafeCell;

/// A struct of layers' parameters, `repr(C)`, all `f32`. Implemented by `network!`.
pub trait Parameters: Sized + Send + Sync + 'static {
    /// All parameters zero.
    const ZEROED: Self;

    /// A copy of [`ZEROED`](Self::ZEROED) in static memory, which costs nothing in the file.
    fn prototype() -> &'static Prototype<Self>;

    /// Calls `each` with the floats of every layer, in memory order.
    fn visit<'a>(&'a self, each: impl FnMut(&'a [f32]));

    /// Calls `each` with the floats of every layer, in memory order.
    fn visit_mut<'a>(&'a mut self, each: impl FnMut(&'a mut [f32]));

    /// All parameters in declaration order, layer by layer.
    ///
    /// # Panics
    /// Never, for a net declared with `network!`.
    #[inline]
    fn floats(&self) -> &[f32] {
        let start: *const f32 = (&raw const *self).cast();
        let mut row = Row { start, len: 0, whole: true };
        self.visit(|floats| row.push(floats.as_ptr(), floats.len()));
        row.check::<Self>();
        if row.len == 0 {
            // A net without parameters may lie anywhere, also where no float may.
            return &[];
        }
        // SAFETY: the row covers every byte of `self` with initialised floats, borrowed as long as `self`.
        unsafe { core::slice::from_raw_parts(start, row.len) }
    }

    /// All parameters in declaration order, layer by layer, to be written.
    ///
    /// # Panics
    /// Never, for a net declared with `network!`.
    #[inline]
    fn floats_mut(&mut self) -> &mut [f32] {
        let this = &raw mut *self;
        let start: *mut f32 = this.cast();
        let mut row = Row { start, len: 0, whole: true };
        // SAFETY: `this` comes from a unique reference, which is not used again.
        unsafe { &mut *this }.visit_mut(|floats| row.push(floats.as_ptr(), floats.len()));
        row.check::<Self>();
        if row.len == 0 {
            return &mut [];
        }
        // SAFETY: the row covers every byte of `self` with floats that may be written, borrowed as long as `self`.
        unsafe { core::slice::from_raw_parts_mut(start, row.len) }
    }

    /// A net of zeros on the heap, made in place.
    #[cfg(feature = "alloc")]
    fn zeroed_box() -> alloc::boxed::Box<Self> {
        let layout = core::alloc::Layout::new::<Self>();
        // SAFETY: nothing is allocated for a net without parameters, else the layout's size is not zero; the block fits
        // `Self`, and the prototype is a copy of a constant, of which one more copy is as valid as the constant itself.
        // No value of `Self` is named here: in an unoptimised build it would have a place on the stack.
        unsafe {
            let p: *mut Self = match layout.size() {
                0 => core::ptr::NonNull::dangling().as_ptr(),
                _ => alloc::alloc::alloc(layout).cast(),
            };
            if p.is_null() {
                alloc::alloc::handle_alloc_error(layout);
            }
            core::ptr::copy_nonoverlapping(Self::prototype().0.get(), p, 1);
            alloc::boxed::Box::from_raw(p)
        }
    }

    /// A copy on the heap, made in place.
    #[cfg(feature = "alloc")]
    fn clone_box(&self) -> alloc::boxed::Box<Self> {
        let mut copy = Self::zeroed_box();
        copy.floats_mut().copy_from_slice(self.floats());
        copy
    }
}

/// The run of memory that the visited floats have covered so far.
struct Row {
    start: *const f32,
    len: usize,
    whole: bool,
}

impl Row {
    #[inline(always)]
    fn push(&mut self, floats: *const f32, len: usize) {
        self.whole &= len == 0 || core::ptr::eq(floats, self.start.wrapping_add(self.len));
        self.len += len;
    }

    #[inline(always)]
    fn check<T>(&self) {
        assert!(self.whole && self.len * size_of::<f32>() == size_of::<T>(), "the parameters are not a row of floats");
    }
}

/// A constant net in static memory that the linker need not store: it counts as mutable, though nothing writes it.
pub struct Prototype<T>(UnsafeCell<T>);

// SAFETY: it is only ever read.
unsafe impl<T: Sync> Sync for Prototype<T> {}

impl<T: Parameters> Prototype<T> {
    /// A copy of [`Parameters::ZEROED`].
    #[expect(clippy::new_without_default, reason = "it is for statics alone")]
    pub const fn new() -> Self {
        Self(UnsafeCell::new(T::ZEROED))
    }
}
