//! What the crate draws itself, where data sets are not to be had and for examples: a function of a seed, with the same
//! bits on every machine, for which reason only arithmetic and square roots are used.

pub(super) mod digits;

use crate::runtime::rng::Stream;

/// Random numbers in the order in which they are asked for.
pub(super) struct Hand {
    stream: Stream,
    drawn: u64,
}

impl Hand {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, drawn: 0 }
    }

    /// Uniform from `low` to `high`.
    pub(super) fn between(&mut self, low: f32, high: f32) -> f32 {
        self.drawn += 1;
        low + (high - low) * self.stream.uniform(self.drawn)
    }
}

/// As many labels of each class as of the others, shuffled.
pub(super) fn labels(stream: Stream, count: usize, classes: u8) -> Vec<u8> {
    let mut labels: Vec<u8> = (0..count).map(|i| (i % usize::from(classes)) as u8).collect();
    stream.shuffle(&mut labels);
    labels
}
