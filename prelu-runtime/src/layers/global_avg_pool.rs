//! `global_avg_pool`: the mean of each channel.

use crate::kernels::reduction::lane_sums;
use crate::kernels::single;
use crate::simd::lanes;

/// The shape.
#[derive(Clone, Copy, Debug)]
pub struct GlobalAvgPool {
    /// Pixels of a channel.
    pub pixels: usize,
}

/// y = the mean of each channel.
pub struct Forward<'a, V> {
    /// The shape.
    pub layer: GlobalAvgPool,
    /// Input, `[C][pixels]`.
    pub x: &'a [V],
    /// Output, `[C]`.
    pub y: &'a mut [V],
}

super::kernel!(for<'a, S> Forward<'a, S::V>, |this, s| {
    let pixels = this.layer.pixels;
    assert_eq!(this.x.len(), this.y.len() * pixels);
    let count = s.splat(pixels as f32);
    if S::LANES == 1 {
        for (y, x) in this.y.iter_mut().zip(lanes(this.x).chunks_exact(pixels)) {
            *y = s.div(s.splat(single::sum(s.wide(), x)), count);
        }
        return;
    }
    for (y, x) in this.y.iter_mut().zip(this.x.chunks_exact(pixels)) {
        let [sum] = lane_sums!(s, 1, pixels, |i, sums| {
            sums[0] = s.add(sums[0], x[i]);
        });
        *y = s.div(sum, count);
    }
});

/// dx: each dy is shared out evenly.
pub struct Backward<'a, V> {
    /// The shape.
    pub layer: GlobalAvgPool,
    /// Gradient of the output.
    pub dy: &'a [V],
    /// Gradient of the input.
    pub dx: &'a mut [V],
}

super::kernel!(for<'a, S> Backward<'a, S::V>, |this, s| {
    let pixels = this.layer.pixels;
    assert_eq!(this.dx.len(), this.dy.len() * pixels);
    let share = s.splat(1.0 / pixels as f32);
    for (dx, &dy) in this.dx.chunks_exact_mut(pixels).zip(this.dy) {
        dx.fill(s.mul(dy, share));
    }
});
