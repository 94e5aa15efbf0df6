//! How fast nets train and predict: a line of JSON for each measurement, to be compared with those of other libraries.
//!
//! ```text
//! cargo run --release --example throughput -- 1
//! cargo run --release --example throughput -- 2 --net resnet20
//! ```
//!
//! `T` is a training step of 64 samples, `I64` and `I1000` predict so many, `I1` one and the same, `I1r` 256 of them in
//! turn, one by one: processors learn the branches of one that repeats. One sample is computed by one thread, so `I1` and
//! `I1r` are printed with one thread alone. `peak` is what multiply-adds could reach, measured in between. Metrics of the
//! residual net begin with `resnet20-`.
//!
//! In the environment, `PRELU_LEVEL` names an instruction set, and `ONLY=T,I64` keeps to these metrics.

// What the benchmarks share is public there.
#[allow(unreachable_pub)]
mod nets;
#[allow(unreachable_pub)]
mod peak;
mod timing;
#[allow(unreachable_pub)]
mod training;

use std::hint::black_box;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use nets::{Digits, ResNet20};
use prelu::optim::Sgd;
use prelu::runtime::tensor::zeroed_vec;
use prelu::{Level, Network, Scratch};
use timing::Timing;
use training::{BATCH, Training};

/// Measures training and prediction, and prints a line of JSON for each.
#[derive(Parser)]
struct Arguments {
    /// Threads; 0 means as many as `RAYON_NUM_THREADS` says, else as the machine has
    threads: usize,
    /// The net
    #[arg(long, value_enum, default_value_t = Net::Mnist)]
    net: Net,
    /// Metrics to keep to, such as `T,I64`
    #[arg(long, env = "ONLY", default_value = "")]
    only: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Net {
    /// PyTorch's MNIST example, 480,500 multiply-adds
    Mnist,
    /// CIFAR-10's residual net of twenty layers, 41 million multiply-adds
    Resnet20,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let level = match Level::from_env() {
        Ok(level) => level,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let named = std::env::var_os("PRELU_LEVEL").is_some_and(|name| !name.is_empty());
    let threads = match arguments.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    };
    let mut timing = Timing::new(level, named, threads, &arguments.only);
    match arguments.net {
        Net::Mnist => {
            let training = Training::<Digits>::new(level, threads, Sgd::new(0.01).momentum(0.5), 1000);
            let mut scratch = Scratch::boxed(level);
            run(&mut timing, "", training, |net, x| net.predict(x, &mut scratch));
        }
        Net::Resnet20 => {
            let training = Training::<ResNet20>::new(level, threads, Sgd::new(0.1).momentum(0.9), 1000);
            let mut scratch = Scratch::boxed(level);
            run(&mut timing, "resnet20-", training, |net, x| net.predict(x, &mut scratch));
        }
    }
    timing.finish();
    ExitCode::SUCCESS
}

/// Measures a net whose metrics begin with `prefix`; `predict` is its prediction of one sample.
fn run<N: Network>(
    timing: &mut Timing,
    prefix: &str,
    mut training: Training<N>,
    mut predict: impl FnMut(&N, &N::Input) -> N::Output,
) {
    training.run(|step| timing.measure(&format!("{prefix}T"), BATCH, step));
    if timing.threads() == 1 {
        let (net, xs) = (&*training.net, &training.inputs[..256]);
        timing.measure(&format!("{prefix}I1"), 1, || {
            black_box(predict(net, black_box(&xs[0])));
        });
        let mut turn = 0;
        timing.measure(&format!("{prefix}I1r"), 1, || {
            turn = (turn + 1) % xs.len();
            black_box(predict(net, black_box(&xs[turn])));
        });
    }
    for images in [64, 1000] {
        let mut outputs: Vec<N::Output> = zeroed_vec(images);
        timing.measure(&format!("{prefix}I{images}"), images, || training.predict(&mut outputs));
    }
}
