//! `alpha_dropout(rate = 0.5)`: dropout for nets of `selu`.

use quote::quote;

use super::dropout::{formula, self, Fate, masked};
use super::{Arguments, Layer};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = dropout::ARGUMENTS;

/// −λα of selu: what it tends to as x falls.
const SATURATED: f64 = -1.050_700_987_355_480_5 * 1.673_263_242_354_377_2;

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let rate = dropout::rate(arguments)?;
    let a = ((1.0 - rate) * (1.0 + rate * SATURATED * SATURATED)).sqrt().recip();
    let b = -a * rate * SATURATED;
    let fate = Fate { scale: a as f32, shift: b as f32, dropped: (a * SATURATED + b) as f32 };
    Some(Layer::plain(input.clone(), masked("alpha_dropout", input, 1, rate, fate), formula(quote!(AlphaDropout), rate)))
}
