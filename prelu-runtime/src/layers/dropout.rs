//! `dropout`: in training, each element is zero with probability `rate`, else divided by 1 − rate (Srivastava et al.
//! 2014, inverted). It does not exist in inference.
//!
//! Whether an element is dropped is a function of seed, step, layer, sample and element: the same for every instruction
//! set, number of threads and position in a block.

use crate::network::Draw;
use crate::simd::{Simd, lanes_mut};

/// The layer: y = scale·x + shift where x is kept, else `dropped`.
#[derive(Clone, Copy, Debug)]
pub struct Dropout {
    /// The probability of being dropped, at least 0 and below 1.
    pub rate: f32,
    /// Neighbouring elements that share a fate: 1, or the pixels of a channel.
    pub run: usize,
    /// What is kept is multiplied by this; not 0.
    pub scale: f32,
    /// What is kept has this added; 0 but for `alpha_dropout`.
    pub shift: f32,
    /// What stands for the dropped; 0 but for `alpha_dropout`.
    pub dropped: f32,
}

impl Dropout {
    /// Makes y of x, `masks` being one for each run: 0 where it is dropped, even if it was infinite or NaN, else `scale`.
    #[inline(always)]
    fn apply<S: Simd>(self, s: S, masks: &[S::V], x: &mut [S::V]) {
        assert_eq!(x.len(), masks.len() * self.run);
        let (shift, instead) = (s.splat(self.shift), s.splat(self.dropped));
        for (x, &mask) in x.chunks_exact_mut(self.run).zip(masks) {
            let dropped = s.eq(mask, s.splat(0.0));
            for x in x {
                *x = s.select(dropped, instead, s.fma(*x, mask, shift));
            }
        }
    }
}

/// y = x · mask, or what [`Dropout`] says.
pub struct Forward<'a, V> {
    /// The layer.
    pub layer: Dropout,
    /// The random numbers of this layer and block.
    pub draw: Draw,
    /// Input.
    pub x: &'a [V],
    /// Output.
    pub y: &'a mut [V],
    /// The mask of each run of elements: 0 or the scale.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S> Forward<'a, S::V>, |this, s| {
    let Forward { layer, draw, x, y, saved } = this;
    y.copy_from_slice(x);
    crate::simd::Kernel::<S>::run(ForwardInPlace { layer, draw, x: y, saved }, s);
});

/// [`Forward`] in place.
pub struct ForwardInPlace<'a, V> {
    /// The layer.
    pub layer: Dropout,
    /// The random numbers of this layer and block.
    pub draw: Draw,
    /// Input, made output.
    pub x: &'a mut [V],
    /// The mask of each run of elements: 0 or the scale.
    pub saved: &'a mut [V],
}

super::kernel!(for<'a, S> ForwardInPlace<'a, S::V>, |this, s| {
    let Dropout { rate, scale, .. } = this.layer;
    for lane in 0..S::LANES {
        let stream = this.draw.sample(lane);
        for (element, mask) in lanes_mut(this.saved).iter_mut().skip(lane).step_by(S::LANES).enumerate() {
            *mask = if stream.uniform(element as u64) < rate { 0.0 } else { scale };
        }
    }
    this.layer.apply(s, this.saved, this.x);
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
    // What is added has no part in the gradient.
    Dropout { shift: 0.0, dropped: 0.0, ..this.layer }.apply(s, this.saved, this.d);
});
