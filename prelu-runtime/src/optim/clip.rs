//! Clipping the norm of a gradient, as PyTorch's `clip_grad_norm_`.

use crate::math;
use crate::setting::{Range, check};
use crate::summary::ParameterSummary;

/// The sums that squares are added into, one after the other: their number is part of the result, not of the machine.
const SUMS: usize = 8;

/// The Euclidean norm of a gradient, all tensors of the table that are not frozen taken as one vector. Added in `f64`, in an
/// order that depends on the table alone.
///
/// # Panics
/// If the table reaches beyond the gradient.
pub fn norm(gradient: &[f32], table: &[ParameterSummary]) -> f64 {
    let mut total = 0.0;
    for tensor in trained(table) {
        total += sum_of_squares(&gradient[tensor.range()]);
    }
    math::sqrt(total)
}

/// Scales a gradient whose [`norm`] is above `max_norm` down to it (Pascanu, Mikolov and Bengio 2013, algorithm 1), and
/// gives the norm before that. The factor is max_norm / (norm + 1e-6), at most 1, as in PyTorch. What is frozen stays as it is.
///
/// A gradient with an element that is not finite has a norm that is not; it is scaled all the same, and the caller may
/// look at the norm and leave out the step: by NaN, all of it becomes NaN; by bound/∞ = 0, infinities become NaN and all else 0.
/// With an infinite bound nothing is scaled, whatever the norm is.
///
/// # Panics
/// If the bound is NaN or not above 0, or the table reaches beyond the gradient.
#[track_caller]
pub fn clip_norm(gradient: &mut [f32], table: &[ParameterSummary], max_norm: f64) -> f64 {
    check("max_norm", max_norm, Range::ABOVE_ZERO);
    let norm = norm(gradient, table);
    if max_norm == f64::INFINITY {
        return norm;
    }
    let factor = (max_norm / (norm + 1e-6)) as f32;
    if factor >= 1.0 {
        return norm;
    }
    for tensor in trained(table) {
        gradient[tensor.range()].iter_mut().for_each(|g| *g *= factor);
    }
    norm
}

fn sum_of_squares(floats: &[f32]) -> f64 {
    let mut sums = [0.0; SUMS];
    let mut add = |part: &[f32]| {
        for (sum, &x) in sums.iter_mut().zip(part) {
            *sum += f64::from(x) * f64::from(x);
        }
    };
    let (parts, rest) = floats.as_chunks::<SUMS>();
    parts.iter().for_each(|part| add(part));
    add(rest);
    sums.iter().sum()
}

/// The tensors that are not frozen.
fn trained(table: &[ParameterSummary]) -> impl Iterator<Item = &ParameterSummary> {
    table.iter().filter(|tensor| !tensor.frozen)
}
