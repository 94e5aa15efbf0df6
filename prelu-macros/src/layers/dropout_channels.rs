//! `dropout_channels(rate = 0.5)`: whole channels at once.

use super::dropout::{self, masked, zeroed};
use super::{Arguments, Layer};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = dropout::ARGUMENTS;

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let rate = dropout::rate(arguments)?;
    Some(masked("dropout_channels", input, input.pixels(), rate, zeroed(rate)))
}
