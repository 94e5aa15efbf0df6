//! Trains a net that listens: sounds of a second, of eight kinds, as raw as a microphone gives them. The net is of the
//! size that spots spoken keywords in a small device; the sounds are made by the program.
//!
//! ```text
//! cargo run --release --example tones
//! ```

mod support;

use std::process::ExitCode;

use clap::Parser;
use prelu::Trainer;
use prelu::data::{Dataset, Tones};
use prelu::loss::CrossEntropy;
use prelu::optim::Sgd;
use prelu::schedule::{Cosine, Every};
use support::{Error, FROM_ONE, Flags, SAMPLES, rate, whole};

prelu::network! {
    /// The first convolution is a bank of filters of 16 ms; the others see ever longer stretches, at last of half a second.
    pub struct Listener: [1, 4000] -> [8] {
        block hear(channels) {
            conv: conv(channels, kernel = 5, padding = 2, bias = false), batch_norm, prelu(per_channel), max_pool(2),
        }
        filters: conv(16, kernel = 64, stride = 8, bias = false), batch_norm, prelu(per_channel), max_pool(4),
        hear1: hear(32),
        hear2: hear(32),
        hear3: hear(32),
        global_avg_pool,
        fc: linear(8),
    }
}

/// Trains a net that tells steady, rising, falling, doubled, trembling, swinging, noisy and clicking sounds apart.
#[derive(Parser)]
struct Arguments {
    /// Epochs to train
    #[arg(long, default_value_t = 10, value_parser = whole::<u64>(FROM_ONE), allow_hyphen_values = true)]
    epochs: u64,
    /// Samples in a training batch
    #[arg(long, default_value_t = 64, value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    batch_size: usize,
    /// Learning rate at first; it falls to nothing over the run, along half a cosine
    #[arg(long, default_value_t = 0.05, value_parser = rate, allow_hyphen_values = true)]
    lr: f32,
    /// Sounds to train with
    #[arg(long, default_value_t = 8_000, value_parser = whole::<usize>(SAMPLES), allow_hyphen_values = true)]
    samples: usize,
    #[command(flatten)]
    flags: Flags,
}

fn main() -> ExitCode {
    support::exit(run(&Arguments::parse()))
}

fn run(Arguments { epochs, batch_size, lr, samples, flags }: &Arguments) -> Result<(), Error> {
    let level = prelu::Level::from_env()?;
    let (train, test) = (Tones::new(1, *samples), Tones::new(2, 2_000));
    println!("data: made sounds ({} to train, {} to test); instruction set {level}", train.len(), test.len());
    let epochs = flags.epochs(*epochs);
    let mut trainer = Trainer::new(Listener::new(flags.seed), Sgd::new(*lr).momentum(0.9), CrossEntropy)
        .seed(flags.seed)
        .batch_size(*batch_size)
        .threads(flags.threads)
        .schedule(Every::Epoch, Cosine::new(epochs));
    flags.train(&mut trainer, (&train, &test), epochs, "sounds")?;
    Ok(())
}
