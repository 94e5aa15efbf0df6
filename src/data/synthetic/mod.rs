//! What the crate draws itself, where data sets are not to be had and for examples: a function of a seed, with the same
//! bits on every machine, for which reason only arithmetic and square roots are used.

pub(super) mod digits;
pub(super) mod figures;
pub(super) mod pictures;

use std::f64::consts::TAU;

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

/// sin(2πt), with an absolute error below 1e-11 where |t| ≤ 10⁴: a platform's own sine differs in its last bits.
pub(super) fn sine(turns: f64) -> f64 {
    // Half a turn up or down is a change of sign, so that a quarter to either side is left.
    let half_turns = (2.0 * turns).round();
    let x = (turns - 0.5 * half_turns) * TAU;
    let sign = if half_turns as i64 % 2 == 0 { 1.0 } else { -1.0 };
    // The Taylor polynomial of degree 17, whose terms' quotients are −x²/(2k(2k + 1)): the remainder is below
    // (π/2)¹⁹/19! = 5e-14.
    const QUOTIENTS: [f64; 8] =
        [1.0 / 272.0, 1.0 / 210.0, 1.0 / 156.0, 1.0 / 110.0, 1.0 / 72.0, 1.0 / 42.0, 1.0 / 20.0, 1.0 / 6.0];
    let x2 = x * x;
    sign * x * QUOTIENTS.iter().fold(1.0, |p, quotient| 1.0 - x2 * quotient * p)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sine_holds_its_stated_error() {
        for i in -200_000..200_000 {
            for turns in [f64::from(i) * 1.7e-5, f64::from(i) * 0.05] {
                // The library's argument is the product rounded: a part of a turn keeps it small.
                let want = (turns.fract() * TAU).sin();
                assert!((sine(turns) - want).abs() < 1e-11, "{turns}: {} {want}", sine(turns));
            }
        }
        assert_eq!([0.0, 0.5, 1.0, 0.25, 0.75].map(|t| (sine(t) * 1e12).round() / 1e12), [0.0, 0.0, 0.0, 1.0, -1.0]);
    }

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
