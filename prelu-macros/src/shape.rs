//! Static shapes: sizes per sample, channels first.

use std::fmt;

use proc_macro2::TokenStream;
use quote::quote;

/// `[C, H, W]`, `[C, T]` or `[F]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Shape(pub(crate) Vec<usize>);

impl Shape {
    /// How many elements; `None` where it overflows.
    pub(crate) fn checked_elements(&self) -> Option<usize> {
        self.0.iter().try_fold(1usize, |n, &d| n.checked_mul(d))
    }

    /// How many elements. Shapes are checked not to overflow when they are made.
    pub(crate) fn elements(&self) -> usize {
        self.0.iter().product()
    }

    /// The type of a nested array.
    pub(crate) fn array(&self) -> TokenStream {
        self.0.iter().rev().fold(quote!(f32), |inner, n| quote!([#inner; #n]))
    }

    /// Channels: the first size.
    pub(crate) fn channels(&self) -> usize {
        self.0[0]
    }

    /// Pixels of a channel.
    pub(crate) fn pixels(&self) -> usize {
        self.0[1..].iter().product()
    }

    /// The sizes of an image; a line, `[C, T]`, is one of one row.
    pub(crate) fn image(&self) -> Option<[usize; 3]> {
        match self.0[..] {
            [channels, height, width] => Some([channels, height, width]),
            [channels, time] => Some([channels, 1, time]),
            _ => None,
        }
    }

    /// An image as a shape of as many sizes as this one, from which it was made.
    pub(crate) fn with_image(&self, [channels, height, width]: [usize; 3]) -> Self {
        match self.0.len() {
            2 => Self(vec![channels, width]),
            _ => Self(vec![channels, height, width]),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
