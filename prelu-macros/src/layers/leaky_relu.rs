//! `leaky_relu(slope = 0.01)`

use quote::quote;

use super::{Arguments, Fusible, Gain, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["slope"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let slope = arguments.float("slope", 0.01)? as f32;
    let layer = quote!(leaky_relu::LeakyRelu { slope: #slope });
    let operation = Operation::pointwise("leaky_relu", layer, input.elements());
    let operation = Operation { gain: Gain::of_slope(slope.into()), fusible: Fusible::Leak, ..operation };
    Some(Layer::plain(input.clone(), operation, quote!(LeakyRelu { slope: #slope })))
}
