//! `residual`, `add`: sums of values; and where a value has several readers, its gradients are added.

use crate::kernels::pointwise::Activation;

/// y = y + x.
pub struct Accumulate<'a, V> {
    /// What is added.
    pub x: &'a [V],
    /// What it is added to.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S> Accumulate<'a, S::V>, |this, s| {
    assert_eq!(this.x.len(), this.y.len());
    for (y, &x) in this.y.iter_mut().zip(this.x) {
        *y = s.add(*y, x);
    }
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
        for (y, &x) in y.iter_mut().zip(x) {
            *y = A::value(s, slope, s.add(*y, x));
        }
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
    assert!(this.a.len() == this.y.len() && this.b.len() == this.y.len());
    for ((y, &a), &b) in this.y.iter_mut().zip(this.a).zip(this.b) {
        *y = s.add(a, b);
    }
});
