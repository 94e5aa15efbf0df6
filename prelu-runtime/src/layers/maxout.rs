//! `maxout`: the largest of several affine maps (Goodfellow et al. 2013).
//!
//! The maps are a [`Linear`](super::Linear) layer or a [`Conv`](super::Conv) with `pieces` outputs for each unit, those
//! of a unit side by side; the calls here take the largest. With two pieces, w₁ = I and w₂ = a·I, and a ≤ 1, it is a
//! PReLU with slope a.

/// The shape of the last step: neighbouring channels that make a unit, and pixels of a channel.
#[derive(Clone, Copy, Debug)]
pub struct Pieces {
    /// Affine maps for each unit.
    pub pieces: usize,
    /// Pixels of a channel; 1 where the layer is dense.
    pub pixels: usize,
}

/// y = the largest piece of each unit, the first of equals; the first NaN, if there is one.
pub struct Forward<'a, V> {
    /// The shape.
    pub layer: Pieces,
    /// The affine maps, `[units·pieces][pixels]`.
    pub x: &'a [V],
    /// Output, `[units][pixels]`.
    pub y: &'a mut [V],
    /// The number of the piece that won, for each output; empty where backward is not to follow.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S> Forward<'a, S::V>, |this, s| {
    let Pieces { pieces, pixels } = this.layer;
    assert!(this.x.len() == this.y.len() * pieces && (this.saved.is_empty() || this.saved.len() == this.y.len()));
    for (output, y) in this.y.iter_mut().enumerate() {
        let (unit, pixel) = (output / pixels, output % pixels);
        let (mut largest, mut winner) = (this.x[unit * pieces * pixels + pixel], s.splat(0.0));
        for piece in 1..pieces {
            let x = this.x[(unit * pieces + piece) * pixels + pixel];
            let number = s.eq(largest, largest);
            let next = s.select(s.gt_or_nan(x, largest), s.splat(piece as f32), winner);
            winner = s.select(number, next, winner);
            // `max` gives its second operand where one is NaN.
            largest = s.select(number, s.max(largest, x), largest);
        }
        *y = largest;
        if let Some(saved) = this.saved.get_mut(output) {
            *saved = winner;
        }
    }
});

/// dx: each dy goes to the piece that won.
pub struct Backward<'a, V> {
    /// The shape.
    pub layer: Pieces,
    /// The pieces that won.
    pub saved: &'a [V],
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the affine maps.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S> Backward<'a, S::V>, |this, s| {
    let Pieces { pieces, pixels } = this.layer;
    assert!(this.dx.len() == this.dy.len() * pieces && this.saved.len() == this.dy.len());
    for (output, (&d, &winner)) in this.dy.iter().zip(this.saved).enumerate() {
        let (unit, pixel) = (output / pixels, output % pixels);
        for piece in 0..pieces {
            let won = s.eq(winner, s.splat(piece as f32));
            this.dx[(unit * pieces + piece) * pixels + pixel] = s.select(won, d, s.splat(0.0));
        }
    }
});
