//! `elu(alpha = 1.0)`

use quote::quote;

use super::{Arguments, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["alpha"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let alpha = arguments.float("alpha", 1.0)? as f32;
    let layer = quote!(elu::Elu { alpha: #alpha });
    let operation = Operation::pointwise("elu", layer, input.elements());
    Some(Layer::plain(input.clone(), operation, quote!(Elu { alpha: #alpha })))
}
