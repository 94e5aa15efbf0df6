//! `dropout`: in training, each element is zero with probability `rate`, else divided by 1 − rate (Srivastava et al.
//! 2014, inverted). It does not exist in inference.
//!
//! Whether an element is dropped is a function of seed, step, layer, sample and element: the same for every instruction
//! set, number of threads and position in a block.

use crate::network::Draw;
use crate::simd::{Simd, lanes_mut};

/// The layer.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// The probability of zero, at least 0 and below 1.
    pub rate: f32,
    /// Neighbouring elements that share a fate: 1, or the pixels of a channel.
    pub run: usize,
}

/// y = x · mask.
pub struct Forward<'a, V> {
    /// The layer.
    pub layer: Dropout,
    /// The random numbers of this layer and block.
    pub draw: Draw,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// The mask of each run of elements: 0 or 1/(1 − rate).
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S> Forward<'a, S::V>, |this, s| {
    let Forward { layer, draw, x, y, saved } = this;
    y.copy_from_slice(x);
    crate::simd::Kernel::<S>::run(ForwardInPlace { layer, draw, x: y, saved }, s);
});

/// x = x · mask, in place.
pub struct ForwardInPlace<'a, V> {
    /// The layer.
    pub layer: Dropout,
    /// The random numbers of this layer and block.
    pub draw: Draw,
    /// Input, made output.
    pub x: &'a mut [V],
    /// The mask of each run of elements: 0 or 1/(1 − rate).
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S> ForwardInPlace<'a, S::V>, |this, s| {
    let Dropout { rate, run } = this.layer;
    assert_eq!(this.x.len(), this.saved.len() * run);
    let keep = 1.0 / (1.0 - rate);
    for lane in 0..S::LANES {
        let stream = this.draw.sample(lane);
        for (element, mask) in lanes_mut(this.saved).iter_mut().skip(lane).step_by(S::LANES).enumerate() {
            *mask = if stream.uniform(element as u64) < rate { 0.0 } else { keep };
        }
    }
    scale(s, run, this.saved, this.x);
});

/// d = d · mask.
pub struct Backward<'a, V> {
    /// The layer.
    pub layer: Dropout,
    /// The mask.
    pub saved: &'a [V],
    /// dy, made dx in place.
    pub d: &'a mut [V],
}

super::kernel!(for<'a, S> Backward<'a, S::V>, |this, s| {
    assert_eq!(this.d.len(), this.saved.len() * this.layer.run);
    scale(s, this.layer.run, this.saved, this.d);
});

/// Multiplies each run of elements by its mask; what is dropped is 0 even where it was infinite or NaN.
#[inline(always)]
fn scale<S: Simd>(s: S, run: usize, mask: &[S::V], x: &mut [S::V]) {
    for (x, &mask) in x.chunks_exact_mut(run).zip(mask) {
        let dropped = s.eq(mask, s.splat(0.0));
        for x in x {
            *x = s.select(dropped, s.splat(0.0), s.mul(*x, mask));
        }
    }
}
