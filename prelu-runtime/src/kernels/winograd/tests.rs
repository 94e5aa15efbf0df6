//! Against plain convolution. On small whole numbers it is exact, and so are tiles of 2 × 2 outputs, which must equal it; those of
//! 4 × 4 are to be near.

#![expect(clippy::modulo_one, reason = "tiles of one channel leave none")]

use super::{Geometry, Winograd};
use crate::kernels::conv::{self, Outputs, Row, Taps};
use crate::kernels::pointwise::Nothing;
use crate::simd::{Kernel, Level, Program, Simd, dispatch, lanes, lanes_mut};

type Plain = (Outputs<1, 0, 1>, Row<1, 0, 1>, Taps<1, 0, 1, 0, 1>);

/// A geometry three times: with minimal filtering by tiles of 2 × 2 and of 4 × 4, and without.
macro_rules! shapes {
    ($($name:ident: [$c:literal, $h:literal, $w:literal] * $o:literal, padding $p:expr, tiles $f:literal $x:literal $s:literal by $t:literal;)*) => {
        $(mod $name {
            #[derive(Clone, Copy)]
            pub(super) struct Two;
            #[derive(Clone, Copy)]
            pub(super) struct Four;
            #[derive(Clone, Copy)]
            pub(super) struct Plain;
            shapes!(@ Two, super::Winograd<super::Plain, 2, 4, $f, { $o % $f }, $x, { $c % $x }, $s, { $o % $s }, $t>, $c, $h, $w, $o, $p);
            shapes!(@ Four, super::Winograd<super::Plain, 4, 6, $f, { $o % $f }, $x, { $c % $x }, $s, { $o % $s }, $t>, $c, $h, $w, $o, $p);
            shapes!(@ Plain, super::Plain, $c, $h, $w, $o, $p);
        })*

        impl<S: Simd> Kernel<S> for Shapes {
            type Output = ();
            #[inline(always)]
            fn run(self, s: S) {
                $(
                    compare::<S, $name::Two, $name::Plain>(s, stringify!($name), 0.0);
                    compare::<S, $name::Four, $name::Plain>(s, stringify!($name), 3e-6);
                )*
            }
        }
    };
    (@ $name:ident, $tiles:ty, $c:literal, $h:literal, $w:literal, $o:literal, $p:expr) => {
        impl super::Geometry for $name {
            const INPUT: [usize; 3] = [$c, $h, $w];
            const OUTPUT: [usize; 3] = [$o, $h + 2 * $p[0] - 2, $w + 2 * $p[1] - 2];
            const KERNEL: [usize; 2] = [3, 3];
            const STRIDE: [usize; 2] = [1, 1];
            const PADDING: [usize; 2] = $p;
            const DILATION: [usize; 2] = [1, 1];
            const GROUPS: usize = 1;
            type Tiles32 = $tiles;
            type Tiles16 = $tiles;
        }
    };
}

struct Shapes;

shapes! {
    even: [8, 8, 8] * 8, padding [1, 1], tiles 8 8 8 by 3;
    odd: [9, 7, 11] * 11, padding [1, 1], tiles 4 3 8 by 2;
    bare: [17, 5, 6] * 3, padding [0, 0], tiles 3 8 2 by 4;
    wide: [1, 4, 70] * 33, padding [1, 1], tiles 8 1 16 by 3;
    tall: [33, 31, 3] * 1, padding [1, 0], tiles 1 4 1 by 4;
    padded: [4, 6, 5] * 5, padding [2, 2], tiles 4 4 4 by 2;
    unequal: [16, 1, 9] * 16, padding [2, 0], tiles 8 8 12 by 3;
    alone: [2, 1, 1] * 2, padding [1, 1], tiles 2 2 2 by 3;
    long: [3, 3, 3] * 2, padding [0, 0], tiles 1 2 1 by 2;
}

impl Program for Shapes {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        s.call(self);
    }
}

/// Whole numbers from −4 to 4.
fn whole(seed: usize, floats: &mut [f32]) {
    for (i, x) in floats.iter_mut().enumerate() {
        *x = ((i + seed) * (i + 31) % 23 * 7 % 9) as f32 - 4.0;
    }
}

/// `error` is of the largest number of a result.
fn compare<S: Simd, M: Geometry, P: Geometry>(s: S, name: &str, error: f32) {
    let [inputs, outputs] = [M::INPUT, M::OUTPUT].map(|shape| shape.iter().product::<usize>());
    let vectors = |len: usize| vec![s.splat(0.0); len];
    let (mut x, mut dy) = (vectors(inputs), vectors(outputs));
    let mut w = vec![0.0; M::INPUT[0] * M::OUTPUT[0] * 9];
    let mut b = vec![0.0; M::OUTPUT[0]];
    whole(1, lanes_mut(&mut x));
    whole(2, lanes_mut(&mut dy));
    whole(3, &mut w);
    whole(4, &mut b);
    // What is left in it by another layer has no effect.
    let mut temporary = vec![s.splat(f32::NAN); conv::temporary::<M>()];
    let (mut y, mut dx) = ([vectors(outputs), vectors(outputs)], [vectors(inputs), vectors(inputs)]);
    let mut dw = [vec![1.0; w.len()], vec![1.0; w.len()]];
    conv::forward::<S, M, Nothing>(s, &x, &w, &b, Nothing, &mut y[0], &mut temporary);
    conv::forward::<S, P, Nothing>(s, &x, &w, &b, Nothing, &mut y[1], &mut []);
    conv::backward_input::<S, M>(s, &w, &dy, &mut dx[0], &mut temporary);
    conv::backward_input::<S, P>(s, &w, &dy, &mut dx[1], &mut []);
    conv::backward_weight::<S, M>(s, &x, &dy, &mut dw[0], &mut temporary);
    conv::backward_weight::<S, P>(s, &x, &dy, &mut dw[1], &mut []);
    let near = |what: &str, got: &[f32], want: &[f32]| {
        let largest = want.iter().fold(0.0, |largest: f32, w| largest.max(w.abs()));
        for (g, w) in got.iter().zip(want) {
            assert!((g - w).abs() <= error * largest, "{name}, {what}: {g} for {w}, of {largest}");
        }
    };
    let [a, c] = &mut y;
    near("forward", lanes(a), lanes(c));
    // The first lane alone, whether it would pay or not, and wherever the temporary begins.
    let sample = |vectors: &[S::V]| -> Vec<f32> { lanes(vectors).iter().step_by(S::LANES).copied().collect() };
    let (one, mut of_one) = (sample(&x), vec![f32::NAN; outputs]);
    let mut temporary = vec![f32::NAN; super::single::Of::<S::V, M>::FLOATS + 1];
    for start in 0..2 {
        super::single::forward::<S, M, Nothing, 1, 0>(s, &one, &w, &b, Nothing, &mut of_one, &mut temporary[start..]);
        assert!(of_one == sample(c), "{name}: a single sample");
    }
    let [a, c] = &mut dx;
    near("backward-input", lanes(a), lanes(c));
    near("backward-weight", &dw[0], &dw[1]);
    assert!(dw[0].iter().any(|&d| d != 1.0) && lanes_mut(c).iter().any(|&d| d != 0.0), "{name}: all zeros");
}

#[test]
fn minimal_filtering_is_convolution() {
    for level in Level::available() {
        dispatch(level, Shapes);
    }
}
