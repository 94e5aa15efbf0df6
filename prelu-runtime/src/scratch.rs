//! The working memory of a net: allocated once, or static, and used again for every call.

use crate::simd::{Level, MAX_LANES, Vector};

/// As many floats as the widest vector has, aligned as it is.
#[derive(Clone, Copy)]
#[cfg_attr(target_arch = "x86_64", repr(C, align(64)))]
#[cfg_attr(not(target_arch = "x86_64"), repr(C, align(16)))]
pub struct Line([f32; MAX_LANES]);

impl Line {
    /// Zeros.
    pub const ZERO: Line = Line([0.0; MAX_LANES]);
}

/// Memory for one net's `predict`: `LINES` lines, and the instruction set to use them with.
pub struct Scratch<const LINES: usize> {
    pub(crate) level: Level,
    pub(crate) lines: [Line; LINES],
}

impl<const LINES: usize> Scratch<LINES> {
    /// A scratch for a level; may initialise a static.
    pub const fn new(level: Level) -> Self {
        Self { level, lines: [Line::ZERO; LINES] }
    }

    /// A scratch on the heap, made in place.
    #[cfg(feature = "alloc")]
    pub fn boxed(level: Level) -> alloc::boxed::Box<Self> {
        let layout = core::alloc::Layout::new::<Self>();
        // SAFETY: the layout's size is not zero, for a level is a byte at least; the lines are valid for any bits, and
        // the level is written before the box exists.
        unsafe {
            let p: *mut Self = alloc::alloc::alloc_zeroed(layout).cast();
            if p.is_null() {
                alloc::alloc::handle_alloc_error(layout);
            }
            (&raw mut (*p).level).write(level);
            alloc::boxed::Box::from_raw(p)
        }
    }

    /// The instruction set.
    pub const fn level(&self) -> Level {
        self.level
    }
}

/// Outputs of more bytes are returned by reference into the scratch: by value they would overflow small stacks.
pub const MAX_RETURNED_BYTES: usize = 64 << 10;

/// Floats of an output that the scratch keeps: all of them if the output is larger than [`MAX_RETURNED_BYTES`], else none.
pub const fn kept_output(floats: usize) -> usize {
    if floats > MAX_RETURNED_BYTES / size_of::<f32>() { floats } else { 0 }
}

/// The lines that this many floats take.
pub const fn lines(floats: usize) -> usize {
    floats.div_ceil(MAX_LANES)
}

/// The floats in lines, one for each lane.
#[inline(always)]
pub fn floats(lines: &mut [Line]) -> &mut [f32] {
    // SAFETY: a line is `MAX_LANES` floats without padding.
    unsafe { core::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len() * MAX_LANES) }
}

/// The lines in bytes: all that are whole and aligned.
pub fn lines_of_bytes(bytes: &mut [u8]) -> &mut [Line] {
    // SAFETY: lines and bytes are both valid for any bits, and a line has no padding.
    unsafe { bytes.align_to_mut().1 }
}

/// The vectors in lines: as many as there are lines.
#[inline(always)]
pub fn vectors<V: Vector>(lines: &mut [Line]) -> &mut [V] {
    const { assert!(V::LANES <= MAX_LANES && align_of::<V>() <= align_of::<Line>()) };
    // SAFETY: a vector is no larger than a line and aligned no more strictly; both are valid for any bits.
    unsafe { core::slice::from_raw_parts_mut(lines.as_mut_ptr().cast(), lines.len()) }
}

/// The temporary of an operation: for a single sample its own, for a block that which all share.
#[inline(always)]
pub fn temporary<'a, V: Vector>(single: &'a mut [V], block: &'a mut [V]) -> &'a mut [V] {
    if V::LANES == 1 { single } else { block }
}

/// The largest of some lengths.
pub const fn largest(lengths: &[usize]) -> usize {
    let (mut most, mut i) = (0, 0);
    while i < lengths.len() {
        most = if lengths[i] > most { lengths[i] } else { most };
        i += 1;
    }
    most
}

/// Cuts memory into buffers of the given lengths, one after the other.
///
/// # Panics
/// If the memory is too short; the expansion sizes it with the same lengths.
#[inline(always)]
pub fn split<V, const N: usize>(mut memory: &mut [V], lengths: [usize; N]) -> [&mut [V]; N] {
    lengths.map(|length| {
        let (buffer, rest) = core::mem::take(&mut memory).split_at_mut(length);
        memory = rest;
        buffer
    })
}
