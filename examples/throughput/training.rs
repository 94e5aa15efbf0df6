//! A net in training, and data to train it with.

use std::hint::black_box;

use prelu::loss::CrossEntropy;
use prelu::optim::Sgd;
use prelu::runtime::rng::Stream;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Tensor, Workspace};

/// Samples in a batch.
pub const BATCH: usize = 64;
/// Batches that training takes in turn.
const TURNS: usize = 8;

/// A classifier, its optimiser and memory, and random samples with random labels.
pub struct Training<N: Network> {
    pub net: Box<N>,
    pub inputs: Vec<N::Input>,
    workspace: Workspace<N>,
    optimizer: Sgd,
    targets: Vec<usize>,
    turn: usize,
}

impl<N: Network> Training<N> {
    /// At least `samples` samples.
    pub fn new(level: Level, threads: usize, optimizer: Sgd, samples: usize) -> Self {
        let mut inputs: Vec<N::Input> = zeroed_vec(samples.max(TURNS * BATCH));
        for (i, x) in inputs.iter_mut().enumerate() {
            let stream = Stream::new(i as u64);
            x.floats_mut().iter_mut().enumerate().for_each(|(j, x)| *x = stream.normal(j as u64));
        }
        let labels = Stream::new(inputs.len() as u64);
        let label = |i: usize| (labels.uniform(i as u64) * N::Output::LEN as f32) as usize;
        let targets = (0..inputs.len()).map(|i| label(i).min(N::Output::LEN - 1)).collect();
        let workspace = Workspace::with_level(level).threads(threads);
        Self { net: N::initialised(1), workspace, optimizer, inputs, targets, turn: 0 }
    }

    /// Lets `work` call, on one of the threads, for steps with the next batch.
    pub fn run(&mut self, work: impl FnOnce(&mut dyn FnMut()) + Send) {
        let Self { net, inputs, workspace, optimizer, targets, turn } = self;
        workspace.run(|workspace| {
            work(&mut || {
                let first = *turn % TURNS * BATCH;
                *turn += 1;
                let (xs, targets) = (&inputs[first..first + BATCH], &targets[first..first + BATCH]);
                let loss = workspace.train(optimizer, net, xs, targets, &CrossEntropy);
                black_box(loss).expect("the batch is right");
            });
        });
    }

    /// Predicts for as many of the samples as there are outputs.
    pub fn predict(&self, outputs: &mut [N::Output]) {
        let xs = &self.inputs[..outputs.len()];
        self.workspace.predict(&self.net, xs, outputs).expect("as many outputs as inputs");
        black_box(outputs);
    }
}
