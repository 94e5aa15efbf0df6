//! Half vectors of channels against whole ones, which nets are tested with: both must give the same bits, whichever of them
//! this processor is given.

#![expect(clippy::manual_div_ceil, reason = "the output's size is rounded down; a kernel of one is no rounding up")]

use super::backward::Visit;
use super::*;
use crate::kernels::conv::{Outputs, Row, Taps};
use crate::simd::{Kernel, Level, Program, dispatch, lanes, lanes_mut};

macro_rules! shapes {
    ($($name:ident: [$c:literal, $h:literal, $w:literal] * $o:literal, kernel $u:literal $v:literal, window $ph:literal $pw:literal;)*) => {
        $(#[derive(Clone, Copy)]
        struct $name;

        impl conv::Geometry for $name {
            const INPUT: [usize; 3] = [$c, $h, $w];
            const OUTPUT: [usize; 3] = [$o, $h - $u + 1, $w - $v + 1];
            const KERNEL: [usize; 2] = [$u, $v];
            const STRIDE: [usize; 2] = [1, 1];
            const PADDING: [usize; 2] = [0, 0];
            const DILATION: [usize; 2] = [1, 1];
            const GROUPS: usize = 1;
            type Tiles32 = (Outputs<1, 0, 1>, Row<1, 0, 1>, Taps<1, 0, 1, 0, $v>);
            type Tiles16 = Self::Tiles32;
        }

        impl pooling::Geometry for $name {
            const INPUT: [usize; 3] = <Self as conv::Geometry>::OUTPUT;
            const OUTPUT: [usize; 3] = [$o, ($h - $u + 1) / $ph, ($w - $v + 1) / $pw];
            const KERNEL: [usize; 2] = [$ph, $pw];
            const STRIDE: [usize; 2] = [$ph, $pw];
            const PADDING: [usize; 2] = [0, 0];
        }

        impl Geometry for $name {
            type Conv = Self;
            type Pool = Self;
            type Tiles32 = (Window<1, 0, $ph, $pw>, Winners<$u, 0, $v>);
            type Tiles16 = Self::Tiles32;
            type Rows = (Rows<1, 0, 1, 1>, Rows<1, 0, 1, 1>, Rows<1, 0, 1, 1>);
            type Selected = Selected<1, 0, $v>;
        })*

        impl<S: Simd> Kernel<S> for Shapes {
            type Output = ();
            #[inline(always)]
            fn run(self, s: S) {
                $(compare::<S, $name>(s, stringify!($name));)*
            }
        }
    };
}

shapes! {
    Ten: [10, 12, 12] * 20, kernel 5 5, window 2 2;
    Odd: [11, 12, 11] * 3, kernel 5 5, window 3 2;
    Eight: [8, 7, 9] * 24, kernel 3 3, window 2 2;
    Thirteen: [13, 9, 6] * 5, kernel 3 2, window 1 5;
    Twenty: [20, 8, 8] * 25, kernel 3 3, window 3 3;
    Many: [26, 6, 7] * 2, kernel 5 4, window 2 2;
    Tall: [9, 8, 5] * 4, kernel 3 1, window 2 2;
    Two: [20, 6, 7] * 6, kernel 2 2, window 2 3;
    Flat: [24, 1, 20] * 4, kernel 1 5, window 1 4;
    Point: [24, 4, 6] * 7, kernel 1 1, window 2 2;
}

struct Shapes;

impl Program for Shapes {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        s.call(self);
    }
}

#[inline(always)]
fn compare<S: Simd, G: Geometry>(s: S, name: &str) {
    assert!(Of::<G>::by_halves(16), "{name}");
    if S::LANES != 16 {
        return;
    }
    let outputs = Of::<G>::OUTPUTS * Of::<G>::WINDOWS;
    // Numbers that are not exact in sums, some zeros among them.
    let number = |i: usize| ((i * 7919 + 13) % 1009) as f32 / 317.0 - 1.0;
    let vectors = |len: usize, seed: usize| {
        let mut x = vec![s.splat(0.0); len];
        lanes_mut(&mut x).iter_mut().enumerate().for_each(|(i, x)| *x = number(i + seed) * f32::from(i % 5 > 0));
        x
    };
    let x = vectors(Of::<G>::CHANNELS * Of::<G>::PIXELS, 1);
    let mut d = vectors(outputs, 2);
    let mut taps = vectors(outputs, 3);
    lanes_mut(&mut taps).iter_mut().enumerate().for_each(|(i, tap)| *tap = (i * 31 / 7 % Of::<G>::PLACES) as f32);
    let w: Vec<f32> = (0..Of::<G>::OUTPUTS * Of::<G>::FAN_IN).map(|i| number(i + 4)).collect();
    for bad in [false, true] {
        if bad {
            lanes_mut(&mut d)[5] = f32::INFINITY;
            lanes_mut(&mut d)[17] = f32::NAN;
        }
        let [mut whole, mut halved] = [(); 2].map(|()| (w.clone(), x.clone()));
        // What memory held before must not matter.
        let mut memory = vectors(temporary::<G>(S::LANES, S::REGISTERS), 5);
        lanes_mut(&mut memory).fill(f32::NAN);
        let (x, w, d, taps) = (&x[..], &w[..], &d[..], &taps[..]);
        let visit = Visit { x, w, dw: &mut whole.0, d, taps, dx: &mut whole.1, temporary: &mut memory };
        sparse::backward::<S, G, G::Tiles32, &mut [S::V]>(s, visit);
        lanes_mut(&mut memory).fill(f32::NAN);
        let visit = Visit { x, w, dw: &mut halved.0, d, taps, dx: &mut halved.1, temporary: &mut memory };
        halves::backward::<S, G, G::Tiles32, &mut [S::V]>(s, visit);
        let bits = |floats: &[f32]| floats.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(whole.0 != w, "{name}: nothing was learnt");
        assert_eq!(bits(&whole.0), bits(&halved.0), "{name}: weights");
        assert_eq!(bits(lanes(&whole.1)), bits(lanes(&halved.1)), "{name}: input");
        let mut alone = w.to_vec();
        let visit = Visit { x, w, dw: &mut alone, d, taps, dx: &mut [], temporary: &mut memory };
        halves::backward::<S, G, G::Tiles32, NotWanted>(s, visit);
        assert_eq!(bits(&whole.0), bits(&alone), "{name}: weights alone");
    }
}

#[test]
fn half_vectors_of_channels_give_the_same_bits() {
    for level in Level::available() {
        dispatch(level, Shapes);
    }
}
