//! `identity`: nothing at all, for a branch of its own.

use quote::quote;

use super::{Arguments, Layer};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    Some(Layer { output: input.clone(), parameters: None, macs: 0, operations: Vec::new(), formula: quote!(Identity) })
}
