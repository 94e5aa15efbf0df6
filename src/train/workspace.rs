//! The memory of training, and the threads.

#[cfg(feature = "parallel")]
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use crate::runtime::network::{self, Batch, Draw, max_shards, sums};
use crate::runtime::scratch::Line;
use crate::runtime::summary::ParameterSummary;
use crate::{BatchError, Level, Loss, Network};

/// What computing gradients needs: memory for each thread, a gradient for each shard of a batch, and the seed of the
/// random numbers. Made once; nothing is allocated afterwards.
///
/// A batch is cut into shards that do not depend on the number of threads, and their gradients are added in order: the
/// same seed gives the same bits on any number of threads.
pub struct Workspace<N: Network> {
    level: Level,
    threads: Threads,
    seed: u64,
    step: u64,
    memories: Vec<Mutex<Vec<Line>>>,
    shards: Vec<Shard<N>>,
    /// Sums over the batch.
    sums: Vec<f64>,
}

struct Shard<N> {
    gradient: Box<N>,
    loss: f64,
    sums: Vec<f64>,
    /// Where training has several phases, what one leaves for the next: grows with the largest batch.
    memory: Vec<Line>,
}

impl<N: Network> Workspace<N> {
    /// A workspace for one thread, with [`level`](crate::level)'s instruction set and seed 0.
    ///
    /// # Panics
    /// As [`level`](crate::level).
    pub fn new() -> Self {
        Self::with_level(crate::level())
    }

    /// A workspace for one thread and an instruction set.
    pub fn with_level(level: Level) -> Self {
        let sums = vec![0.0; sums::<N>()];
        let shard = || Shard { gradient: N::zeroed_box(), loss: 0.0, sums: sums.clone(), memory: Vec::new() };
        let shards = (0..max_shards::<N>()).map(|_| shard()).collect();
        let memories = vec![Mutex::new(memory::<N>())];
        Self { level, threads: Threads::one(), seed: 0, step: 0, memories, shards, sums }
    }

    /// Uses this many threads; 0 means as many as the machine has. Without the feature `parallel` it is always one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Threads::new(threads);
        self.memories = (0..self.threads.count()).map(|_| Mutex::new(memory::<N>())).collect();
        self
    }

    /// Sets the seed of the random numbers that layers such as dropout draw.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The threads.
    pub(super) fn team(&self) -> &Threads {
        &self.threads
    }

    /// The instruction set.
    pub fn level(&self) -> Level {
        self.level
    }

    /// How many batches were computed: with the seed it names the random numbers of the next one.
    pub fn step(&self) -> u64 {
        self.step
    }

    /// The gradient of the mean loss over a batch, in training mode; `gradient` is overwritten. Gives the mean loss.
    ///
    /// # Errors
    /// The batch is empty, has not as many targets as inputs, or has a target that does not fit the output. Nothing is
    /// changed then.
    pub fn gradients<L: Loss>(
        &mut self,
        net: &N,
        inputs: &[N::Input],
        targets: &[L::Target],
        loss: &L,
        gradient: &mut N,
    ) -> Result<f32, BatchError> {
        let batch = Batch::new(inputs, targets, loss, Draw::new(self.seed, self.step))?;
        self.step += 1;
        let shards = &mut self.shards[..batch.shards(self.level)];
        let (level, memories, sums) = (self.level, &self.memories, &mut self.sums);
        shards.iter_mut().for_each(|shard| shard.loss = 0.0);
        for (phase, range) in N::PHASES.iter().enumerate() {
            self.threads.each(shards, |thread, index, shard| {
                let Shard { gradient, loss, sums: own, memory } = shard;
                let mut shared;
                let memory = if N::PHASES.len() > 1 {
                    memory.resize(memory.len().max(batch.shard_lines(level, index)), Line::ZERO);
                    memory
                } else {
                    shared = memories[thread].lock().unwrap_or_else(PoisonError::into_inner);
                    &mut *shared
                };
                *loss += batch.shard_phase(net, level, index, phase, memory, gradient, own, sums);
            });
            for index in range.clone() {
                sums[index] = shards.iter().map(|shard| shard.sums[index]).sum();
            }
        }
        let (first, others) = shards.split_first_mut().ok_or(BatchError::Empty)?;
        self.threads.parts_of_two(gradient.floats_mut(), first.gradient.floats_mut(), |start, to, from| {
            to.copy_from_slice(from);
            for shard in &*others {
                for (to, from) in to.iter_mut().zip(&shard.gradient.floats()[start..]) {
                    *to += from;
                }
            }
        });
        net.batch_statistics(sums, batch.len(), gradient);
        let total: f64 = shards.iter().map(|shard| shard.loss).sum();
        Ok((total / batch.len() as f64) as f32)
    }

    /// Sets the slopes that are initialised from data (`prelu(init = from_data)`), by what they see of these samples: one
    /// batch is enough.
    ///
    /// # Errors
    /// There is no sample.
    pub fn calibrate(&mut self, net: &mut N, inputs: &[N::Input]) -> Result<(), BatchError> {
        self.calibrate_with(N::SUMMARY.parameters, net, inputs)
    }

    /// As [`calibrate`](Self::calibrate), for the slopes of a table that are not frozen in it.
    pub(super) fn calibrate_with(
        &mut self,
        table: &[ParameterSummary],
        net: &mut N,
        inputs: &[N::Input],
    ) -> Result<(), BatchError> {
        let mut memory = vec![Line::ZERO; N::SCRATCH_LINES];
        network::calibrate(net, table, self.level, inputs, &mut memory, &mut self.shards[0].gradient)
    }

    /// Predicts for any number of samples.
    ///
    /// # Errors
    /// There are not as many outputs as inputs.
    pub fn predict(&self, net: &N, xs: &[N::Input], ys: &mut [N::Output]) -> Result<(), BatchError> {
        predict_with(&self.threads, net, self.level, xs, ys)
    }
}

impl<N: Network> Default for Workspace<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Memory of a thread to train in, where training has one phase.
fn memory<N: Network>() -> Vec<Line> {
    vec![Line::ZERO; if N::PHASES.len() > 1 { 0 } else { N::TRAINING_LINES }]
}

/// Predicts for any number of samples, on all threads of the machine.
///
/// # Errors
/// There are not as many outputs as inputs.
pub fn predict_batch<N: Network>(
    net: &N,
    level: Level,
    xs: &[N::Input],
    ys: &mut [N::Output],
) -> Result<(), BatchError> {
    predict_with(&Threads::machine(), net, level, xs, ys)
}

fn predict_with<N: Network>(
    threads: &Threads,
    net: &N,
    level: Level,
    xs: &[N::Input],
    ys: &mut [N::Output],
) -> Result<(), BatchError> {
    if xs.len() != ys.len() {
        return Err(BatchError::Lengths { inputs: xs.len(), others: ys.len(), what: "outputs" });
    }
    // Whole blocks, so that the result of a sample does not depend on how many threads there are.
    let blocks = xs.len().div_ceil(level.lanes());
    let part = blocks.div_ceil(threads.count()).max(1) * level.lanes();
    let mut parts: Vec<_> = xs.chunks(part).zip(ys.chunks_mut(part)).collect();
    threads.each(&mut parts, |_, _, (xs, ys)| {
        let mut memory = vec![Line::ZERO; N::SCRATCH_LINES];
        // The parts are as long as each other, so there is no error to give.
        let _ = network::predict(net, level, xs, ys, &mut memory);
    });
    Ok(())
}

/// Threads that work on a slice, each item by one of them.
#[derive(Clone)]
pub(super) struct Threads {
    #[cfg(feature = "parallel")]
    pool: Pool,
}

#[cfg(feature = "parallel")]
#[derive(Clone)]
enum Pool {
    /// The calling thread alone.
    Caller,
    /// The threads of the whole program.
    Global,
    Own(Arc<rayon::ThreadPool>),
}

#[cfg(feature = "parallel")]
impl Threads {
    fn one() -> Self {
        Self { pool: Pool::Caller }
    }

    fn machine() -> Self {
        Self { pool: Pool::Global }
    }

    fn new(count: usize) -> Self {
        let machine = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        match if count == 0 { machine } else { count } {
            1 => Self::one(),
            count => Self {
                // Where the system refuses threads, the caller does the work: slower, with the same result.
                pool: rayon::ThreadPoolBuilder::new()
                    .num_threads(count)
                    .build()
                    .map_or(Pool::Caller, |pool| Pool::Own(Arc::new(pool))),
            },
        }
    }

    pub(super) fn count(&self) -> usize {
        match &self.pool {
            Pool::Caller => 1,
            Pool::Global => rayon::current_num_threads(),
            Pool::Own(pool) => pool.current_num_threads(),
        }
    }

    /// Runs work on one of the threads, which then hands out parts to the others without being woken for each.
    pub(super) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Pool::Own(pool) => pool.install(work),
            Pool::Caller | Pool::Global => work(),
        }
    }

    /// Calls `work(thread, index, item)` for each item; threads are numbered below [`count`](Self::count).
    pub(super) fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, usize, &mut T) + Sync) {
        use rayon::prelude::*;
        let parallel = |items: &mut [T]| {
            items.par_iter_mut().enumerate().for_each(|(index, item)| {
                work(rayon::current_thread_index().unwrap_or(0), index, item);
            });
        };
        match &self.pool {
            Pool::Caller => items.iter_mut().enumerate().for_each(|(index, item)| work(0, index, item)),
            Pool::Global => parallel(items),
            Pool::Own(pool) => pool.install(|| parallel(items)),
        }
    }

    /// Calls `work(first, part, part)` for parts of two slices of the same length, a part for each thread; `first` is
    /// the parts' place in the slices.
    pub(super) fn parts_of_two<A: Send, B: Send>(
        &self,
        a: &mut [A],
        b: &mut [B],
        work: impl Fn(usize, &mut [A], &mut [B]) + Sync,
    ) {
        use rayon::prelude::*;
        let part = a.len().div_ceil(self.count()).max(1);
        let parallel = |a: &mut [A], b: &mut [B]| {
            let parts = a.par_chunks_mut(part).zip(b.par_chunks_mut(part));
            parts.enumerate().for_each(|(index, (a, b))| work(index * part, a, b));
        };
        match &self.pool {
            Pool::Caller => work(0, a, b),
            Pool::Global => parallel(a, b),
            Pool::Own(pool) => pool.install(|| parallel(a, b)),
        }
    }
}

#[cfg(not(feature = "parallel"))]
impl Threads {
    fn one() -> Self {
        Self {}
    }

    fn machine() -> Self {
        Self {}
    }

    fn new(_: usize) -> Self {
        Self {}
    }

    pub(super) fn count(&self) -> usize {
        1
    }

    /// Runs work.
    pub(super) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        work()
    }

    /// Calls `work(thread, index, item)` for each item.
    pub(super) fn each<T: Send>(&self, items: &mut [T], work: impl Fn(usize, usize, &mut T) + Sync) {
        items.iter_mut().enumerate().for_each(|(index, item)| work(0, index, item));
    }

    /// Calls `work(first, part, part)` for parts of two slices of the same length.
    pub(super) fn parts_of_two<A: Send, B: Send>(
        &self,
        a: &mut [A],
        b: &mut [B],
        work: impl Fn(usize, &mut [A], &mut [B]) + Sync,
    ) {
        work(0, a, b);
    }
}
