//! `dropout(rate = 0.5)`

use proc_macro2::TokenStream;
use quote::quote;

use super::{Arguments, Backward, Gain, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["rate"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let rate = rate(arguments)?;
    let formula = formula(quote!(Dropout), rate);
    Some(Layer::plain(input.clone(), masked("dropout", input, 1, rate, zeroed(rate)), formula))
}

/// The probability of being dropped.
pub(super) fn rate(arguments: &mut Arguments<'_>) -> Option<f64> {
    let rate = arguments.float("rate", 0.5)?;
    if !(0.0..1.0).contains(&(rate as f32)) {
        let help = "the rate is the probability of being dropped: at least 0 and below 1, such as 0.5";
        arguments.wrong("rate", format!("`rate = {rate}` is out of range"), "", help);
        return None;
    }
    Some(rate)
}

/// What becomes of elements: those that are kept are mapped to scale·x + shift, those that are not to a value.
pub(super) struct Fate {
    pub(super) scale: f32,
    pub(super) shift: f32,
    pub(super) dropped: f32,
}

/// Zero, and the rest scaled to keep the mean.
pub(super) fn zeroed(rate: f64) -> Fate {
    Fate { scale: 1.0 / (1.0 - rate as f32), shift: 0.0, dropped: 0.0 }
}

/// Dropout of runs of elements that share a fate.
pub(super) fn masked(module: &'static str, input: &Shape, run: usize, rate: f64, fate: Fate) -> Operation {
    let (rate, Fate { scale, shift, dropped }) = (rate as f32, fate);
    let layer = quote!(dropout::Dropout { rate: #rate, run: #run, scale: #scale, shift: #shift, dropped: #dropped });
    Operation {
        training_only: true,
        draws: true,
        saved: input.elements() / run,
        backward: Backward::InPlace { reads_x: false },
        gain: Gain::Through,
        ..Operation::pointwise(module, layer, input.elements())
    }
}

/// The formula of a kind of dropout.
pub(super) fn formula(kind: TokenStream, rate: f64) -> TokenStream {
    let rate = rate as f32;
    quote!(#kind { rate: #rate })
}
