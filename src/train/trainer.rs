//! Epochs over a data set.

use std::ops::ControlFlow;

use super::checkpoint;
use super::freeze::{self, UnknownKeys};
use super::schedule::{Every, Schedule};
use super::threads::Threads;
use super::workspace::Workspace;
use crate::data::Dataset;
use crate::optim::{Optimizer, clip_norm};
use crate::runtime::rng::{Purpose, Stream};
use crate::runtime::setting::{Range, check};
use crate::runtime::summary::ParameterSummary;
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
    /// Where gradients are clipped.
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
}

/// How far the epoch under way is; zeros between epochs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Position {
    pub(super) batches: usize,
    pub(super) samples: usize,
    /// The sum of their losses.
    pub(super) loss: f64,
    /// How many samples the epoch has.
    pub(super) length: usize,
}

/// A schedule, what it is counted in, and the rate that it starts from.
pub(super) struct Scheduled {
    pub(super) schedule: Box<dyn Schedule>,
    pub(super) every: Every,
    pub(super) base: f64,
}

/// What an epoch or an evaluation found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metrics {
    /// The mean loss.
    pub loss: f64,
    /// The share of samples that the net got right, from 0 to 1, where the loss can tell.
    pub accuracy: Option<f64>,
    /// How many samples.
    pub samples: usize,
}

/// How far an epoch is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Batches done.
    pub batch: usize,
    /// Batches of the epoch.
    pub batches: usize,
    /// Samples done.
    pub samples: usize,
    /// The mean loss so far.
    pub loss: f64,
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
        self
    }

    /// Sets the seed of shuffling and of layers that draw random numbers.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.workspace = self.workspace.seed(seed);
        self
    }

    /// Uses this many threads; 0 means as many as the machine has.
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

    /// How many batches were trained on in all.
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
    /// # Errors
    /// The data set is empty, a target does not fit the net's output, or the epoch began with a data set of another length.
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
        let mut order: Vec<usize> = (0..data.len()).collect();
        if order.is_empty() {
            return Err(BatchError::Empty);
        }
        Stream::purpose(self.seed, Purpose::Order).of(self.epoch).shuffle(&mut order);
        if self.position.samples == 0 {
            self.position = Position { length: order.len(), ..Position::default() };
        } else if self.position.length != order.len() {
            return Err(BatchError::OtherData { found: order.len(), expected: self.position.length });
        }
        let rest = &order[self.position.samples..];
        let batches = self.position.batches + rest.len().div_ceil(self.batch_size);
        let mut samples = Samples::new(self.batch_size.min(order.len()));
        for indices in rest.chunks(self.batch_size) {
            let sample = |index, input: &mut _| data.sample_of_epoch(self.epoch, index, input);
            samples.gather(self.workspace.team(), sample, indices);
            let (inputs, targets) = (&samples.inputs[..indices.len()], &samples.targets[..]);
            if N::CALIBRATIONS > 0 && self.workspace.step() == 0 {
                self.workspace.calibrate_with(&self.table, &mut self.net, inputs)?;
            }
            self.follow_schedule();
            let (net, table, optimizer) = (&mut self.net, &self.table, &mut self.optimizer);
            let (loss, gradient_norm) = match self.max_norm {
                None => (self.workspace.train_with(table, optimizer, net, inputs, targets, &self.loss)?, None),
                Some(max_norm) => {
                    let gradient = &mut **self.gradient.get_or_insert_with(N::zeroed_box);
                    let loss = self.workspace.gradients(net, inputs, targets, &self.loss, gradient)?;
                    let norm = clip_norm(gradient.floats_mut(), table, max_norm);
                    self.workspace.descend_with(table, optimizer, net, gradient);
                    (loss, Some(norm))
                }
            };
            let position = &mut self.position;
            position.batches += 1;
            position.samples += indices.len();
            position.loss += f64::from(loss) * indices.len() as f64;
            let told = Progress {
                batch: position.batches,
                batches,
                samples: position.samples,
                loss: position.loss / position.samples as f64,
                learning_rate: self.optimizer.learning_rate(),
                gradient_norm,
            };
            if progress(told).is_break() {
                break;
            }
        }
        let Position { samples, loss, length, .. } = self.position;
        if samples == length {
            self.epoch += 1;
            self.position = Position::default();
        }
        Ok(Metrics { loss: loss / samples as f64, accuracy: None, samples })
    }

    /// Sets the learning rate of the next batch.
    fn follow_schedule(&mut self) {
        if let Some(Scheduled { schedule, every, base }) = &self.schedule {
            let count = match every {
                Every::Epoch => self.epoch,
                Every::Batch => self.workspace.step(),
            };
            self.optimizer.set_learning_rate(schedule.rate(*base, count) as f32);
        }
    }

    /// Mean loss and accuracy over a data set, in inference mode, `batch_size` samples at a time.
    ///
    /// # Errors
    /// The data set is empty, or a target does not fit the net's output.
    pub fn evaluate<D>(&self, data: &D, batch_size: usize) -> Result<Metrics, BatchError>
    where
        D: Dataset<Input = N::Input, Target = L::Target> + ?Sized,
    {
        let samples_total = data.len();
        if samples_total == 0 {
            return Err(BatchError::Empty);
        }
        let batch_size = batch_size.clamp(1, samples_total);
        let mut samples = Samples::new(batch_size);
        let indices: Vec<usize> = (0..samples_total).collect();
        let mut outputs: Vec<N::Output> = zeroed_vec(batch_size);
        let mut gradient = vec![0.0; N::Output::LEN];
        let (mut total, mut right, mut judged) = (0.0, 0, false);
        for indices in indices.chunks(batch_size) {
            samples.gather(self.workspace.team(), |index, input: &mut _| data.sample(index, input), indices);
            let outputs = &mut outputs[..indices.len()];
            self.workspace.predict(&self.net, &samples.inputs[..indices.len()], outputs)?;
            for ((y, target), &index) in outputs.iter().zip(&samples.targets).zip(indices) {
                self.loss.check(target, N::Output::LEN).map_err(|error| BatchError::Target { index, error })?;
                total += self.loss.sample(y.floats(), target, &mut gradient);
                if let Some(correct) = self.loss.correct(y.floats(), target) {
                    judged = true;
                    right += usize::from(correct);
                }
            }
        }
        let accuracy = judged.then(|| right as f64 / samples_total as f64);
        Ok(Metrics { loss: total / samples_total as f64, accuracy, samples: samples_total })
    }
}

/// The samples of a batch, gathered from a data set.
struct Samples<I, T> {
    inputs: Vec<I>,
    targets: Vec<T>,
    /// Targets on their way from the threads that gather.
    found: Vec<Option<T>>,
}

impl<I: Tensor, T: Send> Samples<I, T> {
    /// Room for this many.
    fn new(count: usize) -> Self {
        let found = (0..count).map(|_| None).collect();
        Self { inputs: zeroed_vec(count), targets: Vec::with_capacity(count), found }
    }

    /// Replaces the samples by those of these indices, at most as many as there is room for.
    fn gather(&mut self, threads: &Threads, sample: impl Fn(usize, &mut I) -> T + Sync, indices: &[usize]) {
        let count = indices.len();
        threads.parts_of_two(&mut self.inputs[..count], &mut self.found[..count], |first, inputs, found| {
            for ((&index, input), target) in indices[first..].iter().zip(inputs).zip(found) {
                *target = Some(sample(index, input));
            }
        });
        self.targets.clear();
        self.targets.extend(self.found[..count].iter_mut().filter_map(Option::take));
    }
}
