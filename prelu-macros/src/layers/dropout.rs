//! `dropout(rate = 0.5)`

use quote::quote;

use super::{Arguments, Backward, Constant, Gain, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["rate"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    masked("dropout", arguments, input, 1)
}

/// Dropout of runs of elements that share a fate.
pub(super) fn masked(
    module: &'static str,
    arguments: &mut Arguments<'_>,
    input: &Shape,
    run: usize,
) -> Option<Layer> {
    let rate = arguments.float("rate", 0.5)?;
    if !(0.0..1.0).contains(&rate) {
        let help = "the rate is the probability of zero: at least 0 and below 1, such as 0.5";
        arguments.wrong("rate", format!("`rate = {rate}` is out of range"), "", help);
        return None;
    }
    let rate = rate as f32;
    let operation = Operation {
        module,
        constant: Constant::Value(quote!(dropout::Dropout { rate: #rate, run: #run })),
        output: input.elements(),
        parameters: false,
        in_place: true,
        training_only: true,
        draws: true,
        saved: input.elements() / run,
        sums: 0,
        least_batch: 1,
        backward: Backward::InPlace { reads_x: false },
        calibrates: false,
        gain: Gain::Through,
    };
    Some(Layer::plain(input.clone(), operation))
}
