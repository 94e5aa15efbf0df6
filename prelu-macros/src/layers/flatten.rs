//! `flatten`: a change of shape alone; the memory stays as it is.

use quote::quote;

use super::{Arguments, Layer};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    Some(Layer { output: Shape(vec![input.elements()]), parameters: None, macs: 0, operations: Vec::new(), formula: quote!(Flatten) })
}
