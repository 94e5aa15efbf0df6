//! Trains an image classifier on CIFAR-10, with ReLU or with PReLU: images are varied by crops and reflections, and the
//! learning rate rises and falls over the run.
//!
//! ```text
//! cargo run --release --example cifar10 -- --data-dir cifar-10-batches-bin
//! cargo run --release --example cifar10 -- --activation relu
//! ```

mod support;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use prelu::data::{Cifar10, CropFlip, Dataset};
use prelu::loss::CrossEntropy;
use prelu::optim::Sgd;
use prelu::schedule::{Every, OneCycle};
use prelu::{Network, Trainer};
use support::{Error, FROM_ONE, Flags, rate, share, whole};

/// A residual net of 20 layers (He et al. 2016, section 4.2): three stages, each of half the size and twice the channels of
/// the one before.
macro_rules! photos {
    ($name:ident, $activation:ident($($argument:tt)*)) => {
        prelu::network! {
            /// A net for colour images.
            pub struct $name: [3, 32, 32] -> [10] {
                const C: usize = 16;
                block conv3(channels, stride = 1) {
                    conv: conv(channels, kernel = 3, stride = stride, padding = 1, bias = false), bn: batch_norm,
                }
                block basic(channels) {
                    residual { conv3(channels), $activation($($argument)*), conv3(channels) },
                    $activation($($argument)*),
                }
                block widen(channels) {
                    residual(shortcut = { conv: conv(channels, kernel = 1, stride = 2, bias = false), bn: batch_norm }) {
                        conv3(channels, stride = 2), $activation($($argument)*), conv3(channels),
                    },
                    $activation($($argument)*),
                }
                stem: conv3(C), $activation($($argument)*),
                stage1: repeat(3) { basic(C) },
                stage2: sequence { widen(2 * C), rest: repeat(2) { basic(2 * C) } },
                stage3: sequence { widen(4 * C), rest: repeat(2) { basic(4 * C) } },
                global_avg_pool,
                fc: linear(10),
            }
        }
    };
}

photos!(Photos, prelu(per_channel));
photos!(ReluPhotos, relu());

/// Trains an image classifier on CIFAR-10, or on images that the program draws itself where CIFAR-10 is not to be had.
#[derive(Parser)]
struct Arguments {
    /// Epochs to train
    #[arg(long, default_value_t = 10, value_parser = whole::<u64>(FROM_ONE), allow_hyphen_values = true)]
    epochs: u64,
    /// Samples in a training batch
    #[arg(long, default_value_t = 128, value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    batch_size: usize,
    /// The highest learning rate: in a first third of the run it rises to it, then it falls to nothing
    #[arg(long, default_value_t = 0.05, value_parser = rate, allow_hyphen_values = true)]
    lr: f32,
    /// Momentum of SGD
    #[arg(long, default_value_t = 0.9, value_parser = share, allow_hyphen_values = true)]
    momentum: f32,
    /// Weight decay; biases and slopes are left out
    #[arg(long, default_value_t = 5e-4, value_parser = rate, allow_hyphen_values = true)]
    weight_decay: f32,
    /// Directory with CIFAR-10's binary version, plain or .gz; else the cache is looked in, else images are drawn
    #[arg(long, env = "PRELU_CIFAR10_DIR")]
    data_dir: Option<PathBuf>,
    /// The activation
    #[arg(long, value_enum, default_value_t = Activation::Prelu)]
    activation: Activation,
    /// Train on the images as they are, without crops and reflections
    #[arg(long)]
    no_augmentation: bool,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Clone, Copy, ValueEnum)]
enum Activation {
    Relu,
    /// A learned slope for each channel
    Prelu,
}

fn main() -> ExitCode {
    support::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let level = prelu::Level::from_env()?;
    let data = Cifar10::find(arguments.data_dir.as_deref())?;
    if let Some(note) = &data.note {
        eprintln!("note: {note}; --data-dir names a directory that has it");
    }
    let (train, test) = (&data.train, &data.test);
    println!("data: {train} ({} to train, {} to test); instruction set {level}", train.len(), test.len());
    let varied = CropFlip::new(train).seed(arguments.flags.seed);
    match (arguments.activation, arguments.no_augmentation) {
        (Activation::Relu, true) => fit::<ReluPhotos>(arguments, train, test),
        (Activation::Relu, false) => fit::<ReluPhotos>(arguments, &varied, test),
        (Activation::Prelu, true) => fit::<Photos>(arguments, train, test),
        (Activation::Prelu, false) => fit::<Photos>(arguments, &varied, test),
    }
}

/// Trains a net and tests it after each epoch.
fn fit<N>(
    arguments: &Arguments,
    train: &impl Dataset<Input = N::Input, Target = usize>,
    test: &Cifar10,
) -> Result<(), Error>
where
    N: Network<Input = <Cifar10 as Dataset>::Input>,
{
    let Arguments { flags, lr, batch_size, .. } = arguments;
    let epochs = flags.epochs(arguments.epochs);
    let batches = epochs.saturating_mul(train.len().div_ceil(*batch_size) as u64);
    let optimizer = Sgd::new(*lr).momentum(arguments.momentum).weight_decay(arguments.weight_decay);
    let mut trainer = Trainer::new(N::initialised(flags.seed), optimizer, CrossEntropy)
        .seed(flags.seed)
        .batch_size(*batch_size)
        .threads(flags.threads)
        .schedule(Every::Batch, OneCycle::new((*lr).into(), batches));
    flags.train(&mut trainer, (train, test), epochs, "img")?;
    Ok(())
}
