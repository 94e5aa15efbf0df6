//! `maxout(out, pieces, …)`: dense, or convolutional where `kernel` and conv's other arguments are given.

use quote::quote;

use super::{Arguments, Backward, Constant, Gain, Layer, Operation, conv, linear};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] =
    &["out", "pieces", "kernel", "stride", "padding", "dilation", "groups", "bias", "init"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let units = arguments.required("out", "units of the output, such as `maxout(50, pieces = 2)`");
    let pieces = arguments.required("pieces", "affine maps for each unit, such as `pieces = 2`");
    let maps = units.zip(pieces).and_then(|(units, pieces)| match units.checked_mul(pieces) {
        Some(maps) => Some(maps),
        None => {
            arguments.wrong("pieces", format!("{units} units of {pieces} pieces are too many"), "", "make it smaller");
            None
        }
    });
    let mut layer = if arguments.given("kernel") {
        conv::affine(arguments, input, maps)?
    } else {
        for name in ["stride", "padding", "dilation", "groups"] {
            if arguments.given(name) {
                arguments.wrong(name, format!("`{name}` is for a convolutional maxout"), "", "give `kernel` too, or remove it");
                return None;
            }
        }
        linear::affine(arguments, input, maps)?
    };
    let (units, pieces) = (units?, pieces?);
    layer.output.0[0] = units;
    let maps = layer.formula;
    layer.formula = quote!(Maxout { pieces: #pieces, of: &formula::Formula::#maps });
    let (pixels, output) = (layer.output.pixels(), layer.output.elements());
    layer.operations.push(Operation {
        module: "maxout",
        constant: Constant::Value(quote!(maxout::Pieces { pieces: #pieces, pixels: #pixels })),
        output,
        parameters: false,
        in_place: false,
        training_only: false,
        draws: false,
        saved: output,
        temporary: None,
        sums: 0,
        least_batch: 1,
        backward: Backward::Apart { reads_x: false },
        activation: None,
        fusible: super::Fusible::No,
        calibrates: false,
        gain: Gain::Square(1.0),
    });
    Some(layer)
}
