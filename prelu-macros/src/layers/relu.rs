//! `relu`

use quote::quote;

use super::{Arguments, Fusible, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let operation = Operation::pointwise("relu", quote!(relu::Relu), input.elements());
    Some(Layer::plain(input.clone(), Operation { fusible: Fusible::Leak, ..operation }, quote!(Relu)))
}
