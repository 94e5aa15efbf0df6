//! `concat`: values one after the other.

/// y = x: a part of what is joined, or of its gradient.
pub struct Copy<'a, V> {
    /// Where it is.
    pub x: &'a [V],
    /// Where it goes.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S> Copy<'a, S::V>, |this, s| {
    let _ = s;
    this.y.copy_from_slice(this.x);
});
