//! The multiply-add peak of the machine, measured: what shares are shares of.

use std::hint::black_box;
use std::sync::Barrier;
use std::time::Instant;

use prelu::Level;
use prelu::runtime::simd::{Kernel, Program, Simd, dispatch};

/// Multiply-adds per second of one thread: chains that fill the registers, without memory. Takes about a millisecond.
pub fn peak(level: Level) -> f64 {
    const STEPS: u64 = 200_000;
    let clock = Instant::now();
    let (sum, chains) = dispatch(level, Chains { steps: STEPS });
    let seconds = clock.elapsed().as_secs_f64();
    black_box(sum);
    (STEPS * chains) as f64 / seconds
}

/// [`peak`] of so many threads at once, summed.
pub fn peak_of_threads(level: Level, threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let at_once = || {
        barrier.wait();
        peak(level)
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(at_once)).collect();
        let own = at_once();
        own + others.into_iter().map(|thread| thread.join().unwrap_or(0.0)).sum::<f64>()
    })
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
