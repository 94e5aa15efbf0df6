//! The names that an expansion of `network!` uses. Each of its blocks imports them all, and so hides what the program
//! calls the same.
//!
//! Types and modules here begin with a small letter, but for `None` and `Some`: a net that is called like one of them is
//! known in the blocks by another name, which the macro gives it.

pub use crate::kernels::pack;
pub use crate::scratch::split;
pub use crate::{baked, formula, layers, simd, summary};
pub use core::option::Option::{None, Some};
pub use core::primitive::*;

/// Functions called like the expansion's variables: a variable may hide a function, but not a constant of the program's.
macro_rules! variables {
    ($($name:ident)*) => { $(pub const fn $name() {})* };
}

variables! {
    block bytes counts each f gradient loss memory optimizer other parameters path phase s samples scratch seed sums
    targets temporary workspace x xs y ys
    b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11 b12 b13 b14 b15 b16 b17 b18 b19 b20 b21 b22 b23 b24 b25 b26 b27 b28 b29 b30 b31
    b32 b33 b34 b35 b36 b37 b38 b39 b40 b41 b42 b43 b44 b45 b46 b47 b48 b49 b50 b51 b52 b53 b54 b55 b56 b57 b58 b59 b60
    b61 b62 b63
}
