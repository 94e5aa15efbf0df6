//! `sigmoid`

use quote::quote;

use super::{Arguments, Gain, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let operation = Operation::pointwise("sigmoid", quote!(sigmoid::Sigmoid), input.elements());
    Some(Layer::plain(input.clone(), Operation { gain: Gain::Square(1.0), ..operation }, quote!(Sigmoid)))
}
