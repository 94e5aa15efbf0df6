//! Whole nets: a training step and inference, as times and as shares of the multiply-add peak of the same run.
#![allow(missing_docs)]

use criterion::{Criterion, SamplingMode, Throughput, criterion_group};
use prelu::optim::Sgd;
use prelu::runtime::network::predict_single;
use prelu::runtime::scratch::Line;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network};
use prelu_benches::beside_peak;
use prelu_benches::nets::{Digits, ResNet20};
use prelu_benches::training::{BATCH, Training};

fn training<N: Network>(level: Level) -> Training<N> {
    Training::new(level, 1, Sgd::new(0.01).momentum(0.5), 0)
}

/// Multiply-adds of a training step for one sample: thrice forward, less the gradient of the first layer's input.
fn step_macs<N: Network>() -> u64 {
    let first = N::SUMMARY.layers.iter().find(|layer| layer.macs > 0);
    3 * N::MACS - first.map_or(0, |layer| layer.macs)
}

fn benchmark<N: Network>(c: &mut Criterion, name: &str) {
    let mut group = c.benchmark_group(name);
    group.sampling_mode(SamplingMode::Flat);
    for level in Level::available() {
        let mut training = training::<N>(level);
        group.throughput(Throughput::Elements(BATCH as u64));
        group.bench_function(format!("train/{level}"), |b| training.run(|step| b.iter(step)));
        let mut outputs: Vec<N::Output> = zeroed_vec(BATCH);
        group.bench_function(format!("predict 64/{level}"), |b| b.iter(|| training.predict(&mut outputs)));
        // A sample that changes: processors learn the branches of one that repeats.
        let (mut memory, mut y, mut turn) = (vec![Line::ZERO; N::SCRATCH_LINES], zeroed_vec::<N::Output>(1), 0);
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("predict 1/{level}"), |b| {
            b.iter(|| {
                turn = (turn + 1) % training.inputs.len();
                predict_single(&*training.net, level, &training.inputs[turn], &mut y[0], &mut memory);
            });
        });
    }
}

/// Prints each level's share of its multiply-add peak, one thread.
fn shares<N: Network>(name: &str, turns: usize) {
    for level in Level::available() {
        let mut training = training::<N>(level);
        training.run(|step| {
            let (peak, seconds) = beside_peak(level, turns, step);
            print_share(&format!("{name} train"), level, step_macs::<N>() * BATCH as u64, peak, seconds);
        });
        let mut outputs: Vec<N::Output> = zeroed_vec(BATCH);
        let (peak, seconds) = beside_peak(level, turns, || training.predict(&mut outputs));
        print_share(&format!("{name} predict 64"), level, N::MACS * BATCH as u64, peak, seconds);
    }
}

fn print_share(what: &str, level: Level, macs: u64, peak: f64, seconds: f64) {
    let rate = macs as f64 / seconds;
    println!(
        "{what:20} {level:8} {:8.1} us  {:6.1} GFLOP/s of {:6.1}: {:3.0} % of the multiply-add peak",
        1e6 * seconds,
        2e-9 * rate,
        2e-9 * peak,
        100.0 * rate / peak
    );
}

fn nets(c: &mut Criterion) {
    benchmark::<Digits>(c, "mnist");
    benchmark::<ResNet20>(c, "resnet20");
}

criterion_group!(benches, nets);

fn main() {
    // `cargo test --benches` and `cargo bench -- --test` only try that everything runs.
    if !std::env::args().any(|argument| argument == "--test") {
        shares::<Digits>("mnist", 200);
        shares::<ResNet20>("resnet20", 4);
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
