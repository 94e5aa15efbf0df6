//! `dropout_channels(rate = 0.5)`: whole channels at once.

use super::{Arguments, Layer, dropout};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = dropout::ARGUMENTS;

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    dropout::masked("dropout_channels", arguments, input, input.pixels())
}
