//! Convolution, activation and max pool of a block in one pass, with disjoint windows.
//!
//! With z = w ∗ x + b, forward computes the pixels of a window in one register tile, so that only what wins is written:
//! y = max f(z) over each window, and, for backward, the z that won and the number of its tap. Kernels of 5 × 5 are filtered
//! minimally where that takes fewer operations.
//!
//! Backward takes d, the gradient of y, through f at the winner. What then reaches the convolution has one pixel of each
//! window that is not zero:
//!
//! - dense: it is laid out in full, and the kernels of [`conv`] go over it; or, where only the weights' gradient is wanted,
//!   some rows at a time, which stay in the cache; behind windows of 2 × 2, for the weights' gradient winners select what
//!   they read, and nothing is laid out
//! - sparse: only winners are visited. Where a winner is differs from sample to sample, so the lanes are input channels
//!   here: x is transposed to `[sample][H][W][C]`, what is known of the winners to a row for each sample, and a winner adds
//!   to the weights of all taps of its channel, or to a patch of dx, in registers; or lanes are the channels of all columns
//!   of the kernel, or half vectors of channels and the few that are left of all rows, where that leaves fewer of them idle

mod backward;
mod dense;
mod grid;
mod halves;
mod minimal;
mod numbers;
mod rows;
mod selected;
mod sparse;
mod window;
mod windows;
mod winners;

use super::conv::{self, Geometry as _};
use super::pointwise::{self, Activation, Nothing};
use super::pooling::{self, Geometry as _};
use super::{at, single};
use crate::simd::{MAX_LANES, Simd};
pub use backward::{Gradients, InputGradient, NotWanted, backward, temporary};
pub use minimal::Filtering;
pub use rows::{Rows, Tiles as RowTiles};
pub use selected::{Selected, Tiles as SelectedTiles};
pub use winners::Winners;

/// A convolution, and the pool of its output, whose windows are disjoint and not padded.
pub trait Geometry: Copy + Send + Sync + 'static {
    /// The convolution.
    type Conv: conv::Geometry;
    /// The pool.
    type Pool: pooling::Geometry;
    /// Register tiles for instruction sets with 32 registers.
    type Tiles32: Tiles;
    /// Register tiles for instruction sets with 16 registers.
    type Tiles16: Tiles;
    /// Register tiles for sparse backward with rows of the kernel in lanes: 8 lanes, and 4 with 16 or 32 registers.
    type Rows: RowTiles;
    /// Register tiles for backward-weight of windows of 2 × 2.
    type Selected: SelectedTiles;
}

/// Register tiles for forward: [`Window`], [`MinimalRows`] or [`Minimal`].
pub trait Forward {
    /// How blocks are filtered, where multiply-adds are rounded once.
    const FILTERING: Filtering = Filtering::Plain;
    /// See [`forward`].
    ///
    /// # Safety
    /// The slices have the geometry's lengths.
    unsafe fn forward<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, S::V, A>);
    /// See [`forward_single`].
    ///
    /// # Safety
    /// As for [`forward`](Self::forward).
    unsafe fn single<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, f32, A>);
}

/// Register tiles: those of [`Forward`], and [`Winners`] for sparse backward.
pub trait Tiles {
    /// See [`forward`].
    type Forward: Forward;
    /// Rows and columns of the kernel that sparse backward takes at a time.
    const TAPS: [usize; 2];
    /// Adds to dw, a vector of channels for each output channel and tap; what is read is in samples' rows; see [`backward`].
    ///
    /// # Safety
    /// The slices have the geometry's lengths, and `winners` are the numbers of pixels where their patches begin.
    unsafe fn sparse_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]);
    /// Adds to dx, samples first; see [`backward`].
    ///
    /// # Safety
    /// As for [`sparse_weight`](Self::sparse_weight); the bits of `owners` are of channels that exist.
    unsafe fn sparse_input<S: Simd, G: Geometry>(s: S, w: &[S::V], d: &[S::V], owners: &[S::V], dx: &mut [S::V]);
    /// [`sparse_weight`](Self::sparse_weight) with channels in half vectors.
    ///
    /// # Safety
    /// As for that.
    unsafe fn halved_weight<S: Simd, G: Geometry>(s: S, x: &[S::V], d: &[S::V], winners: &[S::V], dw: &mut [S::V]);
    /// [`sparse_input`](Self::sparse_input) with channels in half vectors; a vector is carried for each column.
    ///
    /// # Safety
    /// As for that.
    unsafe fn halved_input<S: Simd, G: Geometry>(
        s: S,
        w: &[S::V],
        d: &[S::V],
        owners: &[S::V],
        dx: &mut [S::V],
        carried: &mut [S::V],
    );
}

/// `O` output channels × the `PH` × `PW` pixels of a window; the `R` channels of a group that are left get a smaller one.
pub struct Window<const O: usize, const R: usize, const PH: usize, const PW: usize>;
/// Minimal filtering along rows. `W` is for where multiply-adds are rounded twice, for then it is not exact enough, and for a
/// single sample where it takes fewer operations.
pub struct MinimalRows<W>(W);
/// Minimal filtering of blocks along both axes: `O` output channels × two windows; the `R` channels that are left get a smaller
/// one. A single sample's kernels are filtered along rows. `W` as in [`MinimalRows`].
pub struct Minimal<W, const O: usize, const R: usize>(W);

/// What forward reads and writes: vectors of a block, or floats of a single sample.
pub struct Pass<'a, V, A> {
    /// Input.
    pub x: &'a [V],
    /// Weights.
    pub w: &'a [f32],
    /// Biases, or none.
    pub b: &'a [f32],
    /// The activation.
    pub activation: A,
    /// Output.
    pub y: &'a mut [V],
    /// The z that won, then the numbers of their taps; empty where backward is not to follow.
    pub saved: &'a mut [V],
    /// What [`forward`] or [`forward_single`] asks for.
    pub temporary: &'a mut [V],
}

/// Derived constants of a geometry.
struct Of<G>(G);

impl<G: Geometry> Of<G> {
    const KERNEL: [usize; 2] = G::Conv::KERNEL;
    const STRIDE: [usize; 2] = G::Conv::STRIDE;
    const PADDING: [usize; 2] = G::Conv::PADDING;
    const DILATION: [usize; 2] = G::Conv::DILATION;
    const WINDOW: [usize; 2] = G::Pool::KERNEL;
    const STEP: [usize; 2] = G::Pool::STRIDE;
    const CHANNELS: usize = G::Conv::INPUT[0];
    const H: usize = G::Conv::INPUT[1];
    const W: usize = G::Conv::INPUT[2];
    const PIXELS: usize = Self::H * Self::W;
    const OUTPUTS: usize = G::Conv::OUTPUT[0];
    /// Height and width of z.
    const Z: [usize; 2] = [G::Conv::OUTPUT[1], G::Conv::OUTPUT[2]];
    const ROWS: usize = G::Pool::OUTPUT[1];
    const COLUMNS: usize = G::Pool::OUTPUT[2];
    const WINDOWS: usize = Self::ROWS * Self::COLUMNS;
    /// Channels of one group.
    const C: usize = Self::CHANNELS / G::Conv::GROUPS;
    const O: usize = Self::OUTPUTS / G::Conv::GROUPS;
    const TAPS: usize = Self::KERNEL[0] * Self::KERNEL[1];
    const FAN_IN: usize = Self::C * Self::TAPS;
    /// `[O, C, U, V]` of the weights.
    const WEIGHTS: [usize; 4] = [Self::OUTPUTS, Self::C, Self::KERNEL[0], Self::KERNEL[1]];
    /// Pixels of a window.
    const PLACES: usize = Self::WINDOW[0] * Self::WINDOW[1];
    /// Numbers that say, of a sample, which output channels won a pixel.
    const OWNERS: usize = Self::OUTPUTS.div_ceil(numbers::BITS) * Self::WINDOWS * Self::PLACES;

    /// Windows, in a row or column of them, all of whose taps fall inside the input: from the first to the one after the
    /// last.
    const fn interior(axis: usize) -> [usize; 2] {
        let (stride, padding) = (Self::STRIDE[axis], Self::PADDING[axis]);
        let step = Self::STEP[axis] * stride;
        let reach = (Self::WINDOW[axis] - 1) * stride + (Self::KERNEL[axis] - 1) * Self::DILATION[axis];
        let start = padding.div_ceil(step);
        let windows = G::Pool::OUTPUT[axis + 1];
        let size = G::Conv::INPUT[axis + 1] + padding;
        let end = if size > reach { (size - reach - 1) / step + 1 } else { 0 };
        let end = if end < windows { end } else { windows };
        [if start < end { start } else { end }, end]
    }

    /// Whether some windows, in a row or column of them, have taps outside the input.
    const fn cut(axis: usize) -> bool {
        let [start, end] = Self::interior(axis);
        start > 0 || end < G::Pool::OUTPUT[axis + 1]
    }

    /// Whether no tap falls outside the input.
    const INSIDE: bool = !Self::cut(0) && !Self::cut(1);

    /// Whether all taps of all pixels of z fall inside the input, those too that no window covers. Padding may be behind alone.
    const BARE: bool = {
        let (mut axis, mut bare) = (0, true);
        while axis < 2 {
            let reach = (Self::Z[axis] - 1) * Self::STRIDE[axis] + (Self::KERNEL[axis] - 1) * Self::DILATION[axis];
            bare = bare && Self::PADDING[axis] == 0 && reach < G::Conv::INPUT[axis + 1];
            axis += 1;
        }
        bare
    };

    /// Whether the inputs of neighbouring pixels are neighbours, and so are those of neighbouring taps.
    const CLOSE: bool =
        Self::STRIDE[0] == 1 && Self::STRIDE[1] == 1 && Self::DILATION[0] == 1 && Self::DILATION[1] == 1;

    /// Vectors of a pixel whose lanes are channels.
    const fn vectors(lanes: usize) -> usize {
        Self::CHANNELS.div_ceil(lanes)
    }

    /// Floats of a row of the kernel: the channels of each column.
    const ROW: usize = Self::CHANNELS * Self::KERNEL[1];

    /// Whether lanes are a row of the kernel in sparse backward: where that takes fewer vectors, and these are at most half a
    /// line of the cache. At any address, half of those lie in one line.
    const fn by_rows(lanes: usize, registers: usize) -> bool {
        let vectors = Self::ROW.div_ceil(lanes);
        let numbered = Self::PIXELS * Self::CHANNELS < 1 << numbers::BITS;
        let fits = vectors <= rows::most(lanes, registers) && numbered && Self::DILATION[1] == 1;
        fits && vectors < Self::KERNEL[1] * Self::vectors(lanes)
    }

    /// Vectors of a row of the kernel in sparse backward.
    const fn row(lanes: usize, registers: usize) -> usize {
        if Self::by_rows(lanes, registers) { Self::ROW.div_ceil(lanes) } else { Self::KERNEL[1] * Self::vectors(lanes) }
    }

    /// Vectors of a sample in sparse backward, where a row of the kernel may end behind the last.
    const fn sample(lanes: usize, registers: usize) -> usize {
        if Self::by_rows(lanes, registers) {
            (Self::PIXELS * Self::CHANNELS).div_ceil(lanes) + 1
        } else {
            Self::PIXELS * Self::vectors(lanes)
        }
    }

    /// Vectors of the weights in sparse backward.
    const fn weights(lanes: usize, registers: usize) -> usize {
        Self::OUTPUTS * Self::KERNEL[0] * Self::row(lanes, registers)
    }

    /// Whether backward visits winners alone: where it does so few of the multiply-adds that it gains over dense tiles. These
    /// are better the more registers there are.
    const fn sparse(lanes: usize, registers: usize) -> bool {
        let plain = G::Conv::GROUPS == 1 && Self::BARE;
        let numbered = Self::PIXELS < 1 << numbers::BITS;
        let dense = 2 * Self::PLACES * Self::ROW;
        plain && numbered && dense >= if registers >= 32 { 3 } else { 5 } * lanes * Self::row(lanes, registers)
    }

    /// Winners of a sample, rounded up to whole vectors.
    const fn winners(lanes: usize) -> usize {
        (Self::OUTPUTS * Self::WINDOWS).next_multiple_of(lanes)
    }

    /// Numbers that say, of a sample, which output channels won a pixel, rounded up to whole vectors.
    const fn owners(lanes: usize) -> usize {
        Self::OWNERS.next_multiple_of(lanes)
    }

    /// Samples that backward-weight takes at a time: as many as have what it reads of them in the smallest cache.
    const fn group(lanes: usize, registers: usize) -> usize {
        Self::group_of(
            lanes,
            if Self::by_rows(lanes, registers) { Self::sample(lanes, registers) } else { Self::PIXELS },
        )
    }

    /// As many as have so many vectors there, each.
    const fn group_of(lanes: usize, vectors: usize) -> usize {
        let mut samples = lanes;
        while samples > 1 && samples * vectors * lanes * size_of::<f32>() > 40 << 10 {
            samples /= 2;
        }
        samples
    }

    /// Where the input of a window begins.
    const fn origin(window: usize) -> usize {
        let (i, j) = (window / Self::COLUMNS, window % Self::COLUMNS);
        i * Self::STEP[0] * Self::STRIDE[0] * Self::W + j * Self::STEP[1] * Self::STRIDE[1]
    }

    /// From there to the input of a pixel of the window.
    const fn place(place: usize) -> usize {
        let (a, b) = (place / Self::WINDOW[1], place % Self::WINDOW[1]);
        a * Self::STRIDE[0] * Self::W + b * Self::STRIDE[1]
    }

    /// The window of a pixel of those that are pooled, and its place there.
    const fn pixel(y: usize, x: usize) -> (usize, usize) {
        let ([rows, columns], [i, j]) = (Self::WINDOW, [y / Self::WINDOW[0], x / Self::WINDOW[1]]);
        (i * Self::COLUMNS + j, y % rows * columns + x % columns)
    }

    /// Of `columns` of the kernel, how many cover an input that the next pixel's columns do not.
    const fn slide(columns: usize) -> usize {
        let close = Self::STEP[1] == Self::WINDOW[1] && Self::DILATION[1] == 1 && Self::STRIDE[1] < columns;
        if close { Self::STRIDE[1] } else { columns }
    }

    /// And on to a tap.
    const fn tap(u: usize, v: usize) -> usize {
        u * Self::DILATION[0] * Self::W + v * Self::DILATION[1]
    }
}

/// Vectors that [`forward`] needs as a temporary, whatever the level.
pub const fn shared<G: Geometry>() -> usize {
    let tiles = [
        <<G::Tiles32 as Tiles>::Forward as Forward>::FILTERING,
        <<G::Tiles16 as Tiles>::Forward as Forward>::FILTERING,
    ];
    let (mut most, mut lanes) = (0, 4);
    while lanes <= MAX_LANES {
        let mut i = 0;
        while i < tiles.len() {
            let vectors = tiles[i].temporary::<G>(lanes);
            most = if vectors > most { vectors } else { most };
            i += 1;
        }
        lanes *= 2;
    }
    most
}

/// Asserts the lengths of what forward reads and writes.
#[inline(always)]
fn check<G: Geometry, V, A>(pass: &Pass<'_, V, A>) {
    assert!(pass.x.len() == Of::<G>::CHANNELS * Of::<G>::PIXELS && pass.w.len() == Of::<G>::OUTPUTS * Of::<G>::FAN_IN);
    assert!(pass.y.len() == Of::<G>::OUTPUTS * Of::<G>::WINDOWS);
    assert!(pass.saved.is_empty() || pass.saved.len() == 2 * pass.y.len());
    assert!(pass.b.is_empty() || pass.b.len() == Of::<G>::OUTPUTS);
}

/// The biases of output channels `o..o + O`, or zeros where there are none.
///
/// # Safety
/// `b` is empty, or the channels exist.
#[inline(always)]
unsafe fn biases<S: Simd, const O: usize>(s: S, b: &[f32], o: usize) -> [S::V; O] {
    let mut biases = [s.splat(0.0); O];
    if !b.is_empty() {
        for k in 0..O {
            // SAFETY: by the contract above.
            biases[k] = s.splat(unsafe { at(b, o + k) });
        }
    }
    biases
}

/// y = the largest f(w ∗ x + b) of each window; a tie or a NaN is decided as by [`pooling::max_forward`]. `temporary` holds
/// [`shared`] vectors.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn forward<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, S::V, A>) {
    check::<G, S::V, A>(&pass);
    // SAFETY: the lengths were asserted.
    unsafe {
        if S::REGISTERS >= 32 {
            <G::Tiles32 as Tiles>::Forward::forward::<S, G, A>(s, pass);
        } else {
            <G::Tiles16 as Tiles>::Forward::forward::<S, G, A>(s, pass);
        }
    }
}

/// [`forward`] of a single sample: windows in lanes where that pays, or the convolution and then the pool. `temporary` holds
/// the copies that this takes, or [`single::conv_temporary`] and the convolution's output.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn forward_single<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, f32, A>) {
    check::<G, f32, A>(&pass);
    if const { windows::pays::<G>(S::LANES, S::REGISTERS) } {
        // SAFETY: the lengths were asserted.
        unsafe { <G::Tiles32 as Tiles>::Forward::single::<S, G, A>(s, pass) };
        return;
    }
    let Pass { x, w, b, activation, y, temporary, .. } = pass;
    let (planes, z) = temporary.split_at_mut(const { single::conv_temporary::<G::Conv>() });
    let plane = const { G::Conv::OUTPUT[1] * G::Conv::OUTPUT[2] };
    let z = &mut z[..Of::<G>::OUTPUTS * plane];
    conv::forward_single::<S, G::Conv, Nothing>(s, x, w, b, Nothing, z, planes);
    for (channel, z) in z.chunks_exact_mut(plane).enumerate() {
        single::activate::<S, A>(s, activation.slope(channel), z);
    }
    single::max_pool::<S, G::Pool>(s, z, y);
}

impl<const O: usize, const R: usize, const PH: usize, const PW: usize> Forward for Window<O, R, PH, PW> {
    #[inline(always)]
    unsafe fn forward<S: Simd, G: Geometry, A: Activation>(s: S, mut pass: Pass<'_, S::V, A>) {
        const { assert!(R == Of::<G>::O % O && PH == Of::<G>::WINDOW[0] && PW == Of::<G>::WINDOW[1]) };
        for g in 0..G::Conv::GROUPS {
            let (mut o, end) = (g * Of::<G>::O, (g + 1) * Of::<G>::O);
            while o + O <= end {
                // SAFETY: by the contract above; channels o..o + O are in group g.
                unsafe { window::channels::<S, G, A, O, PH, PW>(s, &mut pass, o) };
                o += O;
            }
            if R > 0 {
                // SAFETY: as above; R channels are left.
                unsafe { window::channels::<S, G, A, R, PH, PW>(s, &mut pass, o) };
            }
        }
    }

    #[inline(always)]
    unsafe fn single<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, f32, A>) {
        // SAFETY: by the contract above.
        unsafe { windows::forward::<S, G, A, O, R, PH, PW, false>(s, pass) };
    }
}

impl<W: Forward> Forward for MinimalRows<W> {
    const FILTERING: Filtering = Filtering::Rows;

    #[inline(always)]
    unsafe fn forward<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, S::V, A>) {
        // SAFETY: by the contract above.
        unsafe {
            if const { S::FUSED } {
                minimal::rows::forward::<S, G, A>(s, pass);
            } else {
                W::forward::<S, G, A>(s, pass);
            }
        }
    }

    #[inline(always)]
    unsafe fn single<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, f32, A>) {
        // SAFETY: by the contract above.
        unsafe {
            if const { !S::FUSED || !windows::filters::<G>(S::LANES) } {
                W::single::<S, G, A>(s, pass);
            } else if const { Of::<G>::OUTPUTS.is_multiple_of(minimal::single::CHANNELS) } {
                windows::forward::<S, G, A, { minimal::single::CHANNELS }, 0, 2, 2, true>(s, pass);
            } else {
                windows::forward::<S, G, A, { minimal::single::CHANNELS }, 1, 2, 2, true>(s, pass);
            }
        }
    }
}

impl<W: Forward, const O: usize, const R: usize> Forward for Minimal<W, O, R> {
    const FILTERING: Filtering = Filtering::Squares(O);

    #[inline(always)]
    unsafe fn forward<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, S::V, A>) {
        const { assert!(R == Of::<G>::OUTPUTS % O) };
        // SAFETY: by the contract above.
        unsafe {
            if const { S::FUSED } {
                minimal::square::forward::<S, G, A, O, R>(s, pass);
            } else {
                W::forward::<S, G, A>(s, pass);
            }
        }
    }

    #[inline(always)]
    unsafe fn single<S: Simd, G: Geometry, A: Activation>(s: S, pass: Pass<'_, f32, A>) {
        // SAFETY: by the contract above.
        unsafe { MinimalRows::<W>::single::<S, G, A>(s, pass) };
    }
}

#[cfg(test)]
mod tests;
