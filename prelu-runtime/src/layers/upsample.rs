//! `upsample`: every pixel becomes a block of equal ones, the nearest neighbours of an image enlarged by whole factors.

use crate::kernels::pooling;
pub use crate::kernels::pooling::Geometry;

/// y = the pixel of x that each block stands on. The geometry is that of pooling y to x.
pub struct Forward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Forward<'a, G, S::V>, |this, s| {
    pooling::spread::<S, G, false>(s, this.x, this.y);
});

/// dx = the sum of dy over each block.
pub struct Backward<'a, G, V> {
    /// The shape.
    pub layer: G,
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S, G: Geometry> Backward<'a, G, S::V>, |this, s| {
    pooling::gather::<S, G, false>(s, this.dy, this.dx);
});
