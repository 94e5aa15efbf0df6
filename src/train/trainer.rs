//! Epochs over a data set.

use std::ops::ControlFlow;

use super::Workspace;
use super::workspace::Threads;
use crate::data::Dataset;
use crate::optim::Optimizer;
use crate::runtime::network;
use crate::runtime::rng::Stream;
use crate::runtime::tensor::zeroed_vec;
use crate::{BatchError, Loss, Network, Tensor};

/// Trains a net: shuffles, cuts batches, computes gradients on several threads, and steps an optimiser.
///
/// The same net, data, seed, batch size and instruction set give the same bits, whatever the number of threads.
pub struct Trainer<N: Network, O, L> {
    net: Box<N>,
    optimizer: O,
    loss: L,
    workspace: Workspace<N>,
    gradient: Box<N>,
    batch_size: usize,
    seed: u64,
    epoch: u64,
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
}

impl<N: Network, O: Optimizer, L: Loss> Trainer<N, O, L> {
    /// A trainer with batches of 64, seed 0, one thread.
    ///
    /// # Panics
    /// As [`level`](crate::level).
    pub fn new(net: Box<N>, optimizer: O, loss: L) -> Self {
        let (workspace, gradient) = (Workspace::new(), N::zeroed_box());
        Self { net, optimizer, loss, workspace, gradient, batch_size: 64, seed: 0, epoch: 0 }
    }

    /// Replaces the workspace, for example by one with another instruction set. Its threads and seed are kept: set this
    /// trainer's afterwards.
    #[must_use]
    pub fn workspace(mut self, workspace: Workspace<N>) -> Self {
        self.workspace = workspace;
        self
    }

    /// Sets the samples of a batch, at least 1; the last batch of an epoch may be shorter.
    #[must_use]
    pub fn batch_size(mut self, batch_size: usize) -> Self {
        self.batch_size = batch_size.max(1);
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

    /// The net.
    pub fn net(&self) -> &N {
        &self.net
    }

    /// The net, trained.
    pub fn into_net(self) -> Box<N> {
        self.net
    }

    /// The optimiser, for example to change its learning rate between epochs.
    pub fn optimizer(&mut self) -> &mut O {
        &mut self.optimizer
    }

    /// How many epochs were completed.
    pub fn epochs(&self) -> u64 {
        self.epoch
    }

    /// Trains for one epoch. After each batch `progress` is told; where it breaks, the epoch ends there.
    ///
    /// Before the first batch of all, slopes that are initialised from data are set by that batch.
    ///
    /// # Errors
    /// The data set is empty, or a target does not fit the net's output.
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
        Stream::new(self.seed).of(self.epoch).shuffle(&mut order);
        let batches = order.len().div_ceil(self.batch_size);
        let mut samples = Samples::new(self.batch_size.min(order.len()));
        let (mut total, mut done) = (0.0, 0);
        for (batch, indices) in order.chunks(self.batch_size).enumerate() {
            samples.gather(self.workspace.team(), data, indices);
            let (inputs, targets) = (&samples.inputs[..indices.len()], &samples.targets[..]);
            if N::CALIBRATIONS > 0 && self.workspace.step() == 0 {
                self.workspace.calibrate(&mut self.net, inputs)?;
            }
            let loss = self.workspace.gradients(&self.net, inputs, targets, &self.loss, &mut self.gradient)?;
            self.optimizer.step(self.net.floats_mut(), self.gradient.floats(), N::SUMMARY.parameters);
            network::update_statistics(&mut *self.net, &self.gradient);
            done += indices.len();
            total += f64::from(loss) * indices.len() as f64;
            let told = progress(Progress { batch: batch + 1, batches, samples: done, loss: total / done as f64 });
            if told.is_break() {
                break;
            }
        }
        self.epoch += 1;
        Ok(Metrics { loss: total / done as f64, accuracy: None, samples: done })
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
            samples.gather(self.workspace.team(), data, indices);
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
    fn gather<D>(&mut self, threads: &Threads, data: &D, indices: &[usize])
    where
        D: Dataset<Input = I, Target = T> + ?Sized,
    {
        let count = indices.len();
        threads.parts_of_two(&mut self.inputs[..count], &mut self.found[..count], |first, inputs, found| {
            for ((&index, input), target) in indices[first..].iter().zip(inputs).zip(found) {
                *target = Some(data.sample(index, input));
            }
        });
        self.targets.clear();
        self.targets.extend(self.found[..count].iter_mut().filter_map(Option::take));
    }
}
