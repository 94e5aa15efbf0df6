//! Forward of a single sample: the lanes are tiles.
//!
//! A vector of tiles is four *parts*, each a quarter of the lanes long, which lie one after the other in a row of tiles, and
//! then in the next row. Rows are rounded up to whole parts: what is computed beyond the image is left out in the end.
//! Channel by channel, the input is copied to where it has its padding around it, and even and odd columns are taken apart.

use super::super::{at, put};
use super::filters;
use super::product::{Filters, Tiling, multiply};
use crate::kernels::conv::Geometry;
use crate::kernels::epilogue::Epilogue;
use crate::kernels::minimal::{Maps, Points};
use crate::simd::{Simd, Vector, lanes, vectors_within};

/// Points of a tile along an axis.
const SIDE: usize = 4;

/// Derived constants, for vectors of one kind.
pub(super) struct Of<V, G>(V, G);

impl<V: Vector, G: Geometry> Of<V, G> {
    const H: usize = G::INPUT[1];
    const W: usize = G::INPUT[2];
    const OH: usize = G::OUTPUT[1];
    const OW: usize = G::OUTPUT[2];
    /// Tiles of a part.
    const PART: usize = V::LANES / 4;
    /// Output columns of a part.
    const WIDTH: usize = 2 * Self::PART;
    /// Parts of a row of tiles.
    const PARTS: usize = Self::OW.div_ceil(Self::WIDTH);
    /// Parts of the image.
    const ALL: usize = Self::OH.div_ceil(2) * Self::PARTS;
    /// Vectors of tiles.
    const TILES: usize = Self::ALL.div_ceil(4);
    /// Whether the first two parts of a vector always lie in one row, and so do the other two.
    const PAIRS: bool = Self::PARTS.is_multiple_of(2);
    /// Columns, and pixels, of a channel with its padding.
    const PITCH: usize = Self::PARTS * Self::WIDTH + 2;
    const PLANE: usize = (Self::OH.next_multiple_of(2) + 2) * Self::PITCH;
    /// Vectors of transformed filters.
    const FILTERS: usize = super::Of::<G>::filters(V::LANES, SIDE);
    /// Floats that [`forward`] works in, wherever the first of them is: of one vector, a part is left.
    pub(super) const FLOATS: usize = (Self::FILTERS + Self::TEMPORARY + 1) * V::LANES + Self::PLANE;

    /// The row of tiles, and in it the first tile, of the parts of a vector. Those of the last vector may be some of the one
    /// before it once more.
    #[inline(always)]
    fn parts(vector: usize) -> [[usize; 2]; 4] {
        core::array::from_fn(|k| {
            let pair = (4 * vector + k / 2 * 2).min(Self::ALL.saturating_sub(2));
            let part = (pair + k % 2).min(Self::ALL - 1);
            [part / Self::PARTS, part % Self::PARTS * Self::PART]
        })
    }
}

impl<V: Vector, G: Geometry> Tiling for Of<V, G> {
    const POINTS: usize = SIDE * SIDE;
    const C: usize = G::INPUT[0];
    const O: usize = G::OUTPUT[0];
    const CHUNK: usize = {
        let chunk = 1024 / (G::INPUT[0] + G::OUTPUT[0]) / V::LANES;
        let chunk = if chunk < 1 { 1 } else { chunk };
        if chunk < Self::TILES { chunk } else { Self::TILES }
    };
}

/// Whether this takes fewer operations than plain convolution, by a margin: the products of both, in vectors, and what is done
/// to bring filters and tiles to where they are multiplied and back.
pub(super) const fn pays<V: Vector, G: Geometry>() -> bool {
    let ([channels, ..], [outputs, rows, columns]) = (G::INPUT, G::OUTPUT);
    let pairs = channels * outputs;
    let plain = (rows * columns).div_ceil(V::LANES) * pairs * 9;
    let minimal = Of::<V, G>::TILES * (pairs * 16 + 100 * channels + 60 * outputs) + pairs * 120 / V::LANES;
    minimal <= plain / 5 * 4
}

/// y = then(w ∗ x + b). `b` may be empty.
///
/// # Panics
/// If a slice's length is not the geometry's, or the temporary is too short.
#[inline(always)]
pub(super) fn forward<S: Simd, G: Geometry, E: Epilogue, const O: usize, const R: usize>(
    s: S,
    x: &[f32],
    w: &[f32],
    b: &[f32],
    then: E,
    y: &mut [f32],
    temporary: &mut [f32],
) {
    let planes = [Of::<S::V, G>::H * Of::<S::V, G>::W, Of::<S::V, G>::OH * Of::<S::V, G>::OW];
    assert!(x.len() == Of::<S::V, G>::C * planes[0] && y.len() == Of::<S::V, G>::O * planes[1]);
    assert!(b.is_empty() || b.len() == Of::<S::V, G>::O);
    assert!(temporary.len() >= const { Of::<S::V, G>::FLOATS });
    let (plane, temporary) = temporary.split_at_mut(const { Of::<S::V, G>::PLANE });
    let (u, temporary) = vectors_within::<S::V>(temporary).split_at_mut(const { Of::<S::V, G>::FILTERS });
    let (v, m) = temporary.split_at_mut(const { Of::<S::V, G>::POINTS * Of::<S::V, G>::V });
    let m = &mut m[..const { Of::<S::V, G>::POINTS * Of::<S::V, G>::M }];
    plane.fill(0.0);
    if const { Of::<S::V, G>::TILES <= Of::<S::V, G>::CHUNK } {
        // Filters are used once: those of a few outputs stay in the smallest cache.
        // SAFETY: the lengths were asserted.
        unsafe { transform::<S, G>(s, x, plane, v, 0, Of::<S::V, G>::TILES) };
        let mut o = 0;
        while o + O <= Of::<S::V, G>::O {
            // SAFETY: the lengths were asserted; the output channels exist.
            unsafe { channels::<S, G, E, O>(s, w, b, then, u, v, m, y, o) };
            o += O;
        }
        if R > 0 {
            // SAFETY: as above; R channels are left.
            unsafe { channels::<S, G, E, R>(s, w, b, then, u, v, m, y, o) };
        }
        return;
    }
    filters::<S, G, SIDE, false>(s, w, u, 0..Of::<S::V, G>::O);
    let filters = transformed::<S, G>(u, Of::<S::V, G>::O);
    for first in (0..Of::<S::V, G>::TILES).step_by(Of::<S::V, G>::CHUNK) {
        let count = Of::<S::V, G>::CHUNK.min(Of::<S::V, G>::TILES - first);
        // SAFETY: the lengths were asserted, and vectors first..first + count of tiles exist.
        unsafe {
            transform::<S, G>(s, x, plane, v, first, count);
            let mut o = 0;
            while o + O <= Of::<S::V, G>::O {
                multiply::<S, Of<S::V, G>, O, 2>(s, filters, v, m, o, count);
                outputs::<S, G, E, O>(s, m, b, then, y, o, first, count);
                o += O;
            }
            if R > 0 {
                multiply::<S, Of<S::V, G>, R, 2>(s, filters, v, m, o, count);
                outputs::<S, G, E, R>(s, m, b, then, y, o, first, count);
            }
        }
    }
}

/// Transformed filters of so many output channels.
///
/// # Panics
/// If there are fewer.
#[inline(always)]
fn transformed<S: Simd, G: Geometry>(u: &[S::V], outputs: usize) -> Filters<'_> {
    let [row, point] = [super::Of::<G>::vectors(S::LANES), super::Of::<G>::point_of(S::LANES, outputs)];
    let filters = Filters { u: lanes(u), point: point * S::LANES, output: row * S::LANES, input: 1 };
    filters.check::<Of<S::V, G>>();
    filters
}

/// Output channels `o..o + O` of all tiles, which are one chunk.
///
/// # Safety
/// The slices have the lengths of [`forward`]; the channels exist.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what a layer reads and writes")]
unsafe fn channels<S: Simd, G: Geometry, E: Epilogue, const O: usize>(
    s: S,
    w: &[f32],
    b: &[f32],
    then: E,
    u: &mut [S::V],
    v: &[S::V],
    m: &mut [S::V],
    y: &mut [f32],
    o: usize,
) {
    filters::<S, G, SIDE, false>(s, w, u, o..o + O);
    // SAFETY: by the contract above; these are the first of the filters.
    unsafe {
        multiply::<S, Of<S::V, G>, O, 2>(s, transformed::<S, G>(u, O), v, m, 0, Of::<S::V, G>::TILES);
        outputs::<S, G, E, O>(s, m, b, then, y, o, 0, Of::<S::V, G>::TILES);
    }
}

/// v = Bᵀ d B of the chunk's tiles: `[point][C][tile]`.
///
/// # Safety
/// The slices have the lengths of [`forward`]; the tiles exist.
#[inline(always)]
unsafe fn transform<S: Simd, G: Geometry>(
    s: S,
    x: &[f32],
    plane: &mut [f32],
    v: &mut [S::V],
    first: usize,
    count: usize,
) {
    let (width, pitch, [top, left]) = (Of::<S::V, G>::W, Of::<S::V, G>::PITCH, G::PADDING);
    // The rows of the input that these tiles read.
    let ([[from, _], ..], [.., [last, _]]) = (Of::<S::V, G>::parts(first), Of::<S::V, G>::parts(first + count - 1));
    let rows = (2 * from).saturating_sub(top)..(2 * last + 4 - top).min(Of::<S::V, G>::H);
    for (c, x) in x.chunks_exact(Of::<S::V, G>::H * width).enumerate() {
        for row in rows.clone() {
            let to = (row + top) * pitch + left;
            plane[to..to + width].copy_from_slice(&x[row * width..(row + 1) * width]);
        }
        for n in 0..count {
            let parts = Of::<S::V, G>::parts(first + n);
            let mut columns = [[s.splat(0.0); 4]; 4];
            for u in 0..4 {
                let places = parts.map(|[i, j]| (2 * i + u) * pitch + 2 * j);
                for v in 0..2 {
                    // SAFETY: a part's rows and columns, and two columns more, are inside the plane.
                    let [even, odd] = unsafe { columns_of::<S, G>(s, plane, places.map(|place| place + 2 * v)) };
                    columns[2 * v][u] = even;
                    columns[2 * v + 1][u] = odd;
                }
            }
            for column in &mut columns {
                *column = Points::input(s, *column);
            }
            for p in 0..4 {
                let row = Points::input(s, [columns[0][p], columns[1][p], columns[2][p], columns[3][p]]);
                for q in 0..4 {
                    let to = (p * 4 + q) * Of::<S::V, G>::V + c * Of::<S::V, G>::CHUNK + n;
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    unsafe { put(v, to, row[q]) };
                }
            }
        }
    }
}

/// The pixels at even and at odd places of the four parts that begin here.
///
/// # Safety
/// The parts are inside the plane.
#[inline(always)]
unsafe fn columns_of<S: Simd, G: Geometry>(s: S, plane: &[f32], places: [usize; 4]) -> [S::V; 2] {
    let [a, b, c, d] = places.map(|place| plane.as_ptr().wrapping_add(place));
    // SAFETY: by the contract above; of parts that lie in one row, the second follows the first.
    unsafe {
        match Of::<S::V, G>::PAIRS {
            true => s.unzip(s.load(a), s.load(c)),
            false => s.unzip(s.load_halves(a, b), s.load_halves(c, d)),
        }
    }
}

/// y = then(Aᵀ m A + b) of the chunk's tiles, for output channels `from..from + O`.
///
/// # Safety
/// The slices have the lengths of [`forward`]; the tiles exist.
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "what there is of a tile")]
unsafe fn outputs<S: Simd, G: Geometry, E: Epilogue, const O: usize>(
    s: S,
    m: &[S::V],
    b: &[f32],
    then: E,
    y: &mut [f32],
    from: usize,
    first: usize,
    count: usize,
) {
    let (height, width) = (Of::<S::V, G>::OH, Of::<S::V, G>::OW);
    for (k, y) in y.chunks_exact_mut(height * width).skip(from).take(O).enumerate() {
        let o = from + k;
        // SAFETY: there is a bias for each channel.
        let bias = s.splat(if b.is_empty() { 0.0 } else { unsafe { at(b, o) } });
        let terms = then.terms(s, o);
        for n in 0..count {
            let mut rows = [[s.splat(0.0); 4]; 2];
            for q in 0..4 {
                let mut column = [s.splat(0.0); 4];
                for p in 0..4 {
                    let place = (p * 4 + q) * Of::<S::V, G>::M + k * Of::<S::V, G>::CHUNK + n;
                    // SAFETY: there are 16 points; channel and tile are inside the chunk.
                    column[p] = unsafe { at(m, place) };
                }
                [rows[0][q], rows[1][q]] = Points::output(s, column);
            }
            let parts = Of::<S::V, G>::parts(first + n);
            for (a, row) in rows.into_iter().enumerate() {
                let [even, odd] = Points::output(s, row);
                let even = E::value(s, terms, s.add(even, bias));
                let odd = E::value(s, terms, s.add(odd, bias));
                let pixels = s.zip(even, odd);
                for ([i, j], pixels) in parts.into_iter().zip(lanes(&pixels).chunks_exact(Of::<S::V, G>::WIDTH)) {
                    let (i, j) = (2 * i + a, 2 * j);
                    if i < height {
                        write(&mut y[i * width + j..(i + 1) * width], pixels);
                    }
                }
            }
        }
    }
}

/// Writes as many of the pixels as there is room for.
#[inline(always)]
fn write(to: &mut [f32], pixels: &[f32]) {
    if let Some(to) = to.get_mut(..pixels.len()) {
        to.copy_from_slice(pixels);
    } else {
        for (to, pixel) in to.iter_mut().zip(pixels) {
            *to = *pixel;
        }
    }
}
