//! `conv`, an activation and `max_pool` in one call each way; the expansion fuses them where windows are disjoint.

use super::conv::Affine;
use crate::kernels::conv_pool as kernel;
pub use crate::kernels::conv_pool::{
    Geometry, InputGradient, Minimal, MinimalRows, NotWanted, Rows, Selected, Window, Winners, shared,
};
pub use crate::kernels::pointwise::Activation;
use crate::simd::{lanes, lanes_mut};

/// y = the largest f(w ∗ x + b) of each window.
pub struct Forward<'a, G, P, A, V> {
    /// The shapes.
    pub layer: G,
    /// Weight and bias.
    pub parameters: &'a P,
    /// The activation f.
    pub activation: A,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// For each output the argument of f that won, then the taps that won; empty where backward is not to follow.
    pub saved: &'a mut [V],
    /// For a single sample, the convolution's temporary and its output; for a block, [`shared`] vectors.
    pub temporary: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry, P: Affine, A: Activation> Forward<'a, G, P, A, S::V>, |this, s| {
    let (w, b) = this.parameters.split();
    let Forward { activation, x, y, saved, temporary, .. } = this;
    if S::LANES == 1 {
        let (x, y, saved, temporary) = (lanes(x), lanes_mut(y), lanes_mut(saved), lanes_mut(temporary));
        kernel::forward_single::<S::Wide, G, A>(s.wide(), kernel::Pass { x, w, b, activation, y, saved, temporary });
    } else {
        kernel::forward::<S, G, A>(s, kernel::Pass { x, w, b, activation, y, saved, temporary });
    }
});

/// The gradients of weight, bias and slopes, added to, and dx.
pub struct Backward<'a, G, P, A: Activation, D, V> {
    /// The shapes.
    pub layer: G,
    /// Weight and bias.
    pub parameters: &'a P,
    /// The gradient of weight and bias.
    pub gradient: &'a mut P,
    /// The activation f.
    pub activation: A,
    /// The gradient of its slopes.
    pub slopes: &'a mut A::Gradient,
    /// Input.
    pub x: &'a [V],
    /// What forward saved.
    pub saved: &'a [V],
    /// dy; overwritten.
    pub d: &'a mut [V],
    /// Gradient of the input: vectors, or [`NotWanted`].
    pub dx: D,
    /// Vectors to work in.
    pub temporary: &'a mut [V],
    /// What the convolution takes as its temporary.
    pub shared: &'a mut [V],
}

super::kernel!(
    for<'a, S, G: Geometry, P: Affine, A: Activation, D: InputGradient<S::V>> Backward<'a, G, P, A, D, S::V>,
    |this, s| {
        let (w, _) = this.parameters.split();
        let (dw, db) = this.gradient.split_mut();
        let Backward { activation, slopes, x, saved, d, dx, temporary, shared, .. } = this;
        kernel::backward::<S, G, A, D>(
            s,
            kernel::Gradients { x, w, dw, db, activation, slopes, saved, d, dx, temporary, shared },
        );
    }
);
