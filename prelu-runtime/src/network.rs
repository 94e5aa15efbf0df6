//! What a declared net is, and the programs that run one: on samples, on shards of a batch, for any instruction set.

use core::fmt;
use core::ops::Range;

use crate::formula::Formula;
use crate::loss::{Loss, NetError, NetOutput, TargetError};
use crate::parameters::Parameters;
use crate::rng::{Purpose, Stream};
use crate::scratch::{Line, Scratch, floats, kept_output, lines, vectors};
use crate::simd::{Level, Program, Simd, Single, dispatch};
use crate::summary::{Init, ParameterSummary, Summary};
use crate::tensor::Tensor;

/// A net declared with `network!`. The gradient of a net is of the same type.
pub trait Network: Parameters {
    /// One sample.
    type Input: Tensor;
    /// What the net says of it.
    type Output: Tensor;
    /// How many parameters.
    const PARAMETERS: usize;
    /// Multiply-adds for one sample, forward.
    const MACS: u64;
    /// The layers and parameters.
    const SUMMARY: &'static Summary;
    /// What each of [`Summary::layers`] computes.
    const FORMULAS: &'static [Formula];
    /// Vectors that prediction of a block works in; floats, for a single sample.
    const VECTORS: usize;
    /// Vectors beside them that the layers of a block work in, one after the other.
    const TEMPORARY: usize;
    /// Lines for the prediction of blocks.
    const BLOCK_LINES: usize = Self::VECTORS + Self::TEMPORARY;
    /// Lines of memory that prediction of a single sample works in, and behind them room for a large output: see
    /// [`kept_output`].
    const SCRATCH_LINES: usize = lines(Self::VECTORS) + lines(kept_output(Self::Output::LEN));
    /// Vectors that training works in.
    const TRAINING_LINES: usize;
    /// How many layers have slopes that are initialised from data.
    const CALIBRATIONS: usize;
    /// The phases of training: one, or, where samples of a batch depend on each other, several, of which each runs over
    /// all blocks before the next begins. Each is told by the sums over the batch that it takes.
    const PHASES: &'static [Range<usize>];
    /// The samples that a batch must have at least.
    const LEAST_BATCH: usize;
    /// Ranges of the net's floats, in order, that [`train_block`](Self::train_block) overwrites in the gradient where the
    /// block is a shard's first: large ones, which need not be zeroed then.
    const BEGUN: &'static [Range<usize>];

    /// A net on the heap with random parameters, a function of the seed alone.
    #[cfg(feature = "alloc")]
    fn initialised(seed: u64) -> alloc::boxed::Box<Self> {
        let mut net = Self::zeroed_box();
        initialise(&mut *net, seed);
        net
    }

    /// Predicts for a block: at most a sample for each lane. `memory` is [`VECTORS`](Self::VECTORS) long, and `temporary`
    /// [`TEMPORARY`](Self::TEMPORARY), or, for a block of a single lane, empty.
    fn predict_block<S: Simd>(
        &self,
        s: S,
        xs: &[Self::Input],
        ys: &mut [Self::Output],
        memory: &mut [S::V],
        temporary: &mut [S::V],
    );

    /// Runs a phase for a block. All of them in turn add the block's gradient of the loss, times its scale, to `gradient`;
    /// the phase that has the loss gives its sum, the others 0. A phase adds to its range of `sums`, and finds those of
    /// earlier phases in the block. `memory` is [`TRAINING_LINES`](Self::TRAINING_LINES) long, and what one phase leaves
    /// there the next one needs.
    #[expect(clippy::too_many_arguments, reason = "a block's state is its caller's")]
    fn train_block<S: Simd, L: Loss>(
        &self,
        s: S,
        phase: usize,
        block: &Block<'_, Self, L>,
        memory: &mut [S::V],
        temporary: &mut [S::V],
        gradient: &mut Self,
        sums: &mut [f64],
    ) -> f64;

    /// Writes the statistics of a batch, of which these are the sums, to the places in `gradient` where the net has its
    /// running statistics.
    fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self);

    /// Adds to `counts`, for each slope that is initialised from data, how many of its inputs are negative. `memory` is
    /// [`VECTORS`](Self::VECTORS) long, and `temporary` [`TEMPORARY`](Self::TEMPORARY).
    fn calibrate_block<S: Simd>(
        &self,
        s: S,
        xs: &[Self::Input],
        memory: &mut [S::V],
        temporary: &mut [S::V],
        counts: &mut Self,
    );
}

/// A block of a batch.
pub struct Block<'a, N: Network, L: Loss> {
    /// At most a sample for each lane.
    pub inputs: &'a [N::Input],
    /// Their targets.
    pub targets: &'a [L::Target],
    /// The loss.
    pub loss: &'a L,
    /// What gradients are multiplied by: one over the samples of the batch.
    pub scale: f32,
    /// The block's random numbers.
    pub draw: Draw,
    /// The sums over the batch that earlier phases took.
    pub sums: &'a [f64],
    /// The samples of the batch.
    pub batch: usize,
    /// Whether it is the first of its shard: what [`Network::BEGUN`] names is then overwritten, not added to.
    pub first: bool,
}

/// Random numbers of one training step, for the samples of a block.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    stream: Stream,
    first: usize,
}

impl Draw {
    /// The numbers of a seed and step.
    pub const fn new(seed: u64, step: u64) -> Self {
        Self { stream: Stream::purpose(seed, Purpose::Layers).of(step), first: 0 }
    }

    /// The numbers of a layer.
    #[inline]
    pub const fn layer(self, layer: u64) -> Self {
        Self { stream: self.stream.of(layer), ..self }
    }

    /// The stream of the sample in a lane.
    #[inline]
    pub const fn sample(self, lane: usize) -> Stream {
        self.stream.of((self.first + lane) as u64)
    }
}

/// A batch: samples, their targets, and what is to be computed of them. Checked when it is made.
pub struct Batch<'a, N: Network, L: Loss> {
    inputs: &'a [N::Input],
    targets: &'a [L::Target],
    loss: &'a L,
    draw: Draw,
}

impl<'a, N: Network, L: Loss> Batch<'a, N, L> {
    /// A batch of at least one sample.
    ///
    /// # Errors
    /// There is no sample, or only one for a batch norm that needs two; there are not as many targets as samples; or a
    /// target does not fit the net's output.
    pub fn new(inputs: &'a [N::Input], targets: &'a [L::Target], loss: &'a L, draw: Draw) -> Result<Self, BatchError> {
        if inputs.is_empty() {
            return Err(BatchError::Empty);
        }
        if inputs.len() < N::LEAST_BATCH {
            return Err(BatchError::Short { least: N::LEAST_BATCH });
        }
        check_lengths(inputs.len(), targets.len(), "targets")?;
        for (index, target) in targets.iter().enumerate() {
            loss.check(target, N::Output::LEN).map_err(|error| BatchError::BatchTarget { index, error })?;
        }
        Ok(Self { inputs, targets, loss, draw })
    }

    /// The number of samples.
    #[expect(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// How many shards the batch is cut into: runs of whole blocks whose gradients are computed apart and added in order.
    /// It depends on the net, the batch and the level, never on the number of threads.
    pub fn shards(&self, level: Level) -> usize {
        self.len().div_ceil(level.lanes()).min(max_shards::<N>())
    }

    /// The samples of a shard.
    fn shard(&self, level: Level, index: usize) -> Range<usize> {
        let (lanes, count) = (level.lanes(), self.shards(level));
        let blocks = self.len().div_ceil(lanes);
        index * blocks / count * lanes..((index + 1) * blocks / count * lanes).min(self.len())
    }

    /// The vectors that a shard works in: those of one block, or, where phases follow one another, of all its blocks.
    pub fn shard_lines(&self, level: Level, shard: usize) -> usize {
        let blocks = if N::PHASES.len() > 1 { self.shard(level, shard).len().div_ceil(level.lanes()) } else { 1 };
        blocks * N::TRAINING_LINES + N::TEMPORARY
    }

    /// Runs a phase for a shard and gives its part of the summed loss. After all phases, in turn, `gradient` holds the
    /// shard's part of the gradient of the batch's mean loss. The phase's range of `own` is overwritten with the shard's
    /// part of its sums; `sums` has those of the batch of earlier phases. `memory` holds
    /// [`shard_lines`](Self::shard_lines).
    #[expect(clippy::too_many_arguments, reason = "a shard's state is its caller's")]
    pub fn shard_phase(
        &self,
        net: &N,
        level: Level,
        shard: usize,
        phase: usize,
        memory: &mut [Line],
        gradient: &mut N,
        own: &mut [f64],
        sums: &[f64],
    ) -> f64 {
        if phase == 0 {
            let (floats, mut from) = (gradient.floats_mut(), 0);
            for begun in N::BEGUN {
                floats[from..begun.start].fill(0.0);
                from = begun.end;
            }
            floats[from..].fill(0.0);
        }
        if let Some(range) = N::PHASES.get(phase) {
            own[range.clone()].fill(0.0);
        }
        let shard = self.shard(level, shard);
        dispatch(level, ShardPhase { batch: self, net, shard, phase, memory, gradient, own, sums })
    }
}

/// The gradient of a batch's mean loss in memory of the caller, on one thread and without an allocator: bit by bit that of
/// a `Workspace`. Gives the mean loss. `memory` holds [`training_lines`]; `gradient` and `part` are overwritten.
///
/// A net with batch norm, whose blocks depend on each other, takes a `Workspace`: with one this does not compile.
pub fn gradients<N: Network, L: Loss>(
    batch: &Batch<'_, N, L>,
    net: &N,
    level: Level,
    memory: &mut [Line],
    gradient: &mut N,
    part: &mut N,
) -> f32 {
    const { assert!(N::PHASES.len() == 1, "a net with batch norm is trained with a Workspace") };
    let mut loss = batch.shard_phase(net, level, 0, 0, memory, gradient, &mut [], &[]);
    for shard in 1..batch.shards(level) {
        loss += batch.shard_phase(net, level, shard, 0, memory, part, &mut [], &[]);
        for (sum, part) in gradient.floats_mut().iter_mut().zip(part.floats()) {
            *sum += part;
        }
    }
    (loss / batch.len() as f64) as f32
}

/// Lines that [`gradients`] works in.
pub const fn training_lines<N: Network>() -> usize {
    N::TRAINING_LINES + N::TEMPORARY
}

/// A step of gradient descent: p ← p − rate·g, for the tensors of a table that are not frozen.
pub fn descend<N: Network>(net: &mut N, gradient: &N, rate: f32, table: &[ParameterSummary]) {
    let parameters = net.floats_mut();
    for tensor in table.iter().filter(|tensor| !tensor.frozen) {
        for (p, &g) in parameters[tensor.range()].iter_mut().zip(&gradient.floats()[tensor.range()]) {
            *p -= rate * g;
        }
    }
}

/// How many sums over a batch a net takes.
pub const fn sums<N: Network>() -> usize {
    match N::PHASES {
        [.., last] => last.end,
        [] => 0,
    }
}

/// The layer that a net's output comes from: the last one, without those behind it that only reshape in inference.
pub const fn net_output<N: Network>() -> NetOutput {
    let (layers, formulas) = (N::SUMMARY.layers, N::FORMULAS);
    let mut output = NetOutput { len: N::Output::LEN, layer: None };
    // One more than the place of the layer; 0 is the net's input.
    let mut place = layers.len();
    while place > 0 {
        let (layer, formula) = (&layers[place - 1], &formulas[place - 1]);
        output.layer = Some((layer.key, formula));
        place = match (formula, layer.inputs) {
            (
                Formula::Flatten
                | Formula::Identity
                | Formula::Dropout { .. }
                | Formula::DropoutChannels { .. }
                | Formula::AlphaDropout { .. },
                [Some(input)],
            ) => *input + 1,
            _ => 0,
        };
    }
    output
}

/// The most shards that a batch of any net is cut into.
pub const MAX_SHARDS: usize = 8;

/// The most shards that a batch is cut into: each needs a gradient of its own, which is memory for a large net.
pub const fn max_shards<N: Network>() -> usize {
    if N::PARAMETERS <= 1 << 20 {
        MAX_SHARDS
    } else if N::PARAMETERS <= 1 << 23 {
        4
    } else {
        2
    }
}

struct ShardPhase<'a, 'b, N: Network, L: Loss> {
    batch: &'a Batch<'b, N, L>,
    net: &'a N,
    shard: Range<usize>,
    phase: usize,
    memory: &'a mut [Line],
    gradient: &'a mut N,
    own: &'a mut [f64],
    sums: &'a [f64],
}

impl<N: Network, L: Loss> Program for ShardPhase<'_, '_, N, L> {
    type Output = f64;
    fn run<S: Simd>(self, s: S) -> f64 {
        let Self { batch, net, shard, phase, memory, gradient, own, sums } = self;
        let (temporary, memory) = vectors::<S::V>(memory).split_at_mut(N::TEMPORARY);
        let mut loss = 0.0;
        for (index, first) in shard.clone().step_by(S::LANES).enumerate() {
            let range = first..(first + S::LANES).min(shard.end);
            let block = Block {
                inputs: &batch.inputs[range.clone()],
                targets: &batch.targets[range],
                loss: batch.loss,
                scale: 1.0 / batch.len() as f32,
                draw: Draw { first, ..batch.draw },
                sums,
                batch: batch.len(),
                first: index == 0,
            };
            let place = if N::PHASES.len() > 1 { index } else { 0 };
            let memory = &mut memory[place * N::TRAINING_LINES..(place + 1) * N::TRAINING_LINES];
            loss += net.train_block(s, phase, &block, memory, temporary, gradient, own);
        }
        loss
    }
}

/// Moves the running statistics of a net towards those of a batch, which its gradient carries:
/// running = (1 − momentum)·running + momentum·batch.
pub fn update_statistics<N: Network>(net: &mut N, gradient: &N) {
    let (running, batch) = (net.floats_mut(), gradient.floats());
    for buffer in N::SUMMARY.buffers {
        let range = buffer.offset..buffer.offset + buffer.len;
        for (running, batch) in running[range.clone()].iter_mut().zip(&batch[range]) {
            *running = (1.0 - buffer.momentum) * *running + buffer.momentum * batch;
        }
    }
}

/// Predicts for any number of samples, a block at a time. `memory` holds [`Network::BLOCK_LINES`].
///
/// # Errors
/// There are not as many outputs as inputs.
pub fn predict<N: Network>(
    net: &N,
    level: Level,
    xs: &[N::Input],
    ys: &mut [N::Output],
    memory: &mut [Line],
) -> Result<(), BatchError> {
    check_lengths(xs.len(), ys.len(), "outputs")?;
    dispatch(level, Predict { net, xs, ys, memory });
    Ok(())
}

/// Predicts for one sample: no allocation, and no panic.
#[inline]
pub fn predict_one<N: Network, const LINES: usize>(
    net: &N,
    x: &N::Input,
    y: &mut N::Output,
    scratch: &mut Scratch<LINES>,
) {
    const { assert!(LINES == N::SCRATCH_LINES) };
    predict_single(net, scratch.level, x, y, &mut scratch.lines);
}

/// [`predict_one`] with an output that is [too large to return by value](kept_output): it stays in the scratch.
#[inline]
pub fn predict_kept<'s, N: Network, const LINES: usize>(
    net: &N,
    x: &N::Input,
    scratch: &'s mut Scratch<LINES>,
) -> &'s N::Output {
    const { assert!(LINES == N::SCRATCH_LINES && kept_output(N::Output::LEN) == N::Output::LEN) };
    let (memory, output) = scratch.lines.split_at_mut(lines(N::VECTORS));
    let Some(y) = N::Output::from_slice_mut(&mut floats(output)[..N::Output::LEN]) else {
        unreachable!("the slice is as long as the output")
    };
    predict_single(net, scratch.level, x, y, memory);
    y
}

/// [`predict_one`] in memory of [`Network::SCRATCH_LINES`] or more.
#[inline]
pub fn predict_single<N: Network>(net: &N, level: Level, x: &N::Input, y: &mut N::Output, memory: &mut [Line]) {
    dispatch(level, PredictOne { net, x, y, memory });
}

struct PredictOne<'a, N: Network> {
    net: &'a N,
    x: &'a N::Input,
    y: &'a mut N::Output,
    memory: &'a mut [Line],
}

impl<N: Network> Program for PredictOne<'_, N> {
    type Output = ();
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let (x, y) = (core::slice::from_ref(self.x), core::slice::from_mut(self.y));
        self.net.predict_block(Single::new(s), x, y, floats(self.memory), &mut []);
    }
}

struct Predict<'a, N: Network> {
    net: &'a N,
    xs: &'a [N::Input],
    ys: &'a mut [N::Output],
    memory: &'a mut [Line],
}

impl<N: Network> Program for Predict<'_, N> {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        let (temporary, memory) = vectors::<S::V>(self.memory).split_at_mut(N::TEMPORARY);
        for (xs, ys) in self.xs.chunks(S::LANES).zip(self.ys.chunks_mut(S::LANES)) {
            self.net.predict_block(s, xs, ys, memory, temporary);
        }
    }
}

/// Initialises a net of zeros, each tensor by its [`Init`]. A function of the net and the seed alone.
pub fn initialise<N: Network>(net: &mut N, seed: u64) {
    let flat = net.floats_mut();
    for buffer in N::SUMMARY.buffers {
        flat[buffer.offset..buffer.offset + buffer.len].fill(buffer.init);
    }
    for (id, tensor) in N::SUMMARY.parameters.iter().enumerate() {
        let floats = &mut flat[tensor.offset..tensor.offset + tensor.len];
        match tensor.init {
            Init::Constant(value) => floats.fill(value),
            Init::FromData { .. } => floats.fill(0.25),
            Init::Normal(deviation) => {
                let stream = Stream::purpose(seed, Purpose::Initialisation).of(id as u64);
                for (i, w) in floats.iter_mut().enumerate() {
                    *w = stream.normal(i as u64) * deviation;
                }
            }
            Init::Uniform(bound) => {
                let stream = Stream::purpose(seed, Purpose::Initialisation).of(id as u64);
                for (i, w) in floats.iter_mut().enumerate() {
                    *w = (2.0 * stream.uniform(i as u64) - 1.0) * bound;
                }
            }
        }
    }
}

/// Sets the slopes of a table that are [initialised from data](Init::FromData) and not frozen, by what they see of these
/// samples. A later layer sees what the earlier ones make of them with their slopes set. `counts` is overwritten; `memory` holds
/// [`Network::BLOCK_LINES`].
///
/// # Errors
/// There is no sample.
pub fn calibrate<N: Network>(
    net: &mut N,
    table: &[ParameterSummary],
    level: Level,
    xs: &[N::Input],
    memory: &mut [Line],
    counts: &mut N,
) -> Result<(), BatchError> {
    if xs.is_empty() {
        return Err(BatchError::Empty);
    }
    for tensor in table.iter().filter(|tensor| !tensor.frozen) {
        let Init::FromData { inputs_per_slope } = tensor.init else { continue };
        counts.floats_mut().fill(0.0);
        dispatch(level, Calibrate { net, xs, memory: &mut *memory, counts: &mut *counts });
        let range = tensor.range();
        let seen = (xs.len() * inputs_per_slope) as f32;
        for (slope, negative) in net.floats_mut()[range.clone()].iter_mut().zip(&counts.floats()[range]) {
            *slope = (0.25 * 2.0 * negative / seen).clamp(0.05, 0.5);
        }
    }
    Ok(())
}

struct Calibrate<'a, N: Network> {
    net: &'a N,
    xs: &'a [N::Input],
    memory: &'a mut [Line],
    counts: &'a mut N,
}

impl<N: Network> Program for Calibrate<'_, N> {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        let (temporary, memory) = vectors::<S::V>(self.memory).split_at_mut(N::TEMPORARY);
        for xs in self.xs.chunks(S::LANES) {
            self.net.calibrate_block(s, xs, memory, temporary, self.counts);
        }
    }
}

fn check_lengths(inputs: usize, others: usize, what: &'static str) -> Result<(), BatchError> {
    if inputs == others { Ok(()) } else { Err(BatchError::Lengths { inputs, others, what }) }
}

/// A batch, or an epoch of batches, that cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum BatchError {
    /// There is no sample.
    Empty,
    /// A batch has too few samples to normalize a value over the batch.
    Short {
        /// The fewest samples that the net can be trained on.
        least: usize,
    },
    /// Batches of this size are too small for the net.
    BatchSize {
        /// The batch size.
        found: usize,
        /// The smallest that the net can be trained with.
        least: usize,
    },
    /// A data set has fewer samples than a batch needs.
    ShortData {
        /// Samples of the data set.
        samples: usize,
        /// The fewest samples that the net can be trained on.
        least: usize,
    },
    /// Inputs, and targets or outputs, differ in number.
    Lengths {
        /// How many inputs.
        inputs: usize,
        /// How many of the others.
        others: usize,
        /// What the others are.
        what: &'static str,
    },
    /// The loss does not fit the net, whatever the data.
    Net {
        /// Why.
        error: NetError,
    },
    /// The target of a sample of a data set does not fit the net's output.
    Target {
        /// The sample's index in the data set.
        index: usize,
        /// What is wrong with it.
        error: TargetError,
    },
    /// A target of a batch does not fit the net's output.
    BatchTarget {
        /// Its index in the batch.
        index: usize,
        /// What is wrong with it.
        error: TargetError,
    },
    /// A schedule gives a learning rate that is negative or not finite.
    LearningRate {
        /// The rate.
        rate: f64,
    },
    /// More batches in a row than allowed have a loss or a gradient that is not finite.
    NotFinite {
        /// How many in a row, the last one included.
        batches: usize,
        /// The loss of the last one.
        loss: f64,
    },
    /// An epoch goes on with a data set of another length than it began with.
    OtherData {
        /// How many samples the data set has.
        found: usize,
        /// How many it had where the epoch began.
        expected: usize,
    },
}

impl BatchError {
    /// The same error about a batch that consists of these samples of a data set.
    #[must_use]
    pub fn in_data_set(self, indices: &[usize]) -> Self {
        match self {
            Self::BatchTarget { index, error } if index < indices.len() => {
                Self::Target { index: indices[index], error }
            }
            other => other,
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the batch is empty: it needs at least one sample"),
            Self::Short { least } => {
                write!(f, "the batch is too short: batch_norm of single values needs at least {least} samples in it")
            }
            Self::BatchSize { found, least: 0 | 1 } => {
                write!(f, "a batch size of {found} is too small: it must be at least 1")
            }
            Self::BatchSize { found, least } => write!(
                f,
                "a batch size of {found} is too small: batch_norm of single values needs at least {least} samples in a batch; set `batch_size({least})` or more"
            ),
            Self::ShortData { samples, least } => write!(
                f,
                "the data set is too small: it has {samples} {}, and batch_norm of single values needs at least {least} in a batch; add samples, or use layer_norm in place of batch_norm",
                if *samples == 1 { "sample" } else { "samples" },
            ),
            Self::Lengths { inputs, others, what } => {
                write!(f, "{inputs} inputs but {others} {what}: there must be as many of both")
            }
            Self::Net { error } => write!(f, "the loss does not fit the net: {error}"),
            Self::Target { index, error } => write!(f, "sample {index} of the data set: {error}"),
            Self::BatchTarget { index, error } => write!(f, "target {index} of the batch: {error}"),
            Self::LearningRate { rate } => write!(
                f,
                "the schedule gives a learning rate of {rate}: it must be finite and at least 0; mend the schedule, or the rate that it starts from"
            ),
            Self::NotFinite { batches, loss } => write!(
                f,
                "{batches} {} a loss or a gradient that is not finite, more than `skip_not_finite` allows; the last loss is {loss}: look for NaN and infinity in the samples, lower the learning rate, or clip gradients",
                if *batches == 1 { "batch has" } else { "batches in a row have" },
            ),
            Self::OtherData { found, expected } => write!(
                f,
                "the data set has {found} samples, but the epoch under way began with {expected}: it must end with the data that it began with"
            ),
        }
    }
}

impl core::error::Error for BatchError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Net { error } => Some(error),
            Self::Target { error, .. } | Self::BatchTarget { error, .. } => Some(error),
            _ => None,
        }
    }
}
