//! `log_softmax`: over the first dimension.

use quote::quote;

use super::{Arguments, Layer, softmax};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = softmax::ARGUMENTS;

pub(super) fn check(_: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    Some(softmax::normalise("log_softmax", quote!(log_softmax::LogSoftmax), input, quote!(LogSoftmax)))
}
