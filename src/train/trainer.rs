//! Epochs over a data set.

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};

use super::checkpoint;
use super::freeze::{self, UnknownKeys};
use super::schedule::{Every, Schedule};
use super::threads::{Threads, is_large, on_stacks, stack_for};
use super::workspace::{Workspace, check_net};
use crate::data::Dataset;
use crate::optim::{Optimizer, clip_norm, norm};
use crate::runtime::rng::{Purpose, Stream};
use crate::runtime::setting::{Range, check};
use crate::runtime::summary::{BufferSummary, ParameterSummary};
use crate::runtime::tensor::zeroed_vec;
use crate::{BatchError, Loss, Network, Tensor};

/// Trains a net: shuffles, cuts batches, computes gradients on several threads, and steps an optimiser.
///
/// The same net, data, seed, batch size and instruction set give the same bits, whatever the number of threads.
pub struct Trainer<N: Network, O, L> {
    pub(super) net: Box<N>,
    pub(super) optimizer: O,
    loss: L,
    pub(super) workspace: Workspace<N>,
    /// Where gradients are clipped, or looked at.
    gradient: Option<Box<N>>,
    /// The net's own, but for what is frozen.
    pub(super) table: Vec<ParameterSummary>,
    pub(super) schedule: Option<Scheduled>,
    pub(super) max_norm: Option<f64>,
    pub(super) batch_size: usize,
    pub(super) seed: u64,
    pub(super) epoch: u64,
    pub(super) position: Position,
    /// The run's number, which checkpoints carry: it tells runs apart, and nothing is computed from it.
    pub(super) run: u64,
    /// How many batches in a row may be skipped; `None` if none is looked at.
    max_skipped: Option<usize>,
    /// How many were skipped since the last step.
    pub(super) skipped_in_a_row: u64,
}

/// How far the epoch under way is; zeros between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Position {
    pub(super) batches: usize,
    pub(super) samples: usize,
    /// The batches that were skipped, and their samples.
    pub(super) skipped: usize,
    pub(super) skipped_samples: usize,
    /// The sum of the losses of all other samples.
    pub(super) loss: f64,
    /// How many samples the epoch has.
    pub(super) length: usize,
    /// Batches and samples at the time that the batch size was set.
    pub(super) resized_at: (usize, usize),
}

impl Position {
    fn mean_loss(&self) -> f64 {
        self.loss / (self.samples - self.skipped_samples) as f64
    }
}

/// A schedule, what it is counted in, and the rate that it starts from.
pub(super) struct Scheduled {
    pub(super) schedule: Box<dyn Schedule>,
    pub(super) every: Every,
    pub(super) base: f64,
}

/// What an epoch or an evaluation found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metrics {
    /// The mean loss, without that of skipped batches; NaN if there is no other.
    pub loss: f64,
    /// The share of samples that the net got right, from 0 to 1, where the loss can tell.
    pub accuracy: Option<f64>,
    /// How many samples, with those of skipped batches.
    pub samples: usize,
    /// How many samples at the end of the epoch were left out, because they are too few for a batch: see
    /// [`Trainer::epoch`].
    pub left_out: usize,
    /// How many batches were skipped: see [`Trainer::skip_not_finite`].
    pub skipped: usize,
}

/// How far an epoch is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// Batches done.
    pub batch: usize,
    /// Batches of the epoch.
    pub batches: usize,
    /// Samples done.
    pub samples: usize,
    /// The mean loss so far, without that of skipped batches; NaN if there is no other.
    pub loss: f64,
    /// Batches skipped so far: see [`Trainer::skip_not_finite`].
    pub skipped: usize,
    /// The learning rate of the batch.
    pub learning_rate: f32,
    /// The norm of the batch's gradient before it was clipped, where it is to be [clipped](Trainer::clip_norm).
    pub gradient_norm: Option<f64>,
}

impl<N: Network, O: Optimizer, L: Loss> Trainer<N, O, L> {
    /// A trainer with batches of 64, seed 0, one thread.
    ///
    /// # Panics
    /// As [`level`](crate::level), and if the optimizer's settings don't go together, as [`Sgd::nesterov`](crate::optim::Sgd::nesterov)
    /// says.
    #[track_caller]
    pub fn new(net: Box<N>, mut optimizer: O, loss: L) -> Self {
        optimizer.state_mut().prepare(N::SUMMARY.parameters);
        Self {
            net,
            optimizer,
            loss,
            workspace: Workspace::new(),
            gradient: None,
            table: N::SUMMARY.parameters.to_vec(),
            schedule: None,
            max_norm: None,
            batch_size: 64,
            seed: 0,
            epoch: 0,
            position: Position::default(),
            run: checkpoint::new_run(),
            max_skipped: None,
            skipped_in_a_row: 0,
        }
    }

    /// Replaces the workspace, for example by one with another instruction set. Its threads and seed are kept: set this
    /// trainer's afterwards.
    #[must_use]
    pub fn workspace(mut self, workspace: Workspace<N>) -> Self {
        self.workspace = workspace;
        self
    }

    /// Sets the samples of a batch, at least 1; the last batch of an epoch may be shorter.
    ///
    /// # Panics
    /// If it is 0.
    #[must_use]
    #[track_caller]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        check("batch_size", batch_size as f64, Range::COUNT);
        self.batch_size = batch_size;
        self.position.resized_at = (self.position.batches, self.position.samples);
        self
    }

    /// Sets the seed of shuffling and of layers that draw random numbers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.workspace = self.workspace.seed(seed);
        self
    }

    /// Uses this many threads, as [`Workspace::threads`]; 0 means as many as the environment variable `RAYON_NUM_THREADS`
    /// says, or, if it says none, as many as the machine has.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.workspace = self.workspace.threads(threads);
        self
    }

    /// Sets the learning rate by a schedule from now on, counted in epochs or batches of this trainer. What the
    /// optimiser's rate is now is what the schedule starts from; what it is set to later counts for nothing.
    #[must_use]
    pub fn schedule(mut self, every: Every, schedule: impl Schedule + 'static) -> Self {
        let base = f64::from(self.optimizer.learning_rate());
        self.schedule = Some(Scheduled { schedule: Box::new(schedule), every, base });
        self
    }

    /// Scales gradients whose norm is above this down to it, as [`clip_norm`].
    ///
    /// # Panics
    /// If it is NaN or not above 0. Infinity is allowed: norms are told then, and nothing is scaled.
    #[must_use]
    #[track_caller]
    pub fn clip_norm(mut self, max_norm: f64) -> Self {
        check("max_norm", max_norm, Range::ABOVE_ZERO);
        self.max_norm = Some(max_norm);
        self
    }

    /// Skips batches whose loss or gradient is not finite, up to so many in a row; one more is
    /// [`BatchError::NotFinite`]. Without this setting each batch is a step, and NaN is seen in the [`Metrics`].
    ///
    /// A skipped batch leaves the parameters, the running statistics and what the optimizer remembers as they are, and its
    /// loss is not part of the mean. It counts as one of [`steps`](Self::steps): schedules and random numbers go on.
    /// Gradients of what is [frozen](Self::freeze) are not looked at. [`Metrics::skipped`] and [`Progress::skipped`] count
    /// the skipped batches of an epoch.
    ///
    /// ```
    /// use std::ops::ControlFlow::Continue;
    /// use prelu::{BatchError, Trainer, data::Dataset, loss::Mse, optim::Sgd};
    ///
    /// prelu::network! { struct Line: [1] -> [1] { fc: linear(1) } }
    ///
    /// /// A sensor that fails at times.
    /// struct Readings;
    ///
    /// impl Dataset for Readings {
    ///     type Input = [f32; 1];
    ///     type Target = [f32; 1];
    ///     fn len(&self) -> usize {
    ///         64
    ///     }
    ///     fn sample(&self, index: usize, input: &mut [f32; 1]) -> [f32; 1] {
    ///         *input = [if index == 9 { f32::NAN } else { index as f32 * 0.01 }];
    ///         [1.0]
    ///     }
    /// }
    ///
    /// let trainer = Trainer::new(Line::new(1), Sgd::new(0.1), Mse::new()).batch_size(8);
    /// let mut trainer = trainer.skip_not_finite(3);
    /// let metrics = trainer.epoch(&Readings, |_| Continue(()))?;
    /// assert_eq!(metrics.skipped, 1);
    /// assert!(metrics.loss.is_finite());
    /// # Ok::<(), BatchError>(())
    /// ```
    #[must_use]
    pub fn skip_not_finite(mut self, max_in_a_row: usize) -> Self {
        self.max_skipped = Some(max_in_a_row);
        self
    }

    /// Leaves parameters as they are from now on, by their keys: `conv1` for a layer, `blocks.0` for all that lies in it,
    /// `conv1.bias` for one tensor. They are not stepped, decayed or calibrated, and have no share in the norm that
    /// gradients are clipped by.
    ///
    /// # Errors
    /// No parameter has such a key; the error names those that are near. Nothing is frozen then.
    pub fn freeze(&mut self, keys: &[&str]) -> Result<(), UnknownKeys> {
        freeze::freeze(&mut self.table, keys)
    }

    /// Trains parameters that were frozen, by their keys; what an optimiser remembers of them is as it was then.
    ///
    /// # Errors
    /// As [`freeze`](Self::freeze).
    pub fn unfreeze(&mut self, keys: &[&str]) -> Result<(), UnknownKeys> {
        freeze::unfreeze(&mut self.table, keys)
    }

    /// The net's parameters, and which of them are frozen.
    pub fn parameters(&self) -> &[ParameterSummary] {
        &self.table
    }

    /// Tells the schedule a metric, such as the mean loss of data that the net is not trained on, after each epoch.
    pub fn observe(&mut self, metric: f64) {
        if let Some(scheduled) = &mut self.schedule {
            scheduled.schedule.observe(metric);
        }
    }

    /// The net.
    pub fn net(&self) -> &N {
        &self.net
    }

    /// The net, trained.
    pub fn into_net(self) -> Box<N> {
        self.net
    }

    /// The optimiser, for example to change its learning rate between epochs where no schedule does.
    pub fn optimizer(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// How many epochs were completed.
    pub fn epochs(&self) -> u64 {
        self.epoch
    }

    /// How many threads it uses: fewer than [asked for](Self::threads) if the system refused some.
    pub fn thread_count(&self) -> usize {
        self.workspace.thread_count()
    }

    /// How many batches were trained on in all, skipped ones included.
    pub fn steps(&self) -> u64 {
        self.workspace.step()
    }

    /// How many samples of the epoch under way were trained on; 0 where the next call of [`epoch`](Self::epoch) begins one.
    pub fn position(&self) -> usize {
        self.position.samples
    }

    /// Trains for one epoch, on samples as [that epoch](Dataset::sample_of_epoch) sees them. After each batch `progress` is
    /// told; where it breaks, training stops after that batch, and the next call goes on with the one behind it, as if there
    /// had been no stop. Metrics are those of the epoch so far.
    ///
    /// Before the first batch of all, slopes that are initialised from data are set by that batch.
    ///
    /// A batch norm of single values needs two samples in a batch ([`Network::LEAST_BATCH`]). If the last batch of the epoch
    /// would have fewer, it is left out, and [`Metrics::left_out`] tells how many samples that were.
    ///
    /// # Errors
    /// Before the first step: the data set is empty, it or the batch size is smaller than the net needs, the loss does not
    /// fit the net ([`Loss::check_net`]), or the epoch began with a data set of another length. Before the step of a batch:
    /// one of its targets does not fit the net's output, or the schedule gives a rate that is negative or not finite; or
    /// more batches in a row are not finite than [`skip_not_finite`](Self::skip_not_finite) allows.
    /// Nothing but the batches before counts as done then.
    pub fn epoch<D>(
        &mut self,
        data: &D,
        mut progress: impl FnMut(Progress) -> ControlFlow<()> + Send,
    ) -> Result<Metrics, BatchError>
    where
        D: Dataset<Input = N::Input, Target = L::Target> + ?Sized,
    {
        let threads = self.workspace.team().clone();
        threads.enter(|| self.run_epoch(data, &mut progress))
    }

    fn run_epoch<D>(
        &mut self,
        data: &D,
        progress: &mut (dyn FnMut(Progress) -> ControlFlow<()> + Send),
    ) -> Result<Metrics, BatchError>
    where
        D: Dataset<Input = N::Input, Target = L::Target> + ?Sized,
    {
        let length = data.len();
        self.begin(length)?;
        let mut order: Vec<usize> = (0..length).collect();
        Stream::purpose(self.seed, Purpose::Order).of(self.epoch).shuffle(&mut order);
        let rest = &order[self.position.samples..];
        let last = rest.len() % self.batch_size;
        let left_out = if last < N::LEAST_BATCH { last } else { 0 };
        let rest = &rest[..rest.len() - left_out];
        let batches = self.position.batches + rest.len().div_ceil(self.batch_size);
        let mut samples = Samples::new(self.batch_size.min(length));
        for indices in rest.chunks(self.batch_size) {
            let sample = |index, input: &mut _| data.sample_of_epoch(self.epoch, index, input);
            samples.gather(self.workspace.team(), sample, indices, data.writes_all());
            let (inputs, targets) = (&samples.inputs[..indices.len()], &samples.targets[..]);
            let gradient_norm = self.train(inputs, targets, indices)?;
            let position = &self.position;
            let told = Progress {
                batch: position.batches,
                batches,
                samples: position.samples,
                loss: position.mean_loss(),
                skipped: position.skipped,
                learning_rate: self.optimizer.learning_rate(),
                gradient_norm,
            };
            if progress(told).is_break() {
                break;
            }
        }
        Ok(self.end())
    }

    /// Whether batches that are not finite are skipped.
    pub(super) fn skips_not_finite(&self) -> bool {
        self.max_skipped.is_some()
    }

    /// Says what is wrong before the first step, and begins an epoch unless one is under way.
    fn begin(&mut self, length: usize) -> Result<(), BatchError> {
        let least = N::LEAST_BATCH;
        check_net::<N, L>(&self.loss)?;
        if length == 0 {
            return Err(BatchError::Empty);
        }
        if length < least {
            return Err(BatchError::ShortData { samples: length, least });
        }
        if self.batch_size < least {
            return Err(BatchError::BatchSize { found: self.batch_size, least });
        }
        if self.position.samples == 0 {
            self.position = Position { length, ..Position::default() };
        } else if self.position.length != length {
            return Err(BatchError::OtherData { found: length, expected: self.position.length });
        }
        Ok(())
    }

    /// Trains on a batch, which consists of these samples of the data set, or skips it. Gives the norm of the gradient if it
    /// is to be clipped.
    fn train(
        &mut self,
        inputs: &[N::Input],
        targets: &[L::Target],
        indices: &[usize],
    ) -> Result<Option<f64>, BatchError> {
        let batch = self.workspace.batch(inputs, targets, &self.loss).map_err(|error| error.in_data_set(indices))?;
        let rate = next_rate(self.schedule.as_ref(), self.epoch, self.workspace.step())?;
        let mut uncalibrated = None;
        // No batch was a step yet.
        if N::CALIBRATIONS > 0 && self.workspace.step() == self.skipped_in_a_row {
            uncalibrated = self.max_skipped.map(|_| self.net.clone_box());
            self.workspace.calibrate_with(&self.table, &mut self.net, inputs)?;
        }
        if let Some(rate) = rate {
            self.optimizer.set_learning_rate(rate);
        }
        let (net, table, optimizer) = (&mut self.net, &self.table, &mut self.optimizer);
        let (mut norm_before, mut skipped) = (None, false);
        let loss = if self.max_norm.is_none() && self.max_skipped.is_none() {
            self.workspace.train_with(table, optimizer, net, &batch)
        } else {
            let gradient = &mut **self.gradient.get_or_insert_with(N::zeroed_box);
            let loss = self.workspace.gradients_of(net, &batch, gradient);
            let floats = gradient.floats_mut();
            skipped = self.max_skipped.is_some() && !(loss.is_finite() && is_finite(floats, table, N::SUMMARY.buffers));
            norm_before =
                self.max_norm.map(|max| if skipped { norm(floats, table) } else { clip_norm(floats, table, max) });
            if !skipped {
                self.workspace.descend_with(table, optimizer, net, gradient);
            }
            loss
        };
        if skipped {
            if let Some(uncalibrated) = uncalibrated {
                self.net = uncalibrated;
            }
            if let Some(max) = self.max_skipped
                && self.skipped_in_a_row >= max as u64
            {
                self.workspace.set_step(self.workspace.step() - 1);
                return Err(BatchError::NotFinite { batches: self.skipped_in_a_row as usize + 1, loss: loss.into() });
            }
        }
        self.count(indices.len(), loss, skipped);
        Ok(norm_before)
    }

    /// Takes note of a batch.
    fn count(&mut self, samples: usize, loss: f32, skipped: bool) {
        let position = &mut self.position;
        position.batches += 1;
        position.samples += samples;
        if skipped {
            position.skipped += 1;
            position.skipped_samples += samples;
            self.skipped_in_a_row += 1;
        } else {
            position.loss += f64::from(loss) * samples as f64;
            self.skipped_in_a_row = 0;
        }
    }

    /// The metrics of the epoch so far, which ends if too few samples are left for a batch.
    fn end(&mut self) -> Metrics {
        let Position { samples, skipped, length, .. } = self.position;
        let mut metrics = Metrics { loss: self.position.mean_loss(), accuracy: None, samples, left_out: 0, skipped };
        if length - samples < N::LEAST_BATCH.max(1) {
            metrics.left_out = length - samples;
            self.epoch += 1;
            self.position = Position::default();
        }
        metrics
    }

    /// Mean loss and accuracy over a data set, in inference mode, `batch_size` samples at a time.
    ///
    /// # Errors
    /// The data set is empty, the batch size is 0, the loss does not fit the net ([`Loss::check_net`]), or a target does not
    /// fit the net's output.
    pub fn evaluate<D>(&self, data: &D, batch_size: usize) -> Result<Metrics, BatchError>
    where
        D: Dataset<Input = N::Input, Target = L::Target> + ?Sized,
    {
        let samples_total = data.len();
        check_net::<N, L>(&self.loss)?;
        if samples_total == 0 {
            return Err(BatchError::Empty);
        }
        if batch_size == 0 {
            return Err(BatchError::BatchSize { found: 0, least: 1 });
        }
        let batch_size = batch_size.min(samples_total);
        let mut samples = Samples::new(batch_size);
        let indices: Vec<usize> = (0..samples_total).collect();
        let mut outputs: Vec<N::Output> = zeroed_vec(batch_size);
        let mut gradient = vec![0.0; N::Output::LEN];
        let (mut total, mut right, mut judged) = (0.0, 0, false);
        for indices in indices.chunks(batch_size) {
            let sample = |index, input: &mut _| data.sample(index, input);
            samples.gather(self.workspace.team(), sample, indices, data.writes_all());
            for (target, &index) in samples.targets.iter().zip(indices) {
                self.loss.check(target, N::Output::LEN).map_err(|error| BatchError::Target { index, error })?;
            }
            let outputs = &mut outputs[..indices.len()];
            self.workspace.predict(&self.net, &samples.inputs[..indices.len()], outputs)?;
            for (y, target) in outputs.iter().zip(&samples.targets) {
                gradient.fill(0.0);
                total += self.loss.sample(y.floats(), target, &mut gradient);
                if let Some(correct) = self.loss.correct(y.floats(), target) {
                    judged = true;
                    right += usize::from(correct);
                }
            }
        }
        let accuracy = judged.then(|| right as f64 / samples_total as f64);
        let loss = total / samples_total as f64;
        Ok(Metrics { loss, accuracy, samples: samples_total, left_out: 0, skipped: 0 })
    }
}

/// The learning rate of the next batch, if there is a schedule.
fn next_rate(schedule: Option<&Scheduled>, epoch: u64, step: u64) -> Result<Option<f32>, BatchError> {
    let Some(Scheduled { schedule, every, base }) = schedule else { return Ok(None) };
    let count = match every {
        Every::Epoch => epoch,
        Every::Batch => step,
    };
    let rate = schedule.rate(*base, count);
    if rate >= 0.0 && (rate as f32).is_finite() {
        Ok(Some(rate as f32))
    } else {
        Err(BatchError::LearningRate { rate })
    }
}

/// Whether a gradient is finite, and the batch statistics that it carries; without what is frozen.
fn is_finite(gradient: &[f32], table: &[ParameterSummary], buffers: &[BufferSummary]) -> bool {
    table.iter().all(|tensor| tensor.frozen || are_finite(&gradient[tensor.range()]))
        && buffers.iter().all(|buffer| are_finite(&gradient[buffer.offset..buffer.offset + buffer.len]))
}

/// Whether all floats are finite.
#[inline(never)]
fn are_finite(floats: &[f32]) -> bool {
    // Without an early end within a piece, it is computed in vectors.
    floats.chunks(1 << 12).all(|piece| piece.iter().fold(true, |all, x| all & x.is_finite()))
}

/// The samples of a batch, gathered from a data set.
struct Samples<I, T> {
    inputs: Vec<I>,
    targets: Vec<T>,
    /// Targets on their way from the threads that gather.
    found: Vec<Option<T>>,
    /// The same where they are large: those of all threads but the first, which must not pass through a stack of ours.
    parts: Vec<Vec<T>>,
}

impl<I: Tensor, T: Send> Samples<I, T> {
    /// Bytes of a sample and its target.
    const BYTES: usize = size_of::<I>().saturating_add(size_of::<T>());
    /// Whether samples are too large for the threads that train: others gather them.
    const LARGE: bool = is_large(Self::BYTES);

    /// Room for this many.
    fn new(count: usize) -> Self {
        let found = if Self::LARGE { Vec::new() } else { (0..count).map(|_| None).collect() };
        Self { inputs: zeroed_vec(count), targets: Vec::with_capacity(count), found, parts: Vec::new() }
    }

    /// Replaces the samples by those of these indices, at most as many as there is room for. Inputs are zeroed first unless
    /// `sample` writes all of them.
    fn gather(
        &mut self,
        threads: &Threads,
        sample: impl Fn(usize, &mut I) -> T + Sync,
        indices: &[usize],
        writes_all: bool,
    ) {
        let sample = |index, input: &mut I| {
            if !writes_all {
                input.floats_mut().fill(0.0);
            }
            sample(index, input)
        };
        self.targets.clear();
        if Self::LARGE {
            return self.gather_on(stack_for(Self::BYTES), threads.count(), &sample, indices);
        }
        let count = indices.len();
        threads.parts_of_two(&mut self.inputs[..count], &mut self.found[..count], |first, inputs, found| {
            for ((&index, input), target) in indices[first..].iter().zip(inputs).zip(found) {
                *target = Some(sample(index, input));
            }
        });
        self.targets.extend(self.found[..count].iter_mut().filter_map(Option::take));
    }

    /// As [`gather`](Self::gather), on so many threads with stacks of this many bytes.
    fn gather_on(
        &mut self,
        stack: usize,
        threads: usize,
        sample: &(impl Fn(usize, &mut I) -> T + Sync),
        indices: &[usize],
    ) {
        let part = indices.len().div_ceil(threads).max(1);
        self.parts.resize_with(indices.len().div_ceil(part).saturating_sub(1), Vec::new);
        let targets = std::iter::once(&mut self.targets).chain(&mut self.parts);
        let parts = indices.chunks(part).zip(self.inputs.chunks_mut(part)).zip(targets);
        let parts: Vec<_> = parts.map(Mutex::new).collect();
        on_stacks(stack, parts.len(), &|index| {
            let ((indices, inputs), targets) = &mut *parts[index].lock().unwrap_or_else(PoisonError::into_inner);
            for (&index, input) in indices.iter().zip(inputs.iter_mut()) {
                targets.push(sample(index, input));
            }
        });
        drop(parts);
        // Within the heap.
        self.parts.iter_mut().for_each(|part| self.targets.append(part));
    }
}
