//! Where a value has several readers, its gradients are added.

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
