//! Pooling of a block: windows of `[H][W]`, each channel on its own.

use core::ops::Range;

use super::{at, put};
use crate::simd::Simd;

/// The shape of one pooling layer, as constants; pairs are (height, width).
pub trait Geometry: Copy + Send + Sync + 'static {
    /// `[C, H, W]` of the input.
    const INPUT: [usize; 3];
    /// `[C, OH, OW]` of the output.
    const OUTPUT: [usize; 3];
    /// The window's size.
    const KERNEL: [usize; 2];
    /// The stride.
    const STRIDE: [usize; 2];
    /// Padding above and to the left.
    const PADDING: [usize; 2];
}

/// Derived constants of a geometry.
struct Of<G>(G);

impl<G: Geometry> Of<G> {
    const IN: usize = G::INPUT[0] * G::INPUT[1] * G::INPUT[2];
    const OUT: usize = G::OUTPUT[0] * G::OUTPUT[1] * G::OUTPUT[2];
    /// No two windows share a pixel and none is cut: each is handled in one piece.
    const DISJOINT: bool = G::KERNEL[0] <= G::STRIDE[0]
        && G::KERNEL[1] <= G::STRIDE[1]
        && G::PADDING[0] == 0
        && G::PADDING[1] == 0;

    /// The window's rows (`axis` 0) or columns (1) that fall inside the input, at output row or column `i`.
    #[inline(always)]
    fn inside(axis: usize, i: usize) -> Range<usize> {
        if Self::DISJOINT {
            return 0..G::KERNEL[axis];
        }
        let from = i * G::STRIDE[axis];
        let start = G::PADDING[axis].saturating_sub(from);
        let end = (G::INPUT[axis + 1] + G::PADDING[axis]).saturating_sub(from);
        start..end.min(G::KERNEL[axis])
    }
}

/// One window: the output that it gives, and the pixels that it covers.
#[derive(Clone, Copy)]
struct Window {
    channel: usize,
    row: usize,
    column: usize,
}

impl Window {
    /// All windows, in the order of the outputs.
    #[inline(always)]
    fn all<G: Geometry>() -> impl Iterator<Item = Window> {
        let [channels, rows, columns] = G::OUTPUT;
        (0..channels).flat_map(move |channel| {
            (0..rows).flat_map(move |row| (0..columns).map(move |column| Window { channel, row, column }))
        })
    }

    /// The index of its output.
    #[inline(always)]
    fn output<G: Geometry>(self) -> usize {
        (self.channel * G::OUTPUT[1] + self.row) * G::OUTPUT[2] + self.column
    }

    /// Calls `each` with the number of every tap that falls inside the input, and the index of its pixel.
    #[inline(always)]
    fn taps<G: Geometry>(self, mut each: impl FnMut(usize, usize)) {
        for u in Of::<G>::inside(0, self.row) {
            let row = self.row * G::STRIDE[0] + u - G::PADDING[0];
            for v in Of::<G>::inside(1, self.column) {
                let column = self.column * G::STRIDE[1] + v - G::PADDING[1];
                each(u * G::KERNEL[1] + v, (self.channel * G::INPUT[1] + row) * G::INPUT[2] + column);
            }
        }
    }
}

/// y = the largest x of each window; a tie or a NaN is decided as in PyTorch: the first largest, and any NaN wins.
/// `taps`, unless empty, keeps the number of the tap that won.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn max_forward<S: Simd, G: Geometry>(s: S, x: &[S::V], y: &mut [S::V], taps: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT);
    assert!(taps.is_empty() || taps.len() == y.len());
    for window in Window::all::<G>() {
        let (mut largest, mut winner) = (s.splat(f32::NEG_INFINITY), s.splat(0.0));
        window.taps::<G>(|tap, pixel| {
            // SAFETY: `taps` gives pixels inside the input.
            let x = unsafe { at(x, pixel) };
            let wins = s.gt(x, largest);
            winner = s.select(wins, s.splat(tap as f32), winner);
            largest = s.select(wins, x, largest);
            // A NaN is not equal to itself.
            let number = s.eq(x, x);
            winner = s.select(number, winner, s.splat(tap as f32));
            largest = s.select(number, largest, x);
        });
        let output = window.output::<G>();
        // SAFETY: the output exists.
        unsafe { put(y, output, largest) };
        if !taps.is_empty() {
            // SAFETY: there is a tap for each output.
            unsafe { put(taps, output, winner) };
        }
    }
}

/// dx, overwritten: each dy goes to the pixel that won.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn max_backward<S: Simd, G: Geometry>(s: S, taps: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
    assert!(dx.len() == Of::<G>::IN && dy.len() == Of::<G>::OUT && taps.len() == dy.len());
    spread::<S, G, _>(s, dx, |output| {
        // SAFETY: the output exists.
        let (d, winner) = unsafe { (at(dy, output), at(taps, output)) };
        move |tap| s.select(s.eq(winner, s.splat(tap as f32)), d, s.splat(0.0))
    });
}

/// y = the mean of each window, zeros of the padding included.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn avg_forward<S: Simd, G: Geometry>(s: S, x: &[S::V], y: &mut [S::V]) {
    assert!(x.len() == Of::<G>::IN && y.len() == Of::<G>::OUT);
    let area = s.splat(1.0 / (G::KERNEL[0] * G::KERNEL[1]) as f32);
    for window in Window::all::<G>() {
        let mut sum = s.splat(0.0);
        // SAFETY: `taps` gives pixels inside the input.
        window.taps::<G>(|_, pixel| sum = s.add(sum, unsafe { at(x, pixel) }));
        // SAFETY: the output exists.
        unsafe { put(y, window.output::<G>(), s.mul(sum, area)) };
    }
}

/// dx, overwritten: each dy is shared out evenly.
///
/// # Panics
/// If a slice's length is not the geometry's.
#[inline(always)]
pub fn avg_backward<S: Simd, G: Geometry>(s: S, dy: &[S::V], dx: &mut [S::V]) {
    assert!(dx.len() == Of::<G>::IN && dy.len() == Of::<G>::OUT);
    let area = s.splat(1.0 / (G::KERNEL[0] * G::KERNEL[1]) as f32);
    spread::<S, G, _>(s, dx, |output| {
        // SAFETY: the output exists.
        let d = s.mul(unsafe { at(dy, output) }, area);
        move |_| d
    });
}

/// Spreads gradients over the windows: `of(output)` gives what each tap of the output's window gets.
#[inline(always)]
fn spread<S: Simd, G: Geometry, F: Fn(usize) -> S::V>(s: S, dx: &mut [S::V], of: impl Fn(usize) -> F) {
    let covered = const {
        Of::<G>::DISJOINT
            && G::KERNEL[0] == G::STRIDE[0]
            && G::KERNEL[1] == G::STRIDE[1]
            && G::OUTPUT[1] * G::STRIDE[0] == G::INPUT[1]
            && G::OUTPUT[2] * G::STRIDE[1] == G::INPUT[2]
    };
    if !covered {
        dx.fill(s.splat(0.0));
    }
    for window in Window::all::<G>() {
        let share = of(window.output::<G>());
        window.taps::<G>(|tap, pixel| {
            let d = share(tap);
            // SAFETY: `taps` gives pixels inside the input.
            unsafe { put(dx, pixel, if Of::<G>::DISJOINT { d } else { s.add(at(dx, pixel), d) }) };
        });
    }
}
