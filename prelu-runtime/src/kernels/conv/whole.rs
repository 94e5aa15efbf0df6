//! A convolution whose kernel covers its input, with one pixel of output: it is a linear layer of the flattened input, and
//! its weights lie as that layer's do.

use core::marker::PhantomData;

use super::{Geometry, Method, Of, Tiles};
use crate::kernels::epilogue::Epilogue;
use crate::kernels::{linear, single};
use crate::simd::Simd;

/// The tiles `T` of the linear layer.
pub struct Whole<T>(PhantomData<T>);

/// The linear layer of a convolution `G`, with tiles `T`.
struct Flat<G, T>(PhantomData<fn() -> (G, T)>);

impl<G, T> Clone for Flat<G, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<G, T> Copy for Flat<G, T> {}

impl<G: Geometry, T: linear::Tiles + 'static> linear::Geometry for Flat<G, T> {
    const INPUTS: usize = {
        let [_, height, width] = G::INPUT;
        assert!(G::KERNEL[0] == height && G::KERNEL[1] == width && G::OUTPUT[1] * G::OUTPUT[2] == 1);
        assert!(G::GROUPS == 1 && G::PADDING[0] + G::PADDING[1] == 0 && G::DILATION[0] * G::DILATION[1] == 1);
        Of::<G>::IN
    };
    const OUTPUTS: usize = G::OUTPUT[0];
    type Tiles32 = T;
    type Tiles16 = T;
}

impl<T: linear::Tiles + 'static> Tiles for Whole<T> {
    const METHOD: Method = Method::Linear;

    #[inline(always)]
    fn forward<S: Simd, G: Geometry, E: Epilogue>(
        s: S,
        x: &[S::V],
        w: &[f32],
        b: &[f32],
        then: E,
        y: &mut [S::V],
        _: &mut [S::V],
    ) {
        linear::forward::<S, Flat<G, T>>(s, x, w, b, y);
        for (o, y) in y.iter_mut().enumerate() {
            *y = E::value(s, then.terms(s, o), *y);
        }
    }

    #[inline(always)]
    fn single<S: Simd, G: Geometry, E: Epilogue>(
        s: S,
        x: &[f32],
        w: &[f32],
        b: &[f32],
        then: E,
        y: &mut [f32],
        _: &mut [f32],
    ) {
        single::linear_forward::<S, Flat<G, T>>(s, x, w, b, y);
        for (o, y) in y.iter_mut().enumerate() {
            *y = E::value_single(s, then.terms(s, o), *y);
        }
    }

    #[inline(always)]
    fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], _: &mut [S::V]) {
        linear::backward_input::<S, Flat<G, T>>(s, w, dy, dx);
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V]) {
        linear::backward_weight::<S, Flat<G, T>>(s, x, dy, dw, false, temporary);
    }
}
