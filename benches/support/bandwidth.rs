//! How fast memory is, at a size: what layers that hardly compute can reach.

use std::hint::black_box;
use std::time::Instant;

use prelu::Level;
use prelu::runtime::scratch::{Line, floats};
use prelu::runtime::simd::{Kernel, Program, Simd, dispatch};

/// A copy takes this long, so that the clock and the caches' first filling do not count.
const SECONDS: f64 = 1e-3;

/// Bytes per second, read and written together, of a copy between two halves of a memory of so many bytes.
pub fn copy(level: Level, bytes: usize) -> f64 {
    measure(level, bytes, true)
}

/// Bytes per second of reading a memory of so many bytes over and over.
pub fn read(level: Level, bytes: usize) -> f64 {
    measure(level, bytes, false)
}

fn measure(level: Level, bytes: usize, copy: bool) -> f64 {
    // Whole runs of the kernel's eight vectors, in both halves.
    let lines = bytes.div_ceil(size_of::<Line>()).next_multiple_of(16).max(16);
    let mut memory = vec![Line::ZERO; lines];
    let mut best = 0.0_f64;
    let mut turns = 1;
    for _ in 0..3 {
        loop {
            let clock = Instant::now();
            let moved = dispatch(level, Stream { memory: &mut memory, copy, turns });
            let seconds = clock.elapsed().as_secs_f64();
            best = best.max(moved as f64 / seconds);
            if seconds >= SECONDS {
                break;
            }
            turns *= 2;
        }
    }
    best
}

struct Stream<'a> {
    memory: &'a mut [Line],
    copy: bool,
    turns: usize,
}

impl Program for Stream<'_> {
    type Output = usize;
    fn run<S: Simd>(self, s: S) -> usize {
        let (turns, copy) = (self.turns, self.copy);
        let floats = floats(self.memory);
        let moved = turns * size_of_val(floats);
        let (from, to) = floats.split_at_mut(floats.len() / 2);
        for _ in 0..turns {
            if copy {
                s.call(Copy { from: black_box(&*from), to: black_box(&mut *to) });
            } else {
                black_box(s.call(Read { from: black_box(&*from) }));
                black_box(s.call(Read { from: black_box(&*to) }));
            }
        }
        moved
    }
}

struct Copy<'a> {
    from: &'a [f32],
    to: &'a mut [f32],
}

impl<S: Simd> Kernel<S> for Copy<'_> {
    type Output = ();
    #[inline(always)]
    fn run(self, s: S) {
        let zero = s.splat(0.0);
        for (from, to) in self.from.chunks_exact(S::LANES).zip(self.to.chunks_exact_mut(S::LANES)) {
            // SAFETY: a chunk is a vector's worth of floats.
            unsafe { s.store(to.as_mut_ptr(), s.max(s.load(from.as_ptr()), zero)) }
        }
    }
}

struct Read<'a> {
    from: &'a [f32],
}

impl<S: Simd> Kernel<S> for Read<'_> {
    type Output = f32;
    #[inline(always)]
    fn run(self, s: S) -> f32 {
        let mut sums = [s.splat(0.0); 8];
        for from in self.from.chunks_exact(8 * S::LANES) {
            for (from, sum) in from.chunks_exact(S::LANES).zip(&mut sums) {
                // SAFETY: a chunk is a vector's worth of floats.
                *sum = s.max(*sum, unsafe { s.load(from.as_ptr()) });
            }
        }
        sums.iter().map(|&sum| s.sum(sum)).sum()
    }
}
