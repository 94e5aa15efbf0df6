//! `leaky_relu(slope = 0.01)`

use quote::quote;

use super::{Arguments, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["slope"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let slope = arguments.float("slope", 0.01)? as f32;
    let layer = quote!(leaky_relu::LeakyRelu { slope: #slope });
    Some(Layer::plain(input.clone(), Operation::pointwise("leaky_relu", layer, input.elements())))
}
