//! `batch_norm(eps = 1e-5, momentum = 0.1)`: of each channel, or of each feature.

use quote::quote;

use super::{Arguments, Backward, Fusible, Gain, Init, Layer, Operation, Parameters, Tensor};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["eps", "momentum"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let (eps, momentum) = (arguments.float("eps", 1e-5)?, arguments.float("momentum", 0.1)?);
    norm_eps(arguments, eps)?;
    if !(0.0..=1.0).contains(&momentum) {
        let help = "it is the weight of the newest batch in the running statistics: from 0 to 1, such as `momentum = 0.1`";
        arguments.wrong("momentum", format!("`momentum = {momentum}` is out of range"), "", help);
        return None;
    }
    let (channels, pixels) = (input.channels(), input.pixels());
    let tensor = |name, value, learned| Tensor {
        name,
        shape: vec![channels],
        init: if learned { Init::Constant(value) } else { Init::Running { value, momentum } },
        decays: false,
    };
    let (eps, weight) = (eps as f32, momentum as f32);
    Some(Layer {
        output: input.clone(),
        parameters: Some(Parameters::Own {
            kind: quote!(BatchNorm<#channels>),
            tensors: vec![
                tensor("weight", 1.0, true),
                tensor("bias", 0.0, true),
                tensor("running_mean", 0.0, false),
                tensor("running_var", 1.0, false),
            ],
        }),
        macs: 0,
        operations: vec![Operation {
            parameters: true,
            in_place: false,
            sums: 2 * channels,
            least_batch: if pixels == 1 { 2 } else { 1 },
            backward: Backward::Coupled,
            fusible: Fusible::Norm,
            gain: Gain::Through,
            ..Operation::pointwise("batch_norm", quote!(batch_norm::Shape { pixels: #pixels, eps: #eps }), input.elements())
        }],
        formula: quote!(BatchNorm { eps: #eps, momentum: #weight }),
    })
}

/// Reports an eps that is not small, or not above zero.
pub(super) fn norm_eps(arguments: &mut Arguments<'_>, eps: f64) -> Option<()> {
    if eps > 1.0 {
        // Other libraries want the number of channels.
        let help = "the number of channels is that of the input, and is not given; `eps` is as small as 1e-5";
        arguments.wrong("eps", format!("`eps = {eps}` is not small"), "", help);
        return None;
    }
    if (eps as f32) <= 0.0 {
        let help = "it is added to the variance, so that nothing is divided by zero: `eps = 1e-5`";
        arguments.wrong("eps", format!("`eps = {eps}` is not above zero"), "", help);
        return None;
    }
    Some(())
}
