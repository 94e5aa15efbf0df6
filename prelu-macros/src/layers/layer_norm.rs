//! `layer_norm(eps = 1e-5)`: over the whole shape of a sample.

use quote::quote;

use super::batch_norm::norm_eps;
use super::{Arguments, Gain, Init, Layer, Operation, Parameters, Tensor};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["eps"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let eps = arguments.float("eps", 1e-5)?;
    norm_eps(arguments, eps)?;
    let eps = eps as f32;
    let nested = input.0.iter().rev().fold(quote!(f32), |inner, &n| quote!([#inner; #n]));
    let tensor =
        |name, value| Tensor { name, shape: input.0.clone(), init: Init::Constant(value), decays: false };
    let operation = Operation {
        parameters: true,
        // Mean and deviation.
        saved: 2,
        gain: Gain::Through,
        ..Operation::pointwise("layer_norm", quote!(layer_norm::Norm { eps: #eps }), input.elements())
    };
    Some(Layer {
        output: input.clone(),
        parameters: Some(Parameters::Own {
            kind: quote!(LayerNorm<#nested>),
            tensors: vec![tensor("weight", 1.0), tensor("bias", 0.0)],
        }),
        macs: 0,
        operations: vec![operation],
        formula: quote!(LayerNorm { eps: #eps }),
    })
}
