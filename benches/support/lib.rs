//! What the benchmarks of `prelu` share: nets, training, the machine's multiply-add peak, and a share of it.

pub mod bandwidth;
#[path = "../../examples/throughput/nets.rs"]
pub mod nets;
#[path = "../../examples/throughput/peak.rs"]
pub mod peak;
pub mod sweep;
pub mod timed;
#[path = "../../examples/throughput/training.rs"]
#[allow(missing_docs)]
pub mod training;

use std::time::Instant;

use peak::peak;
use prelu::Level;

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

/// Numbers in ±1 that repeat from run to run.
pub fn noise(seed: u64, floats: &mut [f32]) {
    let stream = prelu::runtime::rng::Stream::new(seed);
    for (i, x) in floats.iter_mut().enumerate() {
        *x = 2.0 * stream.uniform(i as u64) - 1.0;
    }
}
