//! `global_max_pool`

use quote::quote;

use super::{Arguments, Layer, Operation, window};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let image @ [channels, height, width] = arguments.image(input)?;
    let whole = [height, width];
    let operation = Operation {
        constant: window::geometry(image, [channels, 1, 1], whole, whole, [0, 0]),
        saved: channels,
        ..window::pooling("global_max_pool", channels)
    };
    Some(Layer::plain(Shape(vec![channels]), operation, quote!(GlobalMaxPool)))
}
