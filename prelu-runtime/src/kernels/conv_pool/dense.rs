//! The gradient of z in full, from that of the winners, some rows at a time.

use core::marker::PhantomData;
use core::ops::Range;

use super::super::{at, put};
use super::{Geometry, Of, conv};
use crate::simd::Simd;

/// Winners' gradients, and memory for rows in which all other pixels are zero.
pub(super) struct Scattered<'a, S: Simd, G> {
    s: S,
    d: &'a [S::V],
    taps: &'a [S::V],
    rows: &'a mut [S::V],
    geometry: PhantomData<G>,
}

/// Bytes of the rows that are taken together: some of what the smallest cache holds.
const NEAR: usize = 16 << 10;

impl<'a, S: Simd, G: Geometry> Scattered<'a, S, G> {
    /// `d` and the places `taps` of each window; `rows` holds as many vectors as z has elements.
    ///
    /// # Panics
    /// If there are not as many of one as of another.
    #[inline(always)]
    pub(super) fn new(s: S, d: &'a [S::V], taps: &'a [S::V], rows: &'a mut [S::V]) -> Self {
        assert!(d.len() == Of::<G>::OUTPUTS * Of::<G>::WINDOWS && taps.len() == d.len());
        assert!(rows.len() == Of::<G>::OUTPUTS * Of::<G>::Z[0] * Of::<G>::Z[1]);
        Self { s, d, taps, rows, geometry: PhantomData }
    }
}

impl<S: Simd, G: Geometry> conv::Dy<S, G::Conv> for Scattered<'_, S, G> {
    #[inline(always)]
    fn near(outputs: usize, _: usize) -> usize {
        let row_of_windows = outputs * Of::<G>::STEP[0] * Of::<G>::Z[1] * size_of::<S::V>();
        Of::<G>::STEP[0] * (NEAR / row_of_windows).max(1)
    }

    #[inline(always)]
    fn end() -> usize {
        Of::<G>::Z[0].min(Of::<G>::ROWS * Of::<G>::STEP[0])
    }

    #[inline(always)]
    fn rows(&mut self, outputs: Range<usize>, rows: Range<usize>) -> conv::Rows<'_, S::V> {
        assert!(outputs.end <= Of::<G>::OUTPUTS && rows.end <= Of::<G>::Z[0]);
        let (width, columns, step) = const { (Of::<G>::Z[1], Of::<G>::COLUMNS, Of::<G>::STEP) };
        let (s, zero) = (self.s, self.s.splat(0.0));
        let pitch = rows.len() * width;
        let channels = self.rows.chunks_exact_mut(pitch);
        for (o, channel) in outputs.zip(channels) {
            for (y, row) in rows.clone().zip(channel.chunks_exact_mut(width)) {
                let (i, a) = (y / step[0], y % step[0]);
                if i >= Of::<G>::ROWS || a >= Of::<G>::WINDOW[0] {
                    row.fill(zero);
                    continue;
                }
                for j in 0..columns {
                    let window = o * Of::<G>::WINDOWS + i * columns + j;
                    // SAFETY: output channel and window exist; the window is inside the row.
                    unsafe {
                        let (d, tap) = (at(self.d, window), at(self.taps, window));
                        for b in 0..Of::<G>::WINDOW[1] {
                            let place = s.splat((a * Of::<G>::WINDOW[1] + b) as f32);
                            put(row, j * step[1] + b, s.select(s.eq(tap, place), d, zero));
                        }
                        for b in Of::<G>::WINDOW[1]..step[1].min(width - j * step[1]) {
                            put(row, j * step[1] + b, zero);
                        }
                    }
                }
                row[width.min(columns * step[1])..].fill(zero);
            }
        }
        conv::Rows { dy: self.rows, pitch }
    }
}
