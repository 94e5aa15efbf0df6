//! `residual`, `add`: sums of values; and where a value has several readers, its gradients are added.

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
