//! The memory of training, and the threads.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::memory::Memory;
use super::threads::{Threads, is_large, machine_count, stack_for};

use crate::runtime::network::{self, Batch, Draw, MAX_SHARDS, max_shards, net_output, sums};
use crate::runtime::optim::{Gradient, Optimizer, Part};
use crate::runtime::scratch::Line;
use crate::runtime::simd::copies_pay;
use crate::runtime::summary::ParameterSummary;
use crate::{BatchError, Level, Loss, Network};

/// What computing gradients, and training with them, needs: memory for each thread, a gradient for each shard of a batch, and
/// the seed of the random numbers. Made once; nothing is allocated afterwards.
///
/// A batch is cut into shards that do not depend on the number of threads, and their gradients are added in order: the
/// same seed gives the same bits on any number of threads.
pub struct Workspace<N: Network> {
    level: Level,
    threads: Threads,
    seed: u64,
    step: u64,
    /// A memory for each thread.
    memories: Vec<Mutex<Memory>>,
    shards: Vec<Mutex<Shard<N>>>,
    /// Sums over the batch.
    sums: Vec<f64>,
}

struct Shard<N> {
    gradient: Box<N>,
    copy: GradientCopy,
    loss: f64,
    sums: Vec<f64>,
    /// Where training has several phases, what one leaves for the next: grows with the largest batch.
    memory: Memory,
}

impl<N: Network> Workspace<N> {
    /// Bytes of a sample and its output.
    const BYTES: usize = size_of::<N::Input>().saturating_add(size_of::<N::Output>());
    /// Whether they take threads with larger stacks than usual.
    const LARGE: bool = is_large(Self::BYTES);

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
        let shard = || Shard {
            gradient: N::zeroed_box(),
            copy: GradientCopy::default(),
            loss: 0.0,
            sums: sums.clone(),
            memory: Memory::new(0),
        };
        let shards = (0..max_shards::<N>()).map(|_| Mutex::new(shard())).collect();
        let memories = vec![memory::<N>()];
        Self { level, threads: Threads::one(), seed: 0, step: 0, memories, shards, sums }
    }

    /// Uses this many threads, at most 1,024. 0 means as many as the environment variable `RAYON_NUM_THREADS` says, or, if it
    /// says none, as many as the machine has. If the system refuses some of them, a half are used, or a quarter, and so on:
    /// [`thread_count`](Self::thread_count) tells how many there are. Without the feature `parallel` it is always one.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Threads::new(threads, if Self::LARGE { Some(stack_for(Self::BYTES)) } else { None });
        // More threads than the machine runs at a time rarely all work; their memory is made when they do.
        let at_once = machine_count().max(MAX_SHARDS);
        let memory = |thread| if thread < at_once { memory::<N>() } else { Mutex::new(Memory::new(0)) };
        self.memories = (0..self.threads.count()).map(memory).collect();
        for shard in self.shards.iter_mut().map(owned) {
            shard.copy = GradientCopy::new(shard.gradient.floats().len(), self.threads.count());
        }
        self
    }

    /// Sets the seed of the random numbers that layers such as dropout draw.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many threads it uses.
    pub fn thread_count(&self) -> usize {
        self.threads.count()
    }

    /// The threads.
    pub(super) fn team(&self) -> &Threads {
        &self.threads
    }

    /// The instruction set.
    pub fn level(&self) -> Level {
        self.level
    }

    /// Sets how many batches are taken to have been computed.
    pub(super) fn set_step(&mut self, step: u64) {
        self.step = step;
    }

    /// The seed of the random numbers.
    pub(super) fn random_seed(&self) -> u64 {
        self.seed
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
        let batch = self.batch(inputs, targets, loss)?;
        Ok(self.gradients_of(net, &batch, gradient))
    }

    /// The next batch, checked.
    pub(super) fn batch<'a, L: Loss>(
        &self,
        inputs: &'a [N::Input],
        targets: &'a [L::Target],
        loss: &'a L,
    ) -> Result<Batch<'a, N, L>, BatchError> {
        Batch::new(inputs, targets, loss, Draw::new(self.seed, self.step))
    }

    /// As [`gradients`](Self::gradients).
    pub(super) fn gradients_of<L: Loss>(&mut self, net: &N, batch: &Batch<'_, N, L>, gradient: &mut N) -> f32 {
        let (loss, count) = self.shard_gradients(net, batch);
        let mut parts = [Part::from(&[][..]); MAX_SHARDS];
        let sum = added(&mut self.shards[..count], &mut parts);
        self.threads.parts(gradient.floats_mut(), &|start, to| sum.copy_to(start, to));
        net.batch_statistics(&self.sums, batch.len(), gradient);
        loss
    }

    /// One step of training with a batch: [`gradients`](Self::gradients) and [`descend`](Self::descend), to the same bits,
    /// in less time, for the gradient is added up where the optimiser reads it. Gives the mean loss before the step.
    ///
    /// # Errors
    /// As [`gradients`](Self::gradients), and if the loss does not fit the net: see [`Loss::check_net`].
    ///
    /// # Panics
    /// As [`descend`](Self::descend).
    pub fn train<L: Loss>(
        &mut self,
        optimizer: &mut (impl Optimizer + ?Sized),
        net: &mut N,
        inputs: &[N::Input],
        targets: &[L::Target],
        loss: &L,
    ) -> Result<f32, BatchError> {
        check_net::<N, L>(loss)?;
        let batch = self.batch(inputs, targets, loss)?;
        Ok(self.train_with(N::SUMMARY.parameters, optimizer, net, &batch))
    }

    /// As [`train`](Self::train), for the parameters of a table that are not frozen in it.
    pub(super) fn train_with<L: Loss>(
        &mut self,
        table: &[ParameterSummary],
        optimizer: &mut (impl Optimizer + ?Sized),
        net: &mut N,
        batch: &Batch<'_, N, L>,
    ) -> f32 {
        let (loss, count) = self.shard_gradients(net, batch);
        // The batch's statistics lie beside the parameters, in the first shard's gradient as well as in any other.
        net.batch_statistics(&self.sums, batch.len(), &mut owned(&mut self.shards[0]).gradient);
        let mut parts = [Part::from(&[][..]); MAX_SHARDS];
        let sum = added(&mut self.shards[..count], &mut parts);
        optimizer.step_with(net.floats_mut(), sum, table, &self.threads);
        network::update_statistics(net, &owned(&mut self.shards[0]).gradient);
        loss
    }

    /// Computes the gradients of a batch's shards and its sums. Gives the mean loss, and how many shards there are.
    fn shard_gradients<L: Loss>(&mut self, net: &N, batch: &Batch<'_, N, L>) -> (f32, usize) {
        self.step += 1;
        let count = batch.shards(self.level);
        let shards = &mut self.shards[..count];
        shards.iter_mut().for_each(|shard| owned(shard).loss = 0.0);
        let (level, memories, sums) = (self.level, &self.memories, &mut self.sums);
        let threads = self.threads.count();
        for (phase, range) in N::PHASES.iter().enumerate() {
            let (handed, so_far) = (&*shards, &*sums);
            self.threads.each(count, &|thread, index| {
                let Shard { gradient, copy, loss, sums: own, memory } = &mut *lock(&handed[index]);
                let (mut held, mut fresh);
                let memory = if N::PHASES.len() > 1 {
                    memory.at_least(batch.shard_lines(level, index))
                } else {
                    // A thread that waits in the midst of a shard, as a loss may that uses threads too, may be given another.
                    (held, fresh) = (unused(&memories[thread]), Memory::new(0));
                    held.as_deref_mut().unwrap_or(&mut fresh).at_least(N::TRAINING_LINES + N::TEMPORARY)
                };
                *loss += batch.shard_phase(net, level, index, phase, memory, gradient, own, so_far);
                if phase + 1 == N::PHASES.len() {
                    copy.take(gradient.floats(), index, count, threads);
                }
            });
            for index in range.clone() {
                sums[index] = shards.iter_mut().map(|shard| owned(shard).sums[index]).sum();
            }
        }
        let total: f64 = shards.iter_mut().map(|shard| owned(shard).loss).sum();
        ((total / batch.len() as f64) as f32, count)
    }

    /// A step of an optimiser, by the workspace's threads, and the running statistics that the gradient carries: the same
    /// bits as [`Optimizer::step`] and [`update_statistics`](network::update_statistics).
    ///
    /// # Panics
    /// If the optimiser was lent memory for another net.
    pub fn descend(&self, optimizer: &mut (impl Optimizer + ?Sized), net: &mut N, gradient: &N) {
        self.descend_with(N::SUMMARY.parameters, optimizer, net, gradient);
    }

    /// As [`descend`](Self::descend), for the parameters of a table that are not frozen in it.
    pub(super) fn descend_with(
        &self,
        table: &[ParameterSummary],
        optimizer: &mut (impl Optimizer + ?Sized),
        net: &mut N,
        gradient: &N,
    ) {
        optimizer.step_with(net.floats_mut(), gradient.floats().into(), table, &self.threads);
        network::update_statistics(net, gradient);
    }

    /// Runs a loop over batches on one of the workspace's threads, which then need not be woken for each batch.
    ///
    /// ```
    /// use prelu::{Network, Parameters, Workspace, loss::Mse, optim::Sgd};
    /// # prelu::network! { struct Line: [1] -> [1] { fc: linear(1) } }
    /// # let (xs, ys) = ([[1.0], [2.0]], [[3.0], [5.0]]);
    /// let (mut net, mut optimizer) = (Line::initialised(0), Sgd::new(0.1));
    /// let mut workspace = Workspace::<Line>::new().threads(2);
    /// let loss = workspace.run(|workspace| {
    ///     let mut loss = 0.0;
    ///     for _ in 0..200 {
    ///         loss = workspace.train(&mut optimizer, &mut net, &xs, &ys, &Mse::new())?;
    ///     }
    ///     Ok::<_, prelu::BatchError>(loss)
    /// })?;
    /// assert!(loss < 1e-3);
    /// # Ok::<(), prelu::BatchError>(())
    /// ```
    pub fn run<R: Send>(&mut self, work: impl FnOnce(&mut Self) -> R + Send) -> R {
        let threads = self.threads.clone();
        threads.enter(|| work(self))
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
        let mut memory = vec![Line::ZERO; N::BLOCK_LINES];
        network::calibrate(net, table, self.level, inputs, &mut memory, &mut owned(&mut self.shards[0]).gradient)
    }

    /// Predicts for any number of samples.
    ///
    /// # Errors
    /// There are not as many outputs as inputs.
    pub fn predict(&self, net: &N, xs: &[N::Input], ys: &mut [N::Output]) -> Result<(), BatchError> {
        predict_with(&self.threads, &self.memories, net, self.level, xs, ys)
    }
}

impl<N: Network> Default for Workspace<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// Says whether a loss fits a net.
pub(super) fn check_net<N: Network, L: Loss>(loss: &L) -> Result<(), BatchError> {
    loss.check_net(const { &net_output::<N>() }).map_err(|error| BatchError::Net { error })
}

/// The sum of shards' gradients, as `parts` that are filled with them.
fn added<'a, N: Network>(shards: &'a mut [Mutex<Shard<N>>], parts: &'a mut [Part<'a>; MAX_SHARDS]) -> Gradient<'a> {
    let count = shards.len();
    for (part, shard) in parts.iter_mut().zip(shards) {
        let Shard { gradient, copy, .. } = owned(shard);
        *part = copy.part(gradient.floats());
    }
    Gradient::sum(&parts[..count])
}

/// A gradient's copy for the threads that did not compute it, where there are any and it pays.
#[derive(Default)]
struct GradientCopy {
    floats: Vec<f32>,
    /// What the thread that computed the gradient is likely to step, which is not copied.
    own: Range<usize>,
}

impl GradientCopy {
    fn new(floats: usize, threads: usize) -> Self {
        let pays = threads > 1 && copies_pay(floats);
        Self { floats: vec![0.0; if pays { floats } else { 0 }], own: 0..0 }
    }

    /// Copies a shard's gradient. Of so many threads each takes neighbouring shards, and neighbouring floats.
    fn take(&mut self, gradient: &[f32], shard: usize, shards: usize, threads: usize) {
        if self.floats.is_empty() {
            return;
        }
        let (thread, part) = (shard * threads / shards, gradient.len() / threads);
        self.own = part * thread..if thread + 1 == threads { gradient.len() } else { part * (thread + 1) };
        Part::copy_but(self.own.clone(), gradient, &mut self.floats);
    }

    /// The gradient to be read, by way of its copy if there is one.
    fn part<'a>(&'a self, gradient: &'a [f32]) -> Part<'a> {
        if self.floats.is_empty() {
            return gradient.into();
        }
        Part::copied(gradient, &self.floats, self.own.clone())
    }
}

/// A mutex whose holder may have panicked: what it guards is overwritten before it is read.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The same, unless someone holds it.
fn unused<T>(mutex: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match mutex.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(error)) => Some(error.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// What a mutex guards, where there is no other holder.
fn owned<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Memory of a thread: to train in where training has one phase, and to predict in.
fn memory<N: Network>() -> Mutex<Memory> {
    let training = if N::PHASES.len() > 1 { 0 } else { N::TRAINING_LINES + N::TEMPORARY };
    Mutex::new(Memory::new(training.max(N::BLOCK_LINES)))
}

/// Predicts for any number of samples, on the threads of the rayon pool that it is called in, or else of the program's. If
/// the system refuses those, on fewer.
///
/// # Errors
/// There are not as many outputs as inputs.
pub fn predict_batch<N: Network>(
    net: &N,
    level: Level,
    xs: &[N::Input],
    ys: &mut [N::Output],
) -> Result<(), BatchError> {
    predict_with(&Threads::machine(), &[], net, level, xs, ys)
}

/// In a thread's memory, where it has one that nobody else predicts in.
fn predict_with<N: Network>(
    threads: &Threads,
    memories: &[Mutex<Memory>],
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
    let parts: Vec<_> = xs.chunks(part).zip(ys.chunks_mut(part)).map(Mutex::new).collect();
    threads.each(parts.len(), &|thread, index| {
        let (xs, ys) = &mut *lock(&parts[index]);
        let (mut held, mut fresh) = (memories.get(thread).and_then(unused), Memory::new(0));
        let memory = held.as_deref_mut().unwrap_or(&mut fresh).at_least(N::BLOCK_LINES);
        // The parts are as long as each other, so there is no error to give.
        let _ = network::predict(net, level, xs, ys, memory);
    });
    Ok(())
}
