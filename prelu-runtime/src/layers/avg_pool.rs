//! `avg_pool`: the mean of each window; zeros of the padding count, and what a window has beyond them does not.

use crate::kernels::pooling;
pub use crate::kernels::pooling::Geometry;

/// y = the mean of each window.
pub struct Forward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Forward<'a, G, S::V>, |this, s| {
    pooling::gather::<S, G, true>(s, this.x, this.y);
});

/// dx: each dy is shared out evenly.
pub struct Backward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Backward<'a, G, S::V>, |this, s| {
    pooling::spread::<S, G, true>(s, this.dy, this.dx);
});
