//! `global_avg_pool`

use quote::quote;

use super::{Arguments, Constant, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let [channels, ..] = arguments.image(input)?;
    let pixels = input.pixels();
    let operation = Operation {
        constant: Constant::Value(quote!(global_avg_pool::GlobalAvgPool { pixels: #pixels })),
        ..super::window::pooling("global_avg_pool", channels)
    };
    Some(Layer::plain(Shape(vec![channels]), operation, quote!(GlobalAvgPool)))
}
