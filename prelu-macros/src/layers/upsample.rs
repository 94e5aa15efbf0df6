//! `upsample(factor)`: by the nearest neighbour.

use quote::quote;

use super::{Arguments, Layer, Operation, window};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["factor"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let factor = arguments.required_pair("factor", "how many times larger the image becomes, such as `upsample(2)`");
    let image @ [channels, height, width] = arguments.image(input)?;
    let factor @ [tall, wide] = factor?;
    let output = [channels, height.saturating_mul(tall), width.saturating_mul(wide)];
    arguments.fits(&output)?;
    let output_shape = input.with_image(output);
    let operation = Operation {
        // Pooling the output gives the input.
        constant: window::geometry(output, image, factor, factor, [0, 0]),
        ..window::pooling("upsample", output_shape.elements())
    };
    Some(Layer::plain(output_shape, operation, quote!(Upsample { factor: [#tall, #wide] })))
}
