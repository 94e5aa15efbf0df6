//! Convolution (cross-correlation, as in PyTorch) of a block, with stride, padding, dilation and groups.
//!
//! With x `[C][H][W]`, y `[O][OH][OW]` and w `[O][C/groups][KH][KW]`, in the group of o:
//!
//! - forward: y\[o,i,j\] = b\[o\] + Σ w\[o,c,u,v\] · x\[c, i·sh − ph + u·dh, j·sw − pw + v·dw\]
//! - backward-input: dx\[c,p,q\] = Σ w\[o,c,u,v\] · dy\[o,i,j\], over all i, j, u, v that meet p, q
//! - backward-weight: dw\[o,c,u,v\] = Σ dy\[o,i,j\] · x\[c, i·sh − ph + u·dh, j·sw − pw + v·dw\], summed over lanes
//!
//! No padded copy is made: taps that fall outside are left out, by row bounds, and by column bounds at the two ends of a
//! row.

use core::ops::Range;

use super::epilogue::Epilogue;
use super::{at, linear, put, winograd};
use crate::simd::{MAX_LANES, Simd};

mod input;
mod weight;
mod whole;

pub use weight::{Dy, Rows};
pub use whole::Whole;

/// The shape of one convolution, as constants; pairs are (height, width).
pub trait Geometry: Copy + Send + Sync + 'static {
    /// `[C, H, W]` of the input.
    const INPUT: [usize; 3];
    /// `[O, OH, OW]` of the output.
    const OUTPUT: [usize; 3];
    /// The kernel's size.
    const KERNEL: [usize; 2];
    /// The stride.
    const STRIDE: [usize; 2];
    /// Zeros above and to the left; what is below and to the right follows from the output's size.
    const PADDING: [usize; 2];
    /// The dilation.
    const DILATION: [usize; 2];
    /// Groups of channels.
    const GROUPS: usize;
    /// Register tiles for instruction sets with 32 registers.
    type Tiles32: Tiles;
    /// Register tiles for instruction sets with 16 registers.
    type Tiles16: Tiles;
}

/// Register tiles: [`Outputs`] for forward, [`Row`] for backward-input, [`Taps`] for backward-weight; or
/// [`Winograd`](winograd::Winograd) or [`Whole`]. `temporary` holds [`temporary`] vectors.
pub trait Tiles {
    /// What they are tiles of.
    const METHOD: Method = Method::Plain;
    /// Of plain convolution, output channels whose weights' gradient is summed at a time.
    const OUTPUTS: usize = 0;
    /// See [`forward`].
    fn forward<S: Simd, G: Geometry, E: Epilogue>(
        s: S,
        x: &[S::V],
        w: &[f32],
        b: &[f32],
        then: E,
        y: &mut [S::V],
        temporary: &mut [S::V],
    );
    /// See [`single::conv_forward`](super::single::conv_forward).
    fn single<S: Simd, G: Geometry, E: Epilogue>(
        s: S,
        x: &[f32],
        w: &[f32],
        b: &[f32],
        then: E,
        y: &mut [f32],
        temporary: &mut [f32],
    );
    /// See [`backward_input`].
    fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], temporary: &mut [S::V]);
    /// See [`backward_weight`].
    fn backward_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V]);
    /// See [`backward_weight_by_rows`].
    #[inline(always)]
    fn backward_weight_by_rows<S: Simd, G: Geometry, Y: Dy<S, G>>(
        s: S,
        x: &[S::V],
        mut dy: Y,
        dw: &mut [f32],
        temporary: &mut [S::V],
    ) {
        let all = dy.rows(0..G::OUTPUT[0], 0..G::OUTPUT[1]).dy;
        Self::backward_weight::<S, G>(s, x, &all[..const { Of::<G>::OUT }], dw, temporary);
    }
}

/// How a convolution is computed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By taps.
    Plain,
    /// By minimal filtering, with tiles of so many inputs a side, so many at a time.
    Minimal {
        /// Inputs.
        side: usize,
        /// Tiles.
        tiles: usize,
    },
    /// As a linear layer.
    Linear,
}

/// A tile of `O` output channels × `P` neighbouring pixels; the `R` channels of a group that are left get a smaller one.
pub struct Outputs<const O: usize, const R: usize, const P: usize>;
/// A tile of `C` input channels × `W` pixels of a row: all of them, or some that are as far apart as the stride. The `R`
/// channels of a group that are left get a smaller one.
pub struct Row<const C: usize, const R: usize, const W: usize>;
/// A tile of `O` output channels × `C` input channels × `K` neighbouring taps; `K` divides the kernel's width. The `RO`
/// and `RC` channels of a group that are left get smaller ones.
pub struct Taps<const O: usize, const RO: usize, const C: usize, const RC: usize, const K: usize>;

/// Derived constants of a geometry.
struct Of<G>(G);

impl<G: Geometry> Of<G> {
    const IN: usize = G::INPUT[0] * G::INPUT[1] * G::INPUT[2];
    const OUT: usize = G::OUTPUT[0] * G::OUTPUT[1] * G::OUTPUT[2];
    const H: usize = G::INPUT[1];
    const W: usize = G::INPUT[2];
    const OH: usize = G::OUTPUT[1];
    const OW: usize = G::OUTPUT[2];
    const KH: usize = G::KERNEL[0];
    const KW: usize = G::KERNEL[1];
    /// Input and output channels of one group.
    const C: usize = G::INPUT[0] / G::GROUPS;
    const O: usize = G::OUTPUT[0] / G::GROUPS;
    /// Weights of one output channel.
    const FAN_IN: usize = Self::C * Self::KH * Self::KW;
    const WEIGHTS: usize = G::OUTPUT[0] * Self::FAN_IN;

    /// The first input column of output column `j` and tap `v`; may lie outside.
    #[inline(always)]
    const fn column(j: usize, v: usize) -> isize {
        (j * G::STRIDE[1] + v * G::DILATION[1]) as isize - G::PADDING[1] as isize
    }

    /// Output columns for which all of `taps` fall inside the input.
    #[inline(always)]
    const fn interior(taps: Range<usize>) -> Range<usize> {
        let start = G::PADDING[1].saturating_sub(taps.start * G::DILATION[1]).div_ceil(G::STRIDE[1]);
        let reach = Self::W + G::PADDING[1];
        let last = (taps.end - 1) * G::DILATION[1];
        let end = if reach > last { (reach - last - 1) / G::STRIDE[1] + 1 } else { 0 };
        let start = if start < Self::OW { start } else { Self::OW };
        let end = if end < Self::OW { end } else { Self::OW };
        start..if end > start { end } else { start }
    }

    /// The input row of output row `i` and kernel row `u`, if it is inside.
    #[inline(always)]
    fn row(i: usize, u: usize) -> Option<usize> {
        (i * G::STRIDE[0] + u * G::DILATION[0]).checked_sub(G::PADDING[0]).filter(|&r| r < Self::H)
    }

    /// The kernel rows that fall inside the input at output row `i`.
    #[inline(always)]
    fn kernel_rows(i: usize) -> Range<usize> {
        let top = i * G::STRIDE[0];
        let start = G::PADDING[0].saturating_sub(top).div_ceil(G::DILATION[0]);
        let end = (Self::H + G::PADDING[0]).saturating_sub(top).div_ceil(G::DILATION[0]);
        start.min(Self::KH)..end.min(Self::KH)
    }

    /// The kernel columns that fall inside the input at output column `j`.
    #[inline(always)]
    fn kernel_columns(j: usize) -> Range<usize> {
        let left = j * G::STRIDE[1];
        let start = G::PADDING[1].saturating_sub(left).div_ceil(G::DILATION[1]);
        let end = (Self::W + G::PADDING[1]).saturating_sub(left).div_ceil(G::DILATION[1]);
        start.min(Self::KW)..end.min(Self::KW)
    }
}

/// Vectors that the functions of a block need as a temporary, whatever the level.
pub const fn temporary<G: Geometry>() -> usize {
    let [a, b] = [temporary_of::<G>(G::Tiles32::METHOD), temporary_of::<G>(G::Tiles16::METHOD)];
    if a > b { a } else { b }
}

const fn temporary_of<G: Geometry>(method: Method) -> usize {
    let (side, tiles) = match method {
        Method::Plain => {
            let outputs = [G::Tiles32::OUTPUTS, G::Tiles16::OUTPUTS];
            return Of::<G>::C
                * Of::<G>::KH
                * Of::<G>::KW
                * if outputs[0] > outputs[1] { outputs[0] } else { outputs[1] };
        }
        Method::Linear => return linear::rows_len(Of::<G>::IN),
        Method::Minimal { side, tiles } => (side, tiles),
    };
    let (mut most, mut lanes) = (0, 4);
    while lanes <= MAX_LANES {
        let vectors = winograd::temporary::<G>(lanes, side, tiles);
        most = if vectors > most { vectors } else { most };
        lanes *= 2;
    }
    most
}

/// y = then(w ∗ x + b). `b` may be empty.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn forward<S: Simd, G: Geometry, E: Epilogue>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    temporary: &mut [S::V],
) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT && w.len() == Of::<G>::WEIGHTS);
    assert!(b.is_empty() || b.len() == G::OUTPUT[0]);
    if S::REGISTERS >= 32 {
        G::Tiles32::forward::<S, G, E>(s, x, w, b, then, y, temporary);
    } else {
        G::Tiles16::forward::<S, G, E>(s, x, w, b, then, y, temporary);
    }
}

/// [`forward`] of a single sample; see [`single::conv_forward`](super::single::conv_forward).
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn forward_single<S: Simd, G: Geometry, E: Epilogue>(
    s: S,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
    temporary: &mut [f32],
) {
    if S::REGISTERS >= 32 {
        G::Tiles32::single::<S, G, E>(s, x, w, b, then, y, temporary);
    } else {
        G::Tiles16::single::<S, G, E>(s, x, w, b, then, y, temporary);
    }
}

/// dx, overwritten, from dy and w.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], temporary: &mut [S::V]) {
    assert!(dx.len() == Of::<G>::IN && dy.len() == Of::<G>::OUT && w.len() == Of::<G>::WEIGHTS);
    if S::REGISTERS >= 32 {
        G::Tiles32::backward_input::<S, G>(s, w, dy, dx, temporary);
    } else {
        G::Tiles16::backward_input::<S, G>(s, w, dy, dx, temporary);
    }
}

/// Adds to dw the sum over the block's samples.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && dy.len() == Of::<G>::OUT && dw.len() == Of::<G>::WEIGHTS);
    if S::REGISTERS >= 32 {
        G::Tiles32::backward_weight::<S, G>(s, x, dy, dw, temporary);
    } else {
        G::Tiles16::backward_weight::<S, G>(s, x, dy, dw, temporary);
    }
}

/// [`backward_weight`] from rows of dy that may be computed as they are needed.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward_weight_by_rows<S: Simd, G: Geometry, Y: Dy<S, G>>(
    s: S,
    x: &[S::V],
    dy: Y,
    dw: &mut [f32],
    temporary: &mut [S::V],
) {
    assert!(x.len() == Of::<G>::IN && dw.len() == Of::<G>::WEIGHTS);
    if S::REGISTERS >= 32 {
        G::Tiles32::backward_weight_by_rows::<S, G, Y>(s, x, dy, dw, temporary);
    } else {
        G::Tiles16::backward_weight_by_rows::<S, G, Y>(s, x, dy, dw, temporary);
    }
}

#[rustfmt::skip] // The constants of a tile stand on a line.
impl<
    const FO: usize, const FR: usize, const FP: usize,
    const XC: usize, const XR: usize, const XW: usize,
    const WO: usize, const WRO: usize, const WC: usize, const WRC: usize, const WK: usize,
> Tiles for (Outputs<FO, FR, FP>, Row<XC, XR, XW>, Taps<WO, WRO, WC, WRC, WK>) {
    const OUTPUTS: usize = WO;

    #[inline(always)]
    fn forward<S: Simd, G: Geometry, E: Epilogue>(
        s: S, x: &[S::V], w: &[f32], b: &[f32], then: E, y: &mut [S::V], _: &mut [S::V],
    ) {
        const { assert!(FR == Of::<G>::O % FO) };
        for g in 0..G::GROUPS {
            let (mut o, end) = (g * Of::<G>::O, (g + 1) * Of::<G>::O);
            while o + FO <= end {
                // SAFETY: the lengths were asserted; channels o..o + FO are in group g.
                unsafe { forward_channels::<S, G, E, FO, FP>(s, x, w, b, then, y, o) };
                o += FO;
            }
            if FR > 0 {
                // SAFETY: as above; FR channels are left.
                unsafe { forward_channels::<S, G, E, FR, FP>(s, x, w, b, then, y, o) };
            }
        }
    }

    #[inline(always)]
    fn single<S: Simd, G: Geometry, E: Epilogue>(
        s: S, x: &[f32], w: &[f32], b: &[f32], then: E, y: &mut [f32], temporary: &mut [f32],
    ) {
        super::single::conv_forward::<S, G, E, FO, FR, FP>(s, x, w, b, then, y, temporary);
    }

    #[inline(always)]
    fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V], _: &mut [S::V]) {
        // SAFETY: the lengths were asserted.
        unsafe { input::backward_input::<S, G, XC, XR, XW>(s, w, dy, dx) };
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], dy: &[S::V], dw: &mut [f32], temporary: &mut [S::V]) {
        Self::backward_weight_by_rows::<S, G, &[S::V]>(s, x, dy, dw, temporary);
    }

    #[inline(always)]
    fn backward_weight_by_rows<S: Simd, G: Geometry, Y: Dy<S, G>>(
        s: S, x: &[S::V], mut dy: Y, dw: &mut [f32], temporary: &mut [S::V],
    ) {
        const { assert!(WRO == Of::<G>::O % WO && WRC == Of::<G>::C % WC && G::KERNEL[1].is_multiple_of(WK)) };
        for g in 0..G::GROUPS {
            let (mut o, end) = (g * Of::<G>::O, (g + 1) * Of::<G>::O);
            while o + WO <= end {
                // SAFETY: the lengths were asserted; channels o..o + WO are in group g.
                unsafe { weight::channels::<S, G, Y, WO, WC, WRC, WK>(s, x, &mut dy, dw, temporary, g, o) };
                o += WO;
            }
            if WRO > 0 {
                // SAFETY: as above; WRO channels are left.
                unsafe { weight::channels::<S, G, Y, WRO, WC, WRC, WK>(s, x, &mut dy, dw, temporary, g, o) };
            }
        }
    }
}

/// Forward of output channels `o..o + O`, row by row.
///
/// # Safety
/// The slices have the geometry's lengths; the channels exist and are of one group.
#[inline(always)]
unsafe fn forward_channels<S: Simd, G: Geometry, E: Epilogue, const O: usize, const P: usize>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    o: usize,
) {
    let inside = const { Of::<G>::interior(0..G::KERNEL[1]) };
    for i in 0..Of::<G>::OH {
        for j in (0..inside.start).chain(inside.end..Of::<G>::OW) {
            // SAFETY: the kernel's columns are those inside the input at column j.
            unsafe { forward_tile::<S, G, E, O, 1>(s, x, w, b, then, y, o, i, j, Of::<G>::kernel_columns(j)) };
        }
        let mut j = inside.start;
        while j + P <= inside.end {
            // SAFETY: all taps of the interior's columns are inside the input.
            unsafe { forward_tile::<S, G, E, O, P>(s, x, w, b, then, y, o, i, j, 0..Of::<G>::KW) };
            j += P;
        }
        // What is left of the row: four, two, one.
        if P > 4 && inside.end - j >= 4 {
            // SAFETY: as above.
            unsafe { forward_tile::<S, G, E, O, 4>(s, x, w, b, then, y, o, i, j, 0..Of::<G>::KW) };
            j += 4;
        }
        if P > 2 && inside.end - j >= 2 {
            // SAFETY: as above.
            unsafe { forward_tile::<S, G, E, O, 2>(s, x, w, b, then, y, o, i, j, 0..Of::<G>::KW) };
            j += 2;
        }
        while j < inside.end {
            // SAFETY: as above.
            unsafe { forward_tile::<S, G, E, O, 1>(s, x, w, b, then, y, o, i, j, 0..Of::<G>::KW) };
            j += 1;
        }
    }
}

/// `O` channels × `P` pixels of row `i`, from column `j`.
///
/// # Safety
/// As for [`forward_channels`]; kernel columns `v` of all `P` pixels fall inside the input.
#[allow(clippy::too_many_arguments)]
#[inline(always)]
unsafe fn forward_tile<S: Simd, G: Geometry, E: Epilogue, const O: usize, const P: usize>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [S::V],
    o: usize,
    i: usize,
    j: usize,
    v: Range<usize>,
) {
    let group = o / Of::<G>::O;
    let mut acc = [[s.splat(0.0); P]; O];
    if !b.is_empty() {
        for k in 0..O {
            // SAFETY: there is a bias for each channel.
            acc[k] = [s.splat(unsafe { at(b, o + k) }); P];
        }
    }
    let rows = Of::<G>::kernel_rows(i);
    for c in 0..Of::<G>::C {
        for u in rows.clone() {
            let row = i * G::STRIDE[0] + u * G::DILATION[0] - G::PADDING[0];
            let from = ((group * Of::<G>::C + c) * Of::<G>::H + row) * Of::<G>::W;
            let weight = o * Of::<G>::FAN_IN + (c * Of::<G>::KH + u) * Of::<G>::KW;
            for v in v.clone() {
                let column = Of::<G>::column(j, v) as usize;
                let mut pixels = [s.splat(0.0); P];
                for p in 0..P {
                    // SAFETY: row and column are inside the input.
                    pixels[p] = unsafe { at(x, from + column + p * G::STRIDE[1]) };
                }
                for k in 0..O {
                    // SAFETY: channel, row and column are inside the weights.
                    let weight = s.splat(unsafe { at(w, weight + k * Of::<G>::FAN_IN + v) });
                    for p in 0..P {
                        acc[k][p] = s.fma(pixels[p], weight, acc[k][p]);
                    }
                }
            }
        }
    }
    for k in 0..O {
        let terms = then.terms(s, o + k);
        for p in 0..P {
            let value = E::value(s, terms, acc[k][p]);
            // SAFETY: channels, row and columns are inside the output.
            unsafe { put(y, ((o + k) * Of::<G>::OH + i) * Of::<G>::OW + j + p, value) };
        }
    }
}
