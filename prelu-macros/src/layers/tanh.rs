//! `tanh`

use quote::quote;

use super::{Arguments, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    Some(Layer::plain(input.clone(), Operation::pointwise("tanh", quote!(tanh::Tanh), input.elements())))
}
