//! Random numbers as a function of a counter: the same on every machine, in any order, on any thread.

use crate::math;

/// A stream of random numbers, named by a seed and the ids that it belongs to. Element `i` is a function of both alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    key: u64,
}

/// What a seed's numbers are for: parts of training that have the same seed must not have the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// The parameters at the start.
    Initialisation,
    /// The order of samples.
    Order,
    /// What layers draw, such as the masks of dropout.
    Layers,
    /// How samples are varied.
    Variation,
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014), a bijection that mixes all bits.
#[inline]
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

impl Stream {
    /// The stream of a seed.
    #[inline]
    pub const fn new(seed: u64) -> Self {
        Self { key: mix(seed.wrapping_add(GOLDEN)) }
    }

    /// The stream of a seed for a purpose.
    #[inline]
    pub const fn purpose(seed: u64, purpose: Purpose) -> Self {
        Self::new(seed).of(purpose as u64)
    }

    /// The stream of an id within this one.
    #[inline]
    pub const fn of(self, id: u64) -> Self {
        Self { key: mix(self.key.wrapping_add(mix(id.wrapping_mul(GOLDEN).wrapping_add(1)))) }
    }

    /// Element `i`: 64 random bits.
    #[inline]
    pub const fn bits(self, i: u64) -> u64 {
        mix(self.key.wrapping_add(i.wrapping_mul(GOLDEN)))
    }

    /// Element `i`, uniform in `[0, 1)`, a multiple of 2⁻²⁴.
    #[inline]
    pub const fn uniform(self, i: u64) -> f32 {
        (self.bits(i) >> 40) as f32 * (1.0 / (1 << 24) as f32)
    }

    /// A number of normal distribution with mean 0 and variance 1, made of elements 2i and 2i + 1 (Box and Muller 1958).
    pub fn normal(self, i: u64) -> f32 {
        let [radius, angle] = [2 * i, 2 * i + 1].map(|i| f64::from(self.uniform(i)));
        // Uniform in (0, 1], so that its logarithm is finite.
        let radius = math::sqrt(-2.0 * math::ln(1.0 - radius));
        (radius * math::cos_pi(2.0 * angle)) as f32
    }

    /// Element `i`, uniform in `0..n`, for `n` of at least 1 (Lemire 2019, without rejection: the bias is below n·2⁻⁶⁴).
    #[inline]
    pub const fn below(self, i: u64, n: u64) -> u64 {
        ((self.bits(i) as u128 * n as u128) >> 64) as u64
    }

    /// Shuffles (Fisher and Yates): a function of the stream and the length.
    pub fn shuffle<T>(self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i as u64, i as u64 + 1) as usize);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_has_the_moments_of_its_distribution() {
        let (s, n) = (Stream::new(7).of(3), 100_000);
        let moment = |k: i32| (0..n).map(|i| f64::from(s.normal(i)).powi(k)).sum::<f64>() / n as f64;
        // Their deviations are 0.0032, 0.0045, 0.012 and 0.031: five of them.
        for (k, want, tolerance) in [(1, 0.0, 0.016), (2, 1.0, 0.023), (3, 0.0, 0.06), (4, 3.0, 0.16)] {
            assert!((moment(k) - want).abs() < tolerance, "moment {k}: {}", moment(k));
        }
        let far = (0..n).filter(|&i| s.normal(i).abs() > 2.0).count();
        assert!(far.abs_diff(4550) < 330, "{far} of {n} beyond two deviations");
    }

    #[test]
    fn uniform_fills_its_range_evenly() {
        let (s, n) = (Stream::new(7).of(3), 100_000);
        let mut bins = [0u32; 20];
        for i in 0..n {
            bins[(s.uniform(i) * 20.0) as usize] += 1;
        }
        // Each bin is binomial with a deviation of 69: five of them.
        assert!(bins.iter().all(|&b| b.abs_diff(5000) < 345), "{bins:?}");
    }

    #[test]
    fn neighbouring_streams_and_elements_do_not_correlate() {
        let n = 50_000u64;
        let at = |s: u64, i: u64| f64::from(Stream::new(1).of(s).uniform(i)) - 0.5;
        for (other, shift) in [(1, 0), (0, 1), (256, 0), (0, 16)] {
            let c: f64 = (0..n).map(|i| at(0, i) * at(other, i + shift)).sum::<f64>() * 12.0 / n as f64;
            assert!(c.abs() < 5.0 / (n as f64).sqrt(), "stream +{other}, element +{shift}: {c}");
        }
    }

    #[test]
    fn bits_are_pinned() {
        // Saved nets and recorded runs depend on them.
        assert_eq!(Stream::new(1).bits(0), Stream::new(1).bits(0));
        assert_ne!(Stream::new(1).bits(0), Stream::new(2).bits(0));
        assert_ne!(Stream::new(1).of(0).bits(0), Stream::new(1).bits(0));
    }

    #[test]
    fn shuffle_is_a_permutation() {
        let mut v: Vec<u32> = (0..1000).collect();
        Stream::new(5).shuffle(&mut v);
        assert_ne!(v, (0..1000).collect::<Vec<_>>());
        v.sort_unstable();
        assert_eq!(v, (0..1000).collect::<Vec<_>>());
    }
}
