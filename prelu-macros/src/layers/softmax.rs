//! `softmax`: over the first dimension.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Arguments, Backward, Gain, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &[];

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    Some(normalise("softmax", quote!(softmax::Softmax), input, quote!(Softmax)))
}

/// A layer that normalises the channels of each pixel, and whose gradient is a function of its output.
pub(super) fn normalise(module: &'static str, layer: TokenStream, input: &Shape, formula: TokenStream) -> Layer {
    let pixels = input.pixels();
    let operation = Operation {
        saved: input.elements(),
        backward: Backward::InPlace { reads_x: false },
        gain: Gain::Square(1.0),
        ..Operation::pointwise(module, quote!(#layer { pixels: #pixels }), input.elements())
    };
    Layer::plain(input.clone(), operation, formula)
}
