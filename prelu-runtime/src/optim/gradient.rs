//! A gradient, as a step reads it.

use core::ops::Range;

use crate::simd::{PIECE, copy_for_others};

/// A part of a gradient: a shard's floats, laid out as the parameters.
///
/// They may have a copy for other cores, since it takes long to write again what those have read
/// ([`copies_pay`](crate::simd::copies_pay)): it is read but for the range that the core that wrote them is likely to step.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    floats: &'a [f32],
    copy: &'a [f32],
    /// Where the floats themselves are read.
    own: [usize; 2],
}

impl<'a> Part<'a> {
    /// Floats, and what [`copy_but`](Self::copy_but) made of them with the same range.
    ///
    /// # Panics
    /// If there are not as many of both.
    pub fn copied(floats: &'a [f32], copy: &'a [f32], own: Range<usize>) -> Self {
        assert_eq!(floats.len(), copy.len(), "a copy has as many floats");
        Self { floats, copy, own: [own.start, own.end] }
    }

    /// Copies floats, but for those of a range that nothing reads that reaches beyond it.
    ///
    /// # Panics
    /// If there are not as many of both, or the range reaches beyond them.
    pub fn copy_but(own: Range<usize>, floats: &[f32], copy: &mut [f32]) {
        assert!(floats.len() == copy.len() && own.end <= floats.len());
        // What is read has at most so many floats.
        let inner = own.start + PIECE..own.end.saturating_sub(PIECE);
        let inner = if inner.is_empty() { 0..0 } else { inner };
        copy_for_others(&floats[..inner.start], &mut copy[..inner.start]);
        copy_for_others(&floats[inner.end..], &mut copy[inner.end..]);
    }

    /// At most [`PIECE`] floats.
    fn piece(&self, start: usize, n: usize) -> &'a [f32] {
        let [first, end] = self.own;
        let floats = if first <= start && start + n <= end { self.floats } else { self.copy };
        &floats[start..][..n]
    }
}

impl<'a> From<&'a [f32]> for Part<'a> {
    fn from(floats: &'a [f32]) -> Self {
        Self { floats, copy: floats, own: [0, 0] }
    }
}

/// A gradient: one part, or several that are added, in their order, where they are read. Shards of a batch have a part each;
/// what a step adds up as it goes need not be written and read again.
#[derive(Clone, Copy, Debug)]
pub struct Gradient<'a> {
    first: Part<'a>,
    others: &'a [Part<'a>],
}

impl<'a> Gradient<'a> {
    /// What parts of the same length add up to: (first + second) + third, and so on.
    ///
    /// # Panics
    /// If there is no part, or one has another length.
    pub fn sum(parts: &'a [Part<'a>]) -> Self {
        let (&first, others) = parts.split_first().expect("a gradient has a part");
        let len = first.floats.len();
        assert!(others.iter().all(|part| part.floats.len() == len), "a gradient's parts have the same length");
        Self { first, others }
    }

    /// How many floats there are.
    pub fn len(&self) -> usize {
        self.first.floats.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.floats.is_empty()
    }

    /// The float at a place.
    ///
    /// # Panics
    /// If there is none.
    pub fn at(&self, place: usize) -> f32 {
        let of = |part: &Part<'_>| part.piece(place, 1)[0];
        self.others.iter().fold(of(&self.first), |sum, part| sum + of(part))
    }

    /// Writes the floats from place `start` on.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn copy_to(&self, start: usize, to: &mut [f32]) {
        for (piece, to) in to.chunks_mut(PIECE).enumerate() {
            self.add_up(start + piece * PIECE, to);
        }
    }

    /// The floats from place `start` on, as many as fit in `room`, at most [`PIECE`]. They are written there unless they lie
    /// somewhere.
    pub(super) fn read<'b>(&self, start: usize, room: &'b mut [f32]) -> &'b [f32]
    where
        'a: 'b,
    {
        if self.others.is_empty() {
            return self.first.piece(start, room.len());
        }
        self.add_up(start, room);
        room
    }

    /// Writes at most [`PIECE`] floats.
    fn add_up(&self, start: usize, to: &mut [f32]) {
        let n = to.len();
        let (first, mut others) = (self.first.piece(start, n), self.others);
        match others.split_off_first() {
            None => to.copy_from_slice(first),
            Some(second) => {
                let second = second.piece(start, n);
                (0..n).for_each(|i| to[i] = first[i] + second[i]);
            }
        }
        // Two in a pass: the sum is then written and read half as often.
        let (pairs, last) = others.as_chunks::<2>();
        for pair in pairs {
            let [a, b] = pair.each_ref().map(|part| part.piece(start, n));
            (0..n).for_each(|i| to[i] = to[i] + a[i] + b[i]);
        }
        for a in last {
            let a = a.piece(start, n);
            (0..n).for_each(|i| to[i] += a[i]);
        }
    }
}

impl<'a> From<&'a [f32]> for Gradient<'a> {
    fn from(floats: &'a [f32]) -> Self {
        Self { first: floats.into(), others: &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_added_in_their_order() {
        let slices = [&[1e8, 1.0, 0.5][..], &[1.0, 1e8, 0.25], &[-1e8, -1e8, 0.125]];
        let parts = slices.map(Part::from);
        let gradient = Gradient::sum(&parts);
        assert_eq!((gradient.len(), gradient.is_empty()), (3, false));
        let mut floats = [7.0; 3];
        gradient.copy_to(0, &mut floats);
        assert_eq!(floats, [0.0, 0.0, 0.875]);
        gradient.copy_to(1, &mut floats[..1]);
        assert_eq!(floats, [0.0, 0.0, 0.875]);
        assert_eq!(gradient.read(2, &mut [0.0]), [0.875]);
        assert_eq!([0, 1, 2].map(|place| gradient.at(place)), [0.0, 0.0, 0.875]);
        let one = Gradient::from(slices[0]);
        assert_eq!(one.read(1, &mut [0.0; 2]).as_ptr(), slices[0][1..].as_ptr(), "one slice is not copied");
    }

    #[test]
    #[should_panic = "the same length"]
    fn parts_have_one_length() {
        Gradient::sum(&[Part::from(&[1.0, 2.0][..]), Part::from(&[1.0][..])]);
    }

    #[test]
    fn copies_are_read_as_what_they_are_of() {
        let floats: Vec<f32> = (0..10 * PIECE + 7).map(|i| i as f32).collect();
        for own in [0..0, 0..floats.len(), 0..700, 700..2000, 1000..1100, 2000..floats.len()] {
            let mut copy = vec![f32::NAN; floats.len()];
            Part::copy_but(own.clone(), &floats, &mut copy);
            let kept = copy.iter().filter(|x| x.is_nan()).count();
            assert_eq!(kept, own.len().saturating_sub(2 * PIECE), "{own:?}");
            let parts = [Part::copied(&floats, &copy, own.clone()), floats[..].into()];
            let (gradient, one) = (Gradient::sum(&parts), Gradient::sum(&parts[..1]));
            for start in (0..floats.len()).step_by(13) {
                let len = (start * 7 % (3 * PIECE)).min(floats.len() - start);
                let mut to = vec![0.0; len];
                gradient.copy_to(start, &mut to);
                assert!(to.iter().zip(&floats[start..]).all(|(to, x)| *to == 2.0 * x), "{own:?}: {len} from {start}");
                let mut room = vec![0.0; len.min(PIECE)];
                let read = one.read(start, &mut room);
                assert_eq!(read, &floats[start..start + read.len()]);
                assert_eq!(gradient.at(start), 2.0 * floats[start]);
            }
        }
    }
}
