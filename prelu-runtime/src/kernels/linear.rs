//! Linear layers of a block: with x `[I]`, y `[O]` and w `[O][I]`,
//!
//! - forward: y\[o\] = b\[o\] + Σ w\[o,i\] · x\[i\]
//! - backward-input: dx\[i\] = Σ w\[o,i\] · dy\[o\]
//! - backward-weight: dw\[o,i\] = Σ dy\[o\] · x\[i\], summed over lanes

use core::ops::Range;

use super::samples::{Places, SamplesFirst};
use super::{at, opaque, put};
use crate::simd::{MAX_LANES, Simd, lanes, lanes_mut};

/// The shape of one linear layer, as constants.
pub trait Geometry: Copy + Send + Sync + 'static {
    /// Input features.
    const INPUTS: usize;
    /// Output features.
    const OUTPUTS: usize;
    /// Register tiles for instruction sets with 32 registers.
    type Tiles32: Tiles;
    /// Register tiles for instruction sets with 16 registers.
    type Tiles16: Tiles;
}

/// Register tiles: [`Outputs`] for forward, [`Inputs`] for backward-input, [`Rows`] for backward-weight.
pub trait Tiles {
    /// See [`forward`].
    fn forward<S: Simd, G: Geometry>(s: S, x: &[S::V], w: &[f32], b: &[f32], y: &mut [S::V]);
    /// See [`backward_input`].
    fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V]);
    /// See [`backward_weight`].
    fn backward_weight<S: Simd, G: Geometry>(s: S, rows: &[S::V], dy: &[S::V], dw: &mut [f32], first: bool);
}

/// A tile of `O` outputs; the `R` that are left get a smaller one.
pub struct Outputs<const O: usize, const R: usize>;
/// A tile of `I` inputs; the `R` that are left get a smaller one. `K` outputs are summed before the next tile.
pub struct Inputs<const I: usize, const R: usize, const K: usize>;
/// A tile of `O` rows of weights × `V` vectors of inputs; the `R` rows that are left get a smaller one.
pub struct Rows<const O: usize, const R: usize, const V: usize>;

/// y = w·x + b. `b` may be empty.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn forward<S: Simd, G: Geometry>(s: S, x: &[S::V], w: &[f32], b: &[f32], y: &mut [S::V]) {
    assert!(x.len() == G::INPUTS && y.len() == G::OUTPUTS && w.len() == G::INPUTS * G::OUTPUTS);
    assert!(b.is_empty() || b.len() == G::OUTPUTS);
    if S::REGISTERS >= 32 {
        G::Tiles32::forward::<S, G>(s, x, w, b, y);
    } else {
        G::Tiles16::forward::<S, G>(s, x, w, b, y);
    }
}

/// dx, overwritten, from dy and w.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V]) {
    assert!(dx.len() == G::INPUTS && dy.len() == G::OUTPUTS && w.len() == G::INPUTS * G::OUTPUTS);
    if S::REGISTERS >= 32 {
        G::Tiles32::backward_input::<S, G>(s, w, dy, dx);
    } else {
        G::Tiles16::backward_input::<S, G>(s, w, dy, dx);
    }
}

/// Vectors that [`backward_weight`] needs as a temporary for this many inputs, whatever the level.
pub const fn rows_len(inputs: usize) -> usize {
    inputs.next_multiple_of(MAX_LANES)
}

/// Adds to dw the sum over the block's samples; if `first`, dw is overwritten.
///
/// A dot product over lanes would cost a sum of lanes for each weight. Instead x is transposed to a row for each sample,
/// and the gradient of a row of weights is Σ dy\[o\]\[sample\] · row, a vector of inputs at a time. The last vector begins
/// earlier where it would not be full, with zeros for the inputs that the one before has.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn backward_weight<S: Simd, G: Geometry>(
    s: S,
    x: &[S::V],
    dy: &[S::V],
    dw: &mut [f32],
    first: bool,
    temporary: &mut [S::V],
) {
    assert!(x.len() == G::INPUTS && dy.len() == G::OUTPUTS && dw.len() == G::INPUTS * G::OUTPUTS);
    // Where two vectors share inputs, one of them has zeros there, and both are added.
    let apart = const { G::INPUTS.is_multiple_of(S::LANES) };
    if first && !apart {
        dw.fill(0.0);
    }
    let first = first && apart;
    let width = const { G::INPUTS.div_ceil(S::LANES) };
    let rows = &mut temporary[..width * S::LANES];
    // The last vector, which may begin earlier, is made apart.
    let last = width - 1;
    if last > 0 {
        s.call(SamplesFirst { from: x, places: Places::row(last * S::LANES), to: &mut *rows, stride: width });
    }
    let (from, mut square) = (first_input::<S, G>(last), [s.splat(0.0); MAX_LANES]);
    let left = &x[last * S::LANES..];
    square[last * S::LANES - from..][..left.len()].copy_from_slice(left);
    s.call(SamplesFirst { from: &square, places: Places::row(S::LANES), to: &mut rows[last..], stride: width });
    if S::REGISTERS >= 32 {
        G::Tiles32::backward_weight::<S, G>(s, rows, dy, dw, first);
    } else {
        G::Tiles16::backward_weight::<S, G>(s, rows, dy, dw, first);
    }
}

#[rustfmt::skip] // The constants of a tile stand on a line.
impl<
    const O: usize, const OR: usize,
    const I: usize, const IR: usize, const IK: usize,
    const WO: usize, const WR: usize, const WV: usize,
> Tiles for (Outputs<O, OR>, Inputs<I, IR, IK>, Rows<WO, WR, WV>) {
    #[inline(always)]
    fn forward<S: Simd, G: Geometry>(s: S, x: &[S::V], w: &[f32], b: &[f32], y: &mut [S::V]) {
        const { assert!(OR == G::OUTPUTS % O) };
        let mut o = 0;
        while o + O <= G::OUTPUTS {
            // SAFETY: the lengths were asserted; outputs o..o + O exist.
            unsafe { forward_outputs::<S, G, O>(s, x, w, b, y, o) };
            o += O;
        }
        if OR > 0 {
            // SAFETY: as above; OR outputs are left.
            unsafe { forward_outputs::<S, G, OR>(s, x, w, b, y, o) };
        }
    }

    #[inline(always)]
    fn backward_input<S: Simd, G: Geometry>(s: S, w: &[f32], dy: &[S::V], dx: &mut [S::V]) {
        const { assert!(IR == G::INPUTS % I && IK > 0) };
        for o in (0..G::OUTPUTS).step_by(IK) {
            let outputs = o..G::OUTPUTS.min(o + IK);
            let mut i = 0;
            while i + I <= G::INPUTS {
                // SAFETY: the lengths were asserted; inputs i..i + I exist.
                unsafe { backward_input_tile::<S, G, I>(s, w, dy, dx, i, outputs.clone()) };
                i += I;
            }
            if IR > 0 {
                // SAFETY: as above; IR inputs are left.
                unsafe { backward_input_tile::<S, G, IR>(s, w, dy, dx, i, outputs) };
            }
        }
    }

    #[inline(always)]
    fn backward_weight<S: Simd, G: Geometry>(s: S, rows: &[S::V], dy: &[S::V], dw: &mut [f32], first: bool) {
        const { assert!(WR == G::OUTPUTS % WO) };
        let mut o = 0;
        while o + WO <= G::OUTPUTS {
            // SAFETY: the lengths were asserted; outputs o..o + WO exist.
            unsafe { backward_weight_rows::<S, G, WO, WV>(s, rows, dy, dw, first, o) };
            o += WO;
        }
        if WR > 0 {
            // SAFETY: as above; WR outputs are left.
            unsafe { backward_weight_rows::<S, G, WR, WV>(s, rows, dy, dw, first, o) };
        }
    }
}

/// Outputs `o..o + O`; few of them with four sums each, since a sum alone waits for its last multiply-add.
///
/// # Safety
/// The slices have the geometry's lengths; the outputs exist.
#[inline(always)]
unsafe fn forward_outputs<S: Simd, G: Geometry, const O: usize>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    y: &mut [S::V],
    o: usize,
) {
    if const { O < 4 && G::INPUTS >= 16 } {
        // SAFETY: by the contract above.
        unsafe { forward_tile::<S, G, O, 4>(s, x, w, b, y, o) };
    } else {
        // SAFETY: by the contract above.
        unsafe { forward_tile::<S, G, O, 1>(s, x, w, b, y, o) };
    }
}

/// Inputs that go into one sum before it is added to the others: in a longer one, what is rounded off adds up.
const TERMS: usize = 64;
/// Such sums that are added before they join the output, for the same reason.
const PARTS: usize = 64;

/// Outputs `o..o + O`, each in `N` sums, of every `N`th input; the first begins with the bias.
///
/// # Safety
/// As for [`forward_outputs`].
#[inline(always)]
unsafe fn forward_tile<S: Simd, G: Geometry, const O: usize, const N: usize>(
    s: S,
    x: &[S::V],
    w: &[f32],
    b: &[f32],
    y: &mut [S::V],
    o: usize,
) {
    let mut joined = [s.splat(0.0); O];
    for from in (0..G::INPUTS).step_by(N * TERMS) {
        let end = (from + N * TERMS).min(G::INPUTS);
        let mut acc = [[s.splat(0.0); O]; N];
        if from == 0 && !b.is_empty() {
            for k in 0..O {
                // SAFETY: there is a bias for each output.
                acc[0][k] = s.splat(unsafe { at(b, o + k) });
            }
        }
        let whole = (end - from) / N * N;
        for i in (from..from + whole).step_by(N) {
            for n in 0..N {
                // SAFETY: the input exists.
                let input = unsafe { at(x, i + n) };
                for k in 0..O {
                    // SAFETY: output and input are inside the weights.
                    let weight = s.splat(unsafe { at(w, (o + k) * G::INPUTS + i + n) });
                    acc[n][k] = s.fma(input, weight, acc[n][k]);
                }
            }
        }
        for i in from + whole..end {
            // SAFETY: the input exists.
            let input = unsafe { at(x, i) };
            for k in 0..O {
                // SAFETY: as above.
                let weight = s.splat(unsafe { at(w, (o + k) * G::INPUTS + i) });
                acc[0][k] = s.fma(input, weight, acc[0][k]);
            }
        }
        for k in 0..O {
            let mut sum = acc[0][k];
            for n in 1..N {
                sum = s.add(sum, acc[n][k]);
            }
            let mut begun = from == 0;
            // Where there are many parts, runs of them are added apart.
            if const { G::INPUTS > N * TERMS * PARTS } {
                joined[k] = s.add(joined[k], sum);
                if end < G::INPUTS && !end.is_multiple_of(N * TERMS * PARTS) {
                    continue;
                }
                sum = core::mem::replace(&mut joined[k], s.splat(0.0));
                begun = end <= N * TERMS * PARTS;
            }
            // SAFETY: the output exists.
            unsafe { put(y, o + k, if begun { sum } else { s.add(at(y, o + k), sum) }) };
        }
    }
}

/// The sums that `outputs` give to inputs `i..i + I`: the first of them overwrite dx, others are added to it.
///
/// # Safety
/// The slices have the geometry's lengths; the inputs and the outputs exist.
#[inline(always)]
unsafe fn backward_input_tile<S: Simd, G: Geometry, const I: usize>(
    s: S,
    w: &[f32],
    dy: &[S::V],
    dx: &mut [S::V],
    i: usize,
    outputs: Range<usize>,
) {
    let (mut acc, first) = ([s.splat(0.0); I], outputs.start == 0);
    for o in outputs {
        // SAFETY: the output exists.
        let d = unsafe { at(dy, o) };
        for k in 0..I {
            // SAFETY: output and input are inside the weights.
            let weight = s.splat(unsafe { at(w, o * G::INPUTS + i + k) });
            acc[k] = s.fma(d, weight, acc[k]);
        }
    }
    for k in 0..I {
        // SAFETY: the input exists.
        unsafe { put(dx, i + k, if first { acc[k] } else { s.add(at(dx, i + k), acc[k]) }) };
    }
}

/// Rows `o..o + O` of the weights.
///
/// # Safety
/// dw and dy have the geometry's lengths, `rows` a row of vectors for each lane; the outputs exist.
#[inline(always)]
unsafe fn backward_weight_rows<S: Simd, G: Geometry, const O: usize, const V: usize>(
    s: S,
    rows: &[S::V],
    dy: &[S::V],
    dw: &mut [f32],
    first: bool,
    o: usize,
) {
    let width = const { G::INPUTS.div_ceil(S::LANES) };
    let mut v = 0;
    while v + V <= width {
        // SAFETY: by the contract above; vectors v..v + V are inside the rows.
        unsafe { backward_weight_tile::<S, G, O, V>(s, rows, dy, dw, first, o, v) };
        v += V;
    }
    while v < width {
        // SAFETY: by the contract above; the vector is inside the rows.
        unsafe { backward_weight_tile::<S, G, O, 1>(s, rows, dy, dw, first, o, v) };
        v += 1;
    }
}

/// The first input of vector `v` of a row.
#[inline(always)]
fn first_input<S: Simd, G: Geometry>(v: usize) -> usize {
    let last = G::INPUTS.saturating_sub(S::LANES);
    if v * S::LANES < last { v * S::LANES } else { last }
}

/// The lanes of a row's last vector that the vector before does not have. Its other lanes hold zeros, of which an infinite dy
/// makes NaN.
#[inline(always)]
fn own<S: Simd, G: Geometry>(s: S) -> S::Mask {
    let mut ones = [s.splat(0.0)];
    lanes_mut(&mut ones)[S::LANES - G::INPUTS % S::LANES..].fill(1.0);
    s.gt(ones[0], s.splat(0.0))
}

/// Rows `o..o + O` of the weights, vectors `v..v + V` of each.
///
/// # Safety
/// As for [`backward_weight_rows`]; the vectors are inside the rows.
#[inline(always)]
unsafe fn backward_weight_tile<S: Simd, G: Geometry, const O: usize, const V: usize>(
    s: S,
    rows: &[S::V],
    dy: &[S::V],
    dw: &mut [f32],
    first: bool,
    o: usize,
    v: usize,
) {
    let width = const { G::INPUTS.div_ceil(S::LANES) };
    let dy = lanes(dy);
    let mut acc = [[s.splat(0.0); V]; O];
    for n in 0..opaque(S::LANES) {
        let mut x = [s.splat(0.0); V];
        for k in 0..V {
            // SAFETY: the vector is inside the sample's row.
            x[k] = unsafe { at(rows, n * width + v + k) };
        }
        for m in 0..O {
            // SAFETY: the output exists, and has a lane for each sample.
            let d = s.splat(unsafe { at(dy, (o + m) * S::LANES + n) });
            for k in 0..V {
                acc[m][k] = s.fma(x[k], d, acc[m][k]);
            }
        }
    }
    for m in 0..O {
        for k in 0..V {
            let to = (o + m) * G::INPUTS + first_input::<S, G>(v + k);
            if const { G::INPUTS >= S::LANES } {
                // SAFETY: a whole vector of the row begins there. A check of that would have LLVM sum one vector after the
                // other.
                unsafe {
                    let to = dw.as_mut_ptr().add(to);
                    let sum = if first { acc[m][k] } else { s.add(s.load(to), acc[m][k]) };
                    let shared = const { !G::INPUTS.is_multiple_of(S::LANES) } && v + k + 1 == width;
                    s.store(to, if shared { s.select(own::<S, G>(s), sum, s.load(to)) } else { sum });
                }
            } else {
                for (to, &sum) in dw[to..to + G::INPUTS].iter_mut().zip(lanes(&[acc[m][k]])) {
                    *to += sum;
                }
            }
        }
    }
}
