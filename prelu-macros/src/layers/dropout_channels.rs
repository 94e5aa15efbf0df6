//! `dropout_channels(rate = 0.5)`: whole channels at once.

use quote::quote;

use super::dropout::{self, formula, masked, zeroed};
use super::{Arguments, Fusible, Layer, Operation};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = dropout::ARGUMENTS;

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let rate = dropout::rate(arguments)?;
    Some(Layer::plain(input.clone(), operation(input, rate), formula(quote!(DropoutChannels), rate)))
}

pub(crate) fn operation(input: &Shape, rate: f64) -> Operation {
    let fusible = Fusible::DropChannels(rate);
    Operation { fusible, ..masked("dropout_channels", input, input.pixels(), rate, zeroed(rate)) }
}
