//! What the crate draws itself, where data sets are not to be had and for examples: a function of a seed, with the same
//! bits on every machine, for which reason only arithmetic, square roots and the runtime's own functions are used.

pub(super) mod digits;
pub(super) mod figures;
pub(super) mod pictures;

use crate::runtime::math::cos_pi;
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

    /// Nearly normal, of mean 0 and deviation 1, and never beyond 3.5: the sum of four uniform numbers.
    pub(super) fn normal(&mut self) -> f32 {
        self.drawn += 1;
        let bits = self.stream.bits(self.drawn);
        let sum: u64 = (0..4).map(|i| bits >> (16 * i) & 0xffff).sum();
        // Each has mean 2¹⁵ − ½ and variance 2³²/12.
        (sum as f32 - 131_070.0) * (1.732_050_8 / 65_536.0)
    }

    /// Cosine and sine of a random angle.
    pub(super) fn direction(&mut self) -> (f32, f32) {
        let turns = f64::from(self.between(0.0, 1.0));
        (sine(turns + 0.25) as f32, sine(turns) as f32)
    }
}

/// As many labels of each class as of the others, shuffled.
pub(super) fn labels(stream: Stream, count: usize, classes: u8) -> Vec<u8> {
    let mut labels: Vec<u8> = (0..count).map(|i| (i % usize::from(classes)) as u8).collect();
    stream.shuffle(&mut labels);
    labels
}

/// sin(2πt).
pub(super) fn sine(turns: f64) -> f64 {
    cos_pi(2.0 * turns - 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_numbers_have_mean_0_and_deviation_1() {
        let mut hand = Hand::new(Stream::new(1));
        let numbers: Vec<f64> = (0..100_000).map(|_| f64::from(hand.normal())).collect();
        let mean = numbers.iter().sum::<f64>() / 1e5;
        let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 1e5;
        // Five deviations of either.
        assert!(mean.abs() < 0.016 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        assert!(numbers.iter().all(|x| x.abs() < 3.5));
    }
}
