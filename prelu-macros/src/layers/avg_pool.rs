//! `avg_pool(kernel, stride = kernel, padding = 0, ceil_mode = false)`

use quote::quote;

use super::{Arguments, Layer, window};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = window::POOL_ARGUMENTS;

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    window::pool("avg_pool", quote!(AvgPool), arguments, input)
}
