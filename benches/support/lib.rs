//! What the benchmarks of `prelu` share: the machine's multiply-add peak, and a share of it.

use std::hint::black_box;
use std::time::Instant;

use prelu::Level;
use prelu::runtime::simd::{Kernel, Program, Simd, dispatch};

/// Multiply-adds per second of one thread: chains that fill the registers, without memory.
pub fn peak(level: Level) -> f64 {
    const STEPS: u64 = 200_000;
    let clock = Instant::now();
    let (sum, chains) = dispatch(level, Chains { steps: STEPS });
    let seconds = clock.elapsed().as_secs_f64();
    black_box(sum);
    (STEPS * chains) as f64 / seconds
}

/// The best of several turns of two things, each turn both: a peak beside what is measured, so that neither profits
/// from a quieter moment. Gives multiply-adds per second and the seconds of `work`.
pub fn beside_peak(level: Level, turns: usize, mut work: impl FnMut()) -> (f64, f64) {
    let (mut best_peak, mut best_time) = (0.0_f64, f64::INFINITY);
    for _ in 0..turns {
        best_peak = best_peak.max(peak(level));
        let clock = Instant::now();
        work();
        best_time = best_time.min(clock.elapsed().as_secs_f64());
    }
    (best_peak, best_time)
}

struct Chains {
    steps: u64,
}

impl Program for Chains {
    type Output = (f32, u64);
    fn run<S: Simd>(self, s: S) -> (f32, u64) {
        if S::REGISTERS >= 32 { s.call(Chain::<24>(self.steps)) } else { s.call(Chain::<12>(self.steps)) }
    }
}

/// `N` chains of multiply-adds that do not wait for each other.
struct Chain<const N: usize>(u64);

impl<S: Simd, const N: usize> Kernel<S> for Chain<N> {
    type Output = (f32, u64);
    #[inline(always)]
    fn run(self, s: S) -> (f32, u64) {
        let (a, b) = (s.splat(black_box(0.999)), s.splat(black_box(0.001)));
        let mut chains = [s.splat(1.0); N];
        for _ in 0..self.0 {
            for chain in &mut chains {
                *chain = s.fma(*chain, a, b);
            }
        }
        let sum = chains.iter().map(|&chain| s.sum(chain)).sum();
        (sum, (N * S::LANES) as u64)
    }
}

/// Numbers in ±1 that repeat from run to run.
pub fn noise(seed: u64, floats: &mut [f32]) {
    let stream = prelu::runtime::rng::Stream::new(seed);
    for (i, x) in floats.iter_mut().enumerate() {
        *x = 2.0 * stream.uniform(i as u64) - 1.0;
    }
}
