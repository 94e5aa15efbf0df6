//! Convolution and linear layers of a single sample: the lanes are pixels, or features.
//!
//! **Convolution.** For each tap, a vector of neighbouring pixels is read, and each output channel of a register tile adds
//! it, times the tap's weight. To have neighbours where there is padding or a stride, the input is first laid out in
//! *planes*: its pixels with the padding around them, those of each remainder modulo the stride together, so that a tap is
//! a plane and an offset in it. How the outputs are cut into vectors depends on their width:
//!
//! - rows: a row is as long as a vector or longer; the last vector of a row ends where the row does, and may overlap
//! - halves: half a vector divides the row; a vector is two neighbouring halves, which may be of two rows
//! - flat: the rows are short; a vector goes over the ends of rows in the plane, and what is between them is left out
//!
//! **Linear.** Rows of weights times the input, a vector at a time; the lanes are summed at the end.
//!
//! **Pools.** Outputs side by side, where there is no padding and the stride is 1 or 2.

use super::epilogue::Epilogue;
use super::pointwise::Activation;
use super::reduction::{Cascade, lane_sums};
use super::{conv, pooling};
use crate::simd::{MAX_LANES, Simd, Single, lanes};

mod linear;

pub use linear::linear_forward;

/// Derived constants of a convolution.
struct Of<G>(G);

impl<G: conv::Geometry> Of<G> {
    const C: usize = G::INPUT[0] / G::GROUPS;
    const O: usize = G::OUTPUT[0] / G::GROUPS;
    const TAPS: usize = G::KERNEL[0] * G::KERNEL[1];
    const FAN_IN: usize = Self::C * Self::TAPS;
    const ROWS: usize = G::OUTPUT[1];
    const COLUMNS: usize = G::OUTPUT[2];
    const PIXELS: usize = Self::ROWS * Self::COLUMNS;
    /// Height and width of a plane that the outputs reach.
    const REACH: [usize; 2] = [
        Self::ROWS + (G::KERNEL[0] - 1) * G::DILATION[0] / G::STRIDE[0],
        Self::COLUMNS + (G::KERNEL[1] - 1) * G::DILATION[1] / G::STRIDE[1],
    ];
    /// Whether the input is a plane as it is.
    const PLAIN: bool = G::STRIDE[0] == 1
        && G::STRIDE[1] == 1
        && G::PADDING[0] == 0
        && G::PADDING[1] == 0
        && Self::REACH[0] <= G::INPUT[1]
        && Self::REACH[1] <= G::INPUT[2];
    /// From row to row of a plane.
    const PITCH: usize = if Self::PLAIN { G::INPUT[2] } else { Self::REACH[1] };
    const PLANE: usize = if Self::PLAIN { G::INPUT[1] * G::INPUT[2] } else { Self::REACH[0] * Self::REACH[1] };
    /// Planes of a channel.
    const PHASES: usize = if Self::PLAIN { 1 } else { G::STRIDE[0] * G::STRIDE[1] };
    const IN: usize = G::INPUT[0] * G::INPUT[1] * G::INPUT[2];

    /// Where a tap is in a channel's planes.
    #[inline(always)]
    const fn tap(u: usize, v: usize) -> usize {
        let ([sh, sw], [y, x]) = (G::STRIDE, [u * G::DILATION[0], v * G::DILATION[1]]);
        let phase = if Self::PLAIN { 0 } else { y % sh * sw + x % sw };
        phase * Self::PLANE + y / sh * Self::PITCH + x / sw
    }
}

/// Floats that [`conv_forward`] needs as a temporary: the planes.
pub const fn conv_temporary<G: conv::Geometry>() -> usize {
    if Of::<G>::PLAIN { 0 } else { G::INPUT[0] * Of::<G>::PHASES * Of::<G>::PLANE }
}

/// Vectors that [`conv_forward`] multiplies for a group; one that is put together from halves costs another for the few
/// channels that it is read for.
pub(super) const fn products_of<G: conv::Geometry>(lanes: usize) -> usize {
    let cut = Cut::of::<G>(lanes);
    let products = cut.count::<G>(lanes) * Of::<G>::FAN_IN * Of::<G>::O;
    if matches!(cut, Cut::Halves) { products + products / 5 } else { products }
}

/// How outputs are cut into vectors.
#[derive(Clone, Copy, PartialEq)]
enum Cut {
    Rows,
    Halves,
    Flat,
}

impl Cut {
    const fn of<G: conv::Geometry>(lanes: usize) -> Self {
        let (columns, half) = (G::OUTPUT[2], lanes / 2);
        if columns.is_multiple_of(lanes) {
            Self::Rows
        } else if half >= 4 && columns.is_multiple_of(half) && Of::<G>::PIXELS >= lanes {
            Self::Halves
        } else if columns >= lanes {
            Self::Rows
        } else {
            Self::Flat
        }
    }

    /// How many vectors.
    const fn count<G: conv::Geometry>(self, lanes: usize) -> usize {
        match self {
            Self::Rows => Of::<G>::ROWS * Of::<G>::COLUMNS.div_ceil(lanes),
            Self::Halves => Of::<G>::PIXELS.div_ceil(lanes),
            Self::Flat => ((Of::<G>::ROWS - 1) * Of::<G>::PITCH + Of::<G>::COLUMNS).div_ceil(lanes),
        }
    }
}

/// Where a vector of outputs is read in a plane (in two halves, which are neighbours but where rows are cut in halves),
/// and where it is written.
#[derive(Clone, Copy)]
struct Place {
    low: usize,
    high: usize,
    to: usize,
}

impl Place {
    #[inline(always)]
    fn of<G: conv::Geometry>(cut: Cut, lanes: usize, index: usize) -> Self {
        let (columns, pitch) = (Of::<G>::COLUMNS, Of::<G>::PITCH);
        match cut {
            Cut::Rows => {
                let in_row = columns.div_ceil(lanes);
                let (row, column) = (index / in_row, (index % in_row * lanes).min(columns - lanes));
                let low = row * pitch + column;
                Self { low, high: low + lanes / 2, to: row * columns + column }
            }
            Cut::Halves => {
                let to = (index * lanes).min(Of::<G>::PIXELS - lanes);
                let at = |pixel: usize| pixel / columns * pitch + pixel % columns;
                Self { low: at(to), high: at(to + lanes / 2), to }
            }
            Cut::Flat => {
                let length = (Of::<G>::ROWS - 1) * pitch + columns;
                let low = (index * lanes).min(length.saturating_sub(lanes));
                Self { low, high: low + lanes / 2, to: low }
            }
        }
    }
}

/// y = then(w ∗ x + b) for one sample. `b` may be empty; `temporary` holds [`conv_temporary`].
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn conv_forward<S: Simd, G: conv::Geometry, E: Epilogue, const O: usize, const R: usize, const P: usize>(
    s: S,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
    temporary: &mut [f32],
) {
    assert!(x.len() == Of::<G>::IN && y.len() == G::OUTPUT[0] * Of::<G>::PIXELS);
    assert!(w.len() == G::OUTPUT[0] * Of::<G>::FAN_IN && (b.is_empty() || b.len() == G::OUTPUT[0]));
    let planes = planes::<S, G>(s, x, temporary);
    // A vector of a short plane would reach over its end: those few outputs are computed one by one.
    let length = const { (Of::<G>::ROWS - 1) * Of::<G>::PITCH + Of::<G>::COLUMNS };
    if length < S::LANES {
        return conv_by_pixel::<S, G, E>(s, planes, w, b, then, y);
    }
    for g in 0..G::GROUPS {
        let planes = &planes[g * Of::<G>::C * Of::<G>::PHASES * Of::<G>::PLANE..];
        let (mut o, end) = (g * Of::<G>::O, (g + 1) * Of::<G>::O);
        while o + O <= end {
            channels::<S, G, E, O, P>(s, planes, w, b, then, y, o);
            o += O;
        }
        if R > 0 {
            channels::<S, G, E, R, P>(s, planes, w, b, then, y, o);
        }
    }
}

/// The planes of an input: itself, or laid out in `temporary`, which holds [`conv_temporary`].
///
/// # Panics
/// If the temporary is too short.
#[inline(always)]
fn planes<'a, S: Simd, G: conv::Geometry>(s: S, x: &'a [f32], temporary: &'a mut [f32]) -> &'a [f32] {
    if Of::<G>::PLAIN {
        return x;
    }
    let planes = &mut temporary[..const { conv_temporary::<G>() }];
    let ([_, height, _], [sh, sw], top) = (G::INPUT, G::STRIDE, G::PADDING[0]);
    let [rows, columns] = Of::<G>::REACH;
    for (n, planes) in planes.chunks_exact_mut(sw * rows * columns).enumerate() {
        let (c, phase) = (n / sh, n % sh);
        for i in 0..rows {
            match (i * sh + phase).checked_sub(top).filter(|&row| row < height) {
                Some(row) => lay_out_row::<S, G>(s, &x[(c * height + row) * G::INPUT[2]..], planes, i),
                None => (0..sw).for_each(|px| planes[(px * rows + i) * columns..][..columns].fill(0.0)),
            }
        }
    }
    planes
}

/// Lays out the row of the input with which `x` begins, as row `i` of its planes, with zeros where there is padding.
#[inline(always)]
fn lay_out_row<S: Simd, G: conv::Geometry>(s: S, x: &[f32], planes: &mut [f32], i: usize) {
    let (width, sw, left) = (G::INPUT[2], G::STRIDE[1], G::PADDING[1]);
    let [rows, columns] = Of::<G>::REACH;
    // The columns of a plane that are inside the input.
    let first = |px: usize| left.saturating_sub(px).div_ceil(sw).min(columns);
    let end = |px: usize| (width + left).saturating_sub(px).div_ceil(sw).min(columns).max(first(px));
    for px in 0..sw {
        let (first, end) = (first(px), end(px));
        let to = &mut planes[(px * rows + i) * columns..][..columns];
        to[..first].fill(0.0);
        to[end..].fill(0.0);
        // Every other pixel is taken below, a vector at a time.
        if first < end && sw != 2 {
            let from = &x[first * sw + px - left..width];
            if sw == 1 {
                to[first..end].copy_from_slice(&from[..end - first]);
            } else {
                for (to, from) in to[first..end].iter_mut().zip(from.iter().step_by(sw)) {
                    *to = *from;
                }
            }
        }
    }
    if sw != 2 {
        return;
    }
    for start in (0..width.div_ceil(2)).step_by(S::LANES) {
        let mut halves = [[0.0; MAX_LANES]; 2];
        if let Some(x) = x.get(2 * start..2 * (start + S::LANES)) {
            // SAFETY: there are two vectors' worth of floats, and a half holds the widest vector.
            unsafe {
                let [even, odd] = s.unzip(s.load(x.as_ptr()), s.load(x.as_ptr().add(S::LANES)));
                s.store(halves[0].as_mut_ptr(), even);
                s.store(halves[1].as_mut_ptr(), odd);
            }
        } else {
            for (k, &x) in x[2 * start..].iter().enumerate() {
                halves[k % 2][k / 2] = x;
            }
        }
        for px in 0..2 {
            let (first, end) = ((first(px) + start).min(end(px)), end(px).min(first(px) + start + S::LANES));
            let to = &mut planes[(px * rows + i) * columns..][first..end];
            to.copy_from_slice(&halves[(px + left) % 2][..end - first]);
        }
    }
}

/// The output channels `o..o + O`.
#[inline(always)]
fn channels<S: Simd, G: conv::Geometry, E: Epilogue, const O: usize, const P: usize>(
    s: S,
    planes: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
    o: usize,
) {
    let cut = const { Cut::of::<G>(S::LANES) };
    let count = const { Cut::of::<G>(S::LANES).count::<G>(S::LANES) };
    if count < P {
        for index in 0..count {
            tile::<S, G, E, O, 1>(s, cut, planes, w, b, then, y, o, index);
        }
        return;
    }
    // The last tile may compute vectors of the one before it once more.
    for index in (0..count).step_by(P) {
        tile::<S, G, E, O, P>(s, cut, planes, w, b, then, y, o, index.min(count - P));
    }
}

/// The output channels `o..o + O` of `P` vectors, the first of which is `index`.
#[expect(clippy::too_many_arguments, reason = "a register tile's place")]
#[inline(always)]
fn tile<S: Simd, G: conv::Geometry, E: Epilogue, const O: usize, const P: usize>(
    s: S,
    cut: Cut,
    planes: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
    o: usize,
    index: usize,
) {
    let places: [Place; P] = core::array::from_fn(|k| Place::of::<G>(cut, S::LANES, index + k));
    let mut acc: [[S::V; P]; O] = core::array::from_fn(|m| [s.splat(b.get(o + m).copied().unwrap_or(0.0)); P]);
    let w = &w[o * Of::<G>::FAN_IN..(o + O) * Of::<G>::FAN_IN];
    // Every vector ends inside the plane for the last tap of the last channel, and so for all before it.
    let reach = (Of::<G>::C - 1) * Of::<G>::PHASES * Of::<G>::PLANE + Of::<G>::PLANE * (Of::<G>::PHASES - 1);
    let furthest = (G::KERNEL[0] - 1) * G::DILATION[0] / G::STRIDE[0] * Of::<G>::PITCH
        + (G::KERNEL[1] - 1) * G::DILATION[1] / G::STRIDE[1];
    for place in &places {
        assert!(
            place.low + S::LANES / 2 <= planes.len() && place.high + S::LANES / 2 + reach + furthest <= planes.len()
        );
    }
    for c in 0..Of::<G>::C {
        for u in 0..G::KERNEL[0] {
            for v in 0..G::KERNEL[1] {
                let from = c * Of::<G>::PHASES * Of::<G>::PLANE + Of::<G>::tap(u, v);
                let tap = (c * G::KERNEL[0] + u) * G::KERNEL[1] + v;
                let x: [S::V; P] = core::array::from_fn(|k| {
                    let Place { low, high, .. } = places[k];
                    // SAFETY: a tap's place is at most `reach + furthest`, with which the halves were asserted to be inside.
                    unsafe {
                        let p = planes.as_ptr().add(from);
                        if cut == Cut::Halves { s.load_halves(p.add(low), p.add(high)) } else { s.load(p.add(low)) }
                    }
                });
                for m in 0..O {
                    // SAFETY: `w` has `O` rows of `FAN_IN` weights, and the tap is below that.
                    let weight = s.splat(unsafe { *w.get_unchecked(m * Of::<G>::FAN_IN + tap) });
                    for k in 0..P {
                        acc[m][k] = s.fma(x[k], weight, acc[m][k]);
                    }
                }
            }
        }
    }
    for m in 0..O {
        let y = &mut y[(o + m) * Of::<G>::PIXELS..(o + m + 1) * Of::<G>::PIXELS];
        let terms = then.terms(s, o + m);
        for k in 0..P {
            let values = [E::value(s, terms, acc[m][k])];
            if cut == Cut::Flat {
                scatter::<G>(lanes(&values), places[k].to, y);
            } else {
                y[places[k].to..places[k].to + S::LANES].copy_from_slice(lanes(&values));
            }
        }
    }
}

/// Writes what lies at `first` and behind it in a plane to where it belongs in the output.
#[inline(always)]
fn scatter<G: conv::Geometry>(values: &[f32], first: usize, y: &mut [f32]) {
    let (columns, pitch) = (Of::<G>::COLUMNS, Of::<G>::PITCH);
    for (lane, &value) in values.iter().enumerate() {
        let (row, column) = ((first + lane) / pitch, (first + lane) % pitch);
        if column < columns && row < Of::<G>::ROWS {
            y[row * columns + column] = value;
        }
    }
}

/// A convolution of few pixels, one after the other: the lanes are features of the input where it is contiguous.
#[inline(always)]
fn conv_by_pixel<S: Simd, G: conv::Geometry, E: Epilogue>(
    s: S,
    planes: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
) {
    let (rows, pitch) = (Of::<G>::ROWS, Of::<G>::PITCH);
    for o in 0..G::OUTPUT[0] {
        let planes = &planes[o / Of::<G>::O * Of::<G>::C * Of::<G>::PHASES * Of::<G>::PLANE..];
        let w = &w[o * Of::<G>::FAN_IN..(o + 1) * Of::<G>::FAN_IN];
        let bias = b.get(o).copied().unwrap_or(0.0);
        let terms = then.terms(s, o);
        for i in 0..rows {
            for j in 0..Of::<G>::COLUMNS {
                let mut sum = bias;
                for c in 0..Of::<G>::C {
                    let plane = &planes[c * Of::<G>::PHASES * Of::<G>::PLANE + i * pitch + j..];
                    for u in 0..G::KERNEL[0] {
                        for v in 0..G::KERNEL[1] {
                            let weight = w[(c * G::KERNEL[0] + u) * G::KERNEL[1] + v];
                            sum = s.fma_single(plane[Of::<G>::tap(u, v)], weight, sum);
                        }
                    }
                }
                y[(o * rows + i) * Of::<G>::COLUMNS + j] = E::value_single(s, terms, sum);
            }
        }
    }
}

/// How the pixels of a window become one.
pub(super) trait Fold {
    /// What a window without pixels gives.
    const START: f32;
    /// One pixel more, in each lane.
    fn fold<S: Simd>(s: S, all: S::V, x: S::V) -> S::V;
}

/// The largest; any NaN wins.
pub(super) struct Largest;

impl Fold for Largest {
    const START: f32 = f32::NEG_INFINITY;
    #[inline(always)]
    fn fold<S: Simd>(s: S, all: S::V, x: S::V) -> S::V {
        s.select(s.eq(x, x), s.max(x, all), x)
    }
}

/// What becomes of the pixels of a window, in turn.
trait Pool {
    /// What is known of the window so far.
    type State<S: Simd>;
    /// Nothing.
    fn start<S: Simd>(s: S) -> Self::State<S>;
    /// One pixel more, in each lane.
    fn add<S: Simd>(s: S, state: &mut Self::State<S>, x: S::V);
    /// What becomes of them.
    fn end<S: Simd>(state: Self::State<S>) -> S::V;
}

impl<F: Fold> Pool for F {
    type State<S: Simd> = S::V;
    #[inline(always)]
    fn start<S: Simd>(s: S) -> S::V {
        s.splat(F::START)
    }
    #[inline(always)]
    fn add<S: Simd>(s: S, all: &mut S::V, x: S::V) {
        *all = F::fold(s, *all, x);
    }
    #[inline(always)]
    fn end<S: Simd>(all: S::V) -> S::V {
        all
    }
}

/// The sum.
struct Sum;

impl Fold for Sum {
    const START: f32 = 0.0;
    #[inline(always)]
    fn fold<S: Simd>(s: S, all: S::V, x: S::V) -> S::V {
        s.add(all, x)
    }
}

/// The sum of many.
struct LargeSum;

impl Pool for LargeSum {
    type State<S: Simd> = Cascade<S>;
    #[inline(always)]
    fn start<S: Simd>(s: S) -> Cascade<S> {
        Cascade::new(s)
    }
    #[inline(always)]
    fn add<S: Simd>(_: S, sum: &mut Cascade<S>, x: S::V) {
        sum.add(x);
    }
    #[inline(always)]
    fn end<S: Simd>(mut sum: Cascade<S>) -> S::V {
        sum.take()
    }
}

/// y = the largest x of each window, for one sample.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn max_pool<S: Simd, G: pooling::Geometry>(s: S, x: &[f32], y: &mut [f32]) {
    pool::<S, G, Largest>(s, x, y);
}

/// y = the sum of each window, or, if `MEAN`, its mean, for one sample.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn sum_pool<S: Simd, G: pooling::Geometry, const MEAN: bool>(s: S, x: &[f32], y: &mut [f32]) {
    if const { pooling::Of::<G>::LARGE } {
        pool::<S, G, LargeSum>(s, x, y);
    } else {
        pool::<S, G, Sum>(s, x, y);
    }
    let [_, rows, columns] = G::OUTPUT;
    if MEAN && const { pooling::Of::<G>::WHOLE } {
        let share = pooling::share::<G>(0, 0);
        y.iter_mut().for_each(|y| *y *= share);
    } else if MEAN {
        for (index, y) in y.iter_mut().enumerate() {
            *y *= pooling::share::<G>(index / columns % rows, index % columns);
        }
    }
}

#[inline(always)]
fn pool<S: Simd, G: pooling::Geometry, P: Pool>(s: S, x: &[f32], y: &mut [f32]) {
    let ([channels, height, width], [_, rows, columns]) = (G::INPUT, G::OUTPUT);
    assert!(x.len() == channels * height * width && y.len() == channels * rows * columns);
    // Outputs side by side: windows next to each other, or every other one, in rows that end inside the input.
    let wide = const { G::PADDING[0] == 0 && G::PADDING[1] == 0 && G::STRIDE[1] <= 2 && pooling::Of::<G>::ENDS[1] };
    for (r, y) in y.chunks_exact_mut(columns).enumerate() {
        let (c, i) = (r / rows, r % rows);
        // A vector reads this far from the first pixel of the row of windows.
        let last = columns.next_multiple_of(S::LANES) * G::STRIDE[1] + G::KERNEL[1] + (G::KERNEL[0] - 1) * width;
        let first = (c * height + i * G::STRIDE[0]) * width;
        let inside = const { pooling::Of::<G>::ENDS[0] } || i * G::STRIDE[0] + G::KERNEL[0] <= height;
        if wide && inside && first + last <= x.len() {
            for start in (0..columns).step_by(S::LANES) {
                // SAFETY: the windows' rows are inside, and vectors reach no further than `first + last`.
                let pooled = unsafe { pool_vector::<S, G, P>(s, x, first + start * G::STRIDE[1]) };
                let count = S::LANES.min(columns - start);
                y[start..start + count].copy_from_slice(&lanes(&[pooled])[..count]);
            }
        } else {
            for (j, y) in y.iter_mut().enumerate() {
                *y = pool_pixel::<S, G, P>(s, x, c, i, j);
            }
        }
    }
}

/// A vector of outputs whose first window begins at `first`.
///
/// # Safety
/// All that the vectors of the windows reach is inside x; the stride is 1 or 2.
#[inline(always)]
unsafe fn pool_vector<S: Simd, G: pooling::Geometry, P: Pool>(s: S, x: &[f32], first: usize) -> S::V {
    let mut all = P::start(s);
    for u in 0..G::KERNEL[0] {
        // SAFETY: by the contract above, here and below.
        let row = unsafe { x.as_ptr().add(first + u * G::INPUT[2]) };
        if G::STRIDE[1] == 1 {
            for v in 0..G::KERNEL[1] {
                // SAFETY: as above.
                P::add(s, &mut all, unsafe { s.load(row.add(v)) });
            }
        } else {
            for v in (0..G::KERNEL[1]).step_by(2) {
                // SAFETY: as above.
                let [even, odd] = unsafe { s.unzip(s.load(row.add(v)), s.load(row.add(v + S::LANES))) };
                P::add(s, &mut all, even);
                if v + 1 < G::KERNEL[1] {
                    P::add(s, &mut all, odd);
                }
            }
        }
    }
    P::end(all)
}

/// One output.
#[inline(always)]
fn pool_pixel<S: Simd, G: pooling::Geometry, P: Pool>(s: S, x: &[f32], c: usize, i: usize, j: usize) -> f32 {
    let [_, height, width] = G::INPUT;
    let s = Single::new(s);
    let mut all = P::start(s);
    for u in 0..G::KERNEL[0] {
        for v in 0..G::KERNEL[1] {
            let row = (i * G::STRIDE[0] + u).checked_sub(G::PADDING[0]).filter(|&row| row < height);
            let column = (j * G::STRIDE[1] + v).checked_sub(G::PADDING[1]).filter(|&column| column < width);
            if let (Some(row), Some(column)) = (row, column) {
                P::add(s, &mut all, x[(c * height + row) * width + column]);
            }
        }
    }
    P::end(all)
}

/// x = f(x), a vector at a time.
#[inline(always)]
pub fn activate<S: Simd, A: Activation>(s: S, slope: f32, x: &mut [f32]) {
    let wide = s.splat(slope);
    let mut vectors = x.chunks_exact_mut(S::LANES);
    for x in &mut vectors {
        // SAFETY: the chunk is a vector's worth.
        unsafe { s.store(x.as_mut_ptr(), A::value(s, wide, s.load(x.as_ptr()))) };
    }
    for x in vectors.into_remainder() {
        *x = A::value(Single::new(s), slope, *x);
    }
}

/// The sum of floats, a vector at a time.
#[inline(always)]
pub fn sum<S: Simd>(s: S, x: &[f32]) -> f32 {
    let (vectors, rest) = (x.len() / S::LANES, x.len() % S::LANES);
    let [sum] = lane_sums!(s, 1, vectors, |i, sums| {
        // SAFETY: vector i of the slice is whole.
        sums[0] = s.add(sums[0], unsafe { s.load(x.as_ptr().add(i * S::LANES)) });
    });
    x[x.len() - rest..].iter().fold(s.sum(sum), |sum, x| sum + x)
}
