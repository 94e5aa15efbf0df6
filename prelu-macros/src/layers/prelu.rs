//! `prelu(mode = shared | per_channel | per_element, init = 0.25 | from_data, tie = name)`

use quote::quote;

use super::{Arguments, Backward, Constant, Fusible, Gain, Init, Layer, Operation, Parameters, Tensor};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["mode", "init", "tie"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let mode = arguments.word("mode", &["shared", "per_channel", "per_element"]);
    let init = arguments.value("init");
    let tie = arguments.name("tie");
    let shape = match mode?.as_deref() {
        None | Some("shared") => vec![1],
        Some("per_channel") => vec![input.channels()],
        _ => input.0.clone(),
    };
    let slopes: usize = shape.iter().product();
    let init = match init? {
        None => Init::Constant(0.25),
        Some(word) if word.is_word("from_data") => {
            Init::FromData { inputs_per_slope: input.elements() / slopes }
        }
        Some(value) => match value.number().filter(|value| (*value as f32).is_finite()) {
            Some(value) => Init::Constant(value),
            None => {
                let what = format!("`init = {value}` is not a slope");
                arguments.wrong("init", what, "", "`init = 0.25` or `init = from_data`");
                return None;
            }
        },
    };
    let calibrates = matches!(init, Init::FromData { .. });
    let parameters = match tie? {
        Some(name) => {
            if arguments.given("init") {
                arguments.wrong("init", "tied slopes have the init of the layer they are tied to", "", "remove `init`");
                return None;
            }
            Parameters::Tied(arguments.tie(&name, &shape)?)
        }
        None => {
            let nested = shape.iter().rev().fold(quote!(f32), |inner, &n| quote!([#inner; #n]));
            Parameters::Own {
                kind: quote!(Prelu<#nested>),
                tensors: vec![Tensor { name: "weight", shape, init, decays: false }],
            }
        }
    };
    // Slopes that are set from data begin near 0.25.
    let slope = if let Init::Constant(slope) = init { slope } else { 0.25 };
    let operation = Operation {
        constant: Constant::None,
        parameters: true,
        calibrates,
        fusible: if slopes == 1 || slopes == input.channels() { Fusible::Leak } else { Fusible::No },
        backward: Backward::InPlace { reads_x: true },
        gain: Gain::of_slope(slope),
        ..Operation::pointwise("prelu", quote!(), input.elements())
    };
    let tie = match &parameters {
        Parameters::Tied(owner) => {
            let owner = owner.to_string();
            quote!(Some(#owner))
        }
        Parameters::Own { .. } => quote!(None),
    };
    Some(Layer {
        output: input.clone(),
        parameters: Some(parameters),
        macs: 0,
        operations: vec![operation],
        formula: quote!(Prelu { tie: #tie }),
    })
}
