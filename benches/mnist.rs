//! The MNIST net: a training step and inference, as times and as shares of the multiply-add peak of the same run.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group};
use prelu::loss::CrossEntropy;
use prelu::optim::{Optimizer, Sgd};
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Parameters, Tensor, Workspace};
use prelu_benches::{beside_peak, noise};

prelu::network! {
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
        conv2: conv(20, kernel = 5), prelu(per_channel), max_pool(2),
        fc1: linear(50), prelu(per_channel), fc2: linear(10),
    }
}

const BATCH: usize = 64;
/// Multiply-adds of a training step for one sample: thrice forward, less the gradient of the first layer's input.
const STEP_MACS: u64 = 3 * Digits::MACS - 10 * 24 * 24 * 25;

/// A net in training, and batches to train it with in turn.
struct Training {
    net: Box<Digits>,
    gradient: Box<Digits>,
    workspace: Workspace<Digits>,
    optimizer: Sgd,
    inputs: Vec<<Digits as Network>::Input>,
    targets: Vec<usize>,
    turn: usize,
}

impl Training {
    fn new(level: Level) -> Self {
        let mut inputs: Vec<<Digits as Network>::Input> = zeroed_vec(8 * BATCH);
        for (i, x) in inputs.iter_mut().enumerate() {
            noise(i as u64, x.floats_mut());
        }
        Self {
            net: Digits::new(1),
            gradient: Digits::zeroed_box(),
            workspace: Workspace::with_level(level),
            optimizer: Sgd::new(0.01).momentum(0.5),
            inputs,
            targets: (0..8 * BATCH).map(|i| i * 7 % 10).collect(),
            turn: 0,
        }
    }

    fn step(&mut self) {
        let batch = self.turn % 8 * BATCH..(self.turn % 8 + 1) * BATCH;
        self.turn += 1;
        let (xs, targets) = (&self.inputs[batch.clone()], &self.targets[batch]);
        let loss = self.workspace.gradients(&self.net, xs, targets, &CrossEntropy, &mut self.gradient);
        black_box(loss).expect("the batch is right");
        self.optimizer.step(self.net.floats_mut(), self.gradient.floats(), Digits::SUMMARY.parameters);
    }

    fn predict(&mut self, outputs: &mut [[f32; 10]]) {
        let batch = self.turn % 8 * BATCH..(self.turn % 8 + 1) * BATCH;
        self.turn += 1;
        self.workspace.predict(&self.net, &self.inputs[batch], outputs).expect("as many outputs as inputs");
    }
}

fn benchmark(c: &mut Criterion) {
    let mut group = c.benchmark_group("mnist");
    for level in Level::available() {
        let mut training = Training::new(level);
        group.throughput(Throughput::Elements(BATCH as u64));
        group.bench_function(format!("train/{level}"), |b| b.iter(|| training.step()));
        let mut outputs = vec![[0.0; 10]; BATCH];
        group.bench_function(format!("predict 64/{level}"), |b| b.iter(|| training.predict(&mut outputs)));
    }
    // A sample that changes: processors learn the branches of one that repeats.
    let training = Training::new(prelu::level());
    let (mut scratch, mut turn) = (Digits::scratch(), 0);
    group.throughput(Throughput::Elements(1));
    group.bench_function("predict 1", |b| {
        b.iter(|| {
            turn += 1;
            training.net.predict(&training.inputs[turn % training.inputs.len()], &mut scratch)
        });
    });
}

/// Prints each level's share of its multiply-add peak, one thread.
fn shares() {
    const TURNS: usize = 200;
    for level in Level::available() {
        let mut training = Training::new(level);
        let (peak, seconds) = beside_peak(level, TURNS, || training.step());
        print_share("train", level, STEP_MACS * BATCH as u64, peak, seconds);
        let mut outputs = vec![[0.0; 10]; BATCH];
        let (peak, seconds) = beside_peak(level, TURNS, || training.predict(&mut outputs));
        print_share("predict 64", level, Digits::MACS * BATCH as u64, peak, seconds);
    }
}

fn print_share(what: &str, level: Level, macs: u64, peak: f64, seconds: f64) {
    let rate = macs as f64 / seconds;
    println!(
        "{what:12} {level:8} {:8.1} us  {:6.1} GFLOP/s of {:6.1}: {:3.0} % of the multiply-add peak",
        1e6 * seconds,
        2e-9 * rate,
        2e-9 * peak,
        100.0 * rate / peak
    );
}

criterion_group!(benches, benchmark);

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only try that everything runs.
    if !std::env::args().any(|argument| argument == "--test") {
        shares();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
