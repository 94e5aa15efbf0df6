//! Memory of an optimiser: its own, or lent by a program that has no allocator.

use core::ops::{Deref, DerefMut};

/// A row of numbers.
#[derive(Debug)]
pub(super) enum Row<T: 'static> {
    #[cfg(feature = "alloc")]
    Owned(alloc::vec::Vec<T>),
    Lent(&'static mut [T]),
}

impl<T> Row<T> {
    pub(super) const fn empty() -> Self {
        Self::Lent(&mut [])
    }
}

impl<T> Deref for Row<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match self {
            #[cfg(feature = "alloc")]
            Self::Owned(row) => row,
            Self::Lent(row) => row,
        }
    }
}

impl<T> DerefMut for Row<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            #[cfg(feature = "alloc")]
            Self::Owned(row) => row,
            Self::Lent(row) => row,
        }
    }
}

/// A copy has memory of its own.
#[cfg(feature = "alloc")]
impl<T: Clone> Clone for Row<T> {
    fn clone(&self) -> Self {
        Self::Owned(self.to_vec())
    }
}

impl<T: PartialEq> PartialEq for Row<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}
