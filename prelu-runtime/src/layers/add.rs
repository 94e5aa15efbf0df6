//! `residual`, `add`: sums of values; and where a value has several readers, its gradients are added.

use crate::kernels::pointwise::{Activation, add, map_gradient};

/// y = y + x.
pub struct Accumulate<'a, V> {
    /// What is added.
    pub x: &'a [V],
    /// What it is added to.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S> Accumulate<'a, S::V>, |this, s| {
    map_gradient(s, this.x, this.y, |x, y| s.add(y, x));
});

/// y = f(y + x).
pub struct AccumulateThen<'a, A, V> {
    /// f.
    pub activation: A,
    /// The channels of the sum.
    pub channels: usize,
    /// What is added.
    pub x: &'a [V],
    /// What it is added to.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S, A: Activation> AccumulateThen<'a, A, S::V>, |this, s| {
    assert_eq!(this.x.len(), this.y.len());
    let pixels = this.y.len() / this.channels;
    for (c, (y, x)) in this.y.chunks_exact_mut(pixels).zip(this.x.chunks_exact(pixels)).enumerate() {
        let slope = s.splat(this.activation.slope(c));
        map_gradient(s, x, y, |x, y| A::value(s, slope, s.add(y, x)));
    }
});

/// y = a + b.
pub struct Add<'a, V> {
    /// One term.
    pub a: &'a [V],
    /// The other.
    pub b: &'a [V],
    /// The sum.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S> Add<'a, S::V>, |this, s| {
    add(s, this.a, this.b, this.y);
});
