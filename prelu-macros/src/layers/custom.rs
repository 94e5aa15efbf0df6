//! `custom(path::Type, parameters = 0, init = 0) -> shape`: a layer of the user's own, by the trait `CustomLayer`.

use quote::quote;
use syn::{Expr, ExprPath};

use super::{Arguments, Backward, Constant, Gain, Init, Layer, Operation, Parameters, Tensor};
use crate::shape::Shape;
use crate::syntax::text;

pub(super) const ARGUMENTS: &[&str] = &["layer", "parameters", "init"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let path = arguments.path("a type that implements `CustomLayer`, such as `custom(my::Layer) -> [16, 8, 8]`");
    let parameters = arguments.least("parameters", 0, 0);
    let init = arguments.float("init", 0.0);
    let stated = arguments.stated();
    let (path, parameters, init, output) = (path?, parameters?, init?, stated?);
    arguments.fits(&[parameters])?;
    let [x, y] = [input, &output].map(Shape::array);
    let name = text(&Expr::Path(ExprPath { attrs: Vec::new(), qself: None, path: path.clone() }));
    let operation = Operation::pointwise("custom", quote!(), output.elements());
    Some(Layer {
        output,
        // Also where there are none, so that all calls are alike.
        parameters: Some(Parameters::Own {
            kind: quote!(Custom<#parameters>),
            tensors: vec![Tensor {
                name: "weight",
                shape: vec![parameters],
                init: Init::Constant(init),
                decays: false,
            }],
        }),
        macs: 0,
        operations: vec![Operation {
            parameters: true,
            in_place: false,
            backward: Backward::Apart { reads_x: true },
            gain: Gain::Square(1.0),
            constant: Constant::Custom { path, arguments: quote!(#x, #y, #parameters) },
            ..operation
        }],
        formula: quote!(Custom { layer: #name }),
    })
}
