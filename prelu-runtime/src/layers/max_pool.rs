//! `max_pool`: the largest of each window; padding never wins.

use crate::kernels::pooling;
pub use crate::kernels::pooling::Geometry;

/// y = the largest x of each window.
pub struct Forward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// The tap that won, for each output; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Forward<'a, G, S::V>, |this, s| {
    pooling::max_forward::<S, G>(s, this.x, this.y, this.saved);
});

/// dx: each dy goes to the pixel that won.
pub struct Backward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// The taps that won.
    pub saved: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Backward<'a, G, S::V>, |this, s| {
    pooling::max_backward::<S, G>(s, this.saved, this.dy, this.dx);
});
