//! `softplus`

use quote::quote;

use super::{Arguments, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let operation = Operation::pointwise("softplus", quote!(softplus::Softplus), input.elements());
    Some(Layer::plain(input.clone(), operation, quote!(Softplus)))
}
