//! A gradient, as a step reads it.

/// A gradient's floats, laid out as the parameters: one slice, or several that are added, in their order, where they are
/// read. Shards of a batch have a gradient each; what a step adds up as it goes need not be written and read again.
#[derive(Clone, Copy, Debug)]
pub struct Gradient<'a> {
    first: &'a [f32],
    others: &'a [&'a [f32]],
}

impl<'a> Gradient<'a> {
    /// What slices of the same length add up to: (first + second) + third, and so on.
    ///
    /// # Panics
    /// If there is no slice, or one has another length.
    pub fn sum(parts: &'a [&'a [f32]]) -> Self {
        let (first, others) = parts.split_first().expect("a gradient has a part");
        assert!(others.iter().all(|part| part.len() == first.len()), "a gradient's parts have the same length");
        Self { first, others }
    }

    /// How many floats there are.
    pub fn len(&self) -> usize {
        self.first.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    /// The float at a place.
    ///
    /// # Panics
    /// If there is none.
    pub fn at(&self, place: usize) -> f32 {
        self.others.iter().fold(self.first[place], |sum, part| sum + part[place])
    }

    /// Writes the floats from place `start` on.
    ///
    /// # Panics
    /// If there are fewer.
    pub fn copy_to(&self, start: usize, to: &mut [f32]) {
        let n = to.len();
        let here = |part: &'a [f32]| &part[start..][..n];
        let (first, mut others) = (here(self.first), self.others);
        match others.split_off_first() {
            None => to.copy_from_slice(first),
            Some(second) => {
                let second = here(second);
                (0..n).for_each(|i| to[i] = first[i] + second[i]);
            }
        }
        // Two in a pass: the sum is then written and read half as often.
        let (pairs, last) = others.as_chunks::<2>();
        for [a, b] in pairs {
            let (a, b) = (here(a), here(b));
            (0..n).for_each(|i| to[i] = to[i] + a[i] + b[i]);
        }
        for a in last {
            let a = here(a);
            (0..n).for_each(|i| to[i] += a[i]);
        }
    }

    /// The floats from place `start` on, as many as fit in `room`, which they are written to unless they lie somewhere.
    pub(super) fn read<'b>(&self, start: usize, room: &'b mut [f32]) -> &'b [f32]
    where
        'a: 'b,
    {
        if self.others.is_empty() {
            return &self.first[start..start + room.len()];
        }
        self.copy_to(start, room);
        room
    }
}

impl<'a> From<&'a [f32]> for Gradient<'a> {
    fn from(floats: &'a [f32]) -> Self {
        Self { first: floats, others: &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_added_in_their_order() {
        let parts = [&[1e8, 1.0, 0.5][..], &[1.0, 1e8, 0.25], &[-1e8, -1e8, 0.125]];
        let gradient = Gradient::sum(&parts);
        assert_eq!((gradient.len(), gradient.is_empty()), (3, false));
        let mut floats = [7.0; 3];
        gradient.copy_to(0, &mut floats);
        assert_eq!(floats, [0.0, 0.0, 0.875]);
        gradient.copy_to(1, &mut floats[..1]);
        assert_eq!(floats, [0.0, 0.0, 0.875]);
        assert_eq!(gradient.read(2, &mut [0.0]), [0.875]);
        assert_eq!([0, 1, 2].map(|place| gradient.at(place)), [0.0, 0.0, 0.875]);
        let one = Gradient::from(parts[0]);
        assert_eq!(one.read(1, &mut [0.0; 2]).as_ptr(), parts[0][1..].as_ptr(), "one slice is not copied");
    }

    #[test]
    #[should_panic = "the same length"]
    fn parts_have_one_length() {
        Gradient::sum(&[&[1.0, 2.0], &[1.0]]);
    }
}
