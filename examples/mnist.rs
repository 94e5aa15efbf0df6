//! Trains a digit classifier: PyTorch's MNIST example, with learned slopes, and the experiment of He et al. 2015 in small:
//! the same net with ReLU and with PReLU, on the same seeds.
//!
//! ```text
//! cargo run --release --example mnist
//! cargo run --release --example mnist -- --compare --seeds 3
//! cargo run --release --example mnist -- --optimizer adam --schedule one-cycle --lr 0.005
//! ```

mod support;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::{Parser, ValueEnum};
use prelu::data::{Dataset, Mnist};
use prelu::loss::CrossEntropy;
use prelu::optim::{Adam, AdamW, Optimizer, RmsProp, Sgd};
use prelu::schedule::{Cosine, Every, OneCycle, Plateau, Schedule, Step};
use prelu::{Network, Trainer};
use support::{Error, FROM_ONE, Flags, rate, share, whole};

prelu::network! {
    /// The net of PyTorch's MNIST example, with a learned slope for each channel.
    pub struct Digits: [1, 28, 28] -> [10] {
        conv1: conv(10, kernel = 5) -> [10, 24, 24],
        prelu(per_channel),
        max_pool(2),
        conv2: conv(20, kernel = 5) -> [20, 8, 8],
        prelu(per_channel),
        dropout_channels(0.5),
        max_pool(2),
        fc1: linear(50),
        prelu(per_channel),
        dropout(0.5),
        fc2: linear(10),
    }
}

/// The same net with other activations: after the first convolution, after the second, after the first linear layer.
macro_rules! digits {
    ($name:ident: $($first:ident($($a:tt)*))?, $($second:ident($($b:tt)*))?, $($third:ident($($c:tt)*))?) => {
        prelu::network! {
            /// The net of [`Digits`] with another activation.
            pub struct $name: [1, 28, 28] -> [10] {
                conv1: conv(10, kernel = 5), $($first($($a)*),)? max_pool(2),
                conv2: conv(20, kernel = 5), $($second($($b)*),)? dropout_channels(0.5), max_pool(2),
                fc1: linear(50), $($third($($c)*),)? dropout(0.5), fc2: linear(10),
            }
        }
    };
}

digits!(ReluDigits: relu(), relu(), relu());
digits!(LeakyReluDigits: leaky_relu(0.01), leaky_relu(0.01), leaky_relu(0.01));
digits!(EluDigits: elu(1.0), elu(1.0), elu(1.0));
digits!(SeluDigits: selu(), selu(), selu());
digits!(TiedDigits: prelu(shared), prelu(tie = prelu1), prelu(tie = prelu1));

prelu::network! {
    /// The net of [`Digits`] with maxout in place of affine map and activation: twice the weights.
    pub struct MaxoutDigits: [1, 28, 28] -> [10] {
        conv1: maxout(10, pieces = 2, kernel = 5),
        max_pool(2),
        conv2: maxout(20, pieces = 2, kernel = 5),
        dropout_channels(0.5),
        max_pool(2),
        fc1: maxout(50, pieces = 2),
        dropout(0.5),
        fc2: linear(10),
    }
}

/// Trains a digit classifier on MNIST, or on digits that the program draws itself where MNIST is not to be had.
#[derive(Parser)]
struct Arguments {
    /// Epochs to train
    #[arg(long, default_value_t = 10, value_parser = whole::<u64>(FROM_ONE), allow_hyphen_values = true)]
    epochs: u64,
    /// Samples in a training batch
    #[arg(long, default_value_t = 64, value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    batch_size: usize,
    /// The optimiser
    #[arg(long, value_enum, default_value_t = Method::Sgd)]
    optimizer: Method,
    /// Learning rate [default: 0.01 for sgd, else 0.001]
    #[arg(long, value_parser = rate, allow_hyphen_values = true)]
    lr: Option<f32>,
    /// Momentum of SGD; the other optimisers have none here
    #[arg(long, default_value_t = 0.5, value_parser = share, allow_hyphen_values = true)]
    momentum: f32,
    /// How the learning rate changes
    #[arg(long, value_enum, default_value_t = Course::Constant)]
    schedule: Course,
    /// Directory with MNIST's four idx files, plain or .gz; else they are downloaded to a cache, else digits are drawn
    #[arg(long, env = "PRELU_MNIST_DIR")]
    data_dir: Option<PathBuf>,
    /// The activation
    #[arg(long, value_enum, default_value_t = Activation::Prelu)]
    activation: Activation,
    /// Run the experiment: ReLU against PReLU on the same seeds
    #[arg(long, conflicts_with_all = ["activation", "save"])]
    compare: bool,
    /// With --compare: how many seeds, counted from --seed
    #[arg(long, default_value_t = 1, requires = "compare", value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    seeds: usize,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Clone, Copy, ValueEnum)]
enum Activation {
    Relu,
    #[value(name = "leaky_relu", alias = "leaky-relu")]
    LeakyRelu,
    Elu,
    Selu,
    /// A learned slope for each channel
    Prelu,
    /// One learned slope for the whole net
    #[value(name = "prelu-tied", alias = "prelu_tied")]
    PreluTied,
    /// The larger of two affine maps
    Maxout,
}

#[derive(Clone, Copy, ValueEnum)]
enum Method {
    Sgd,
    Adam,
    /// Adam with decoupled weight decay
    #[value(name = "adamw")]
    AdamW,
    #[value(name = "rmsprop")]
    RmsProp,
}

#[derive(Clone, Copy, ValueEnum)]
enum Course {
    Constant,
    /// Times 0.7 after each epoch, as PyTorch's example
    Step,
    /// Along a cosine to zero
    Cosine,
    /// From a twenty-fifth up to the learning rate, then down to nearly nothing
    #[value(alias = "one_cycle")]
    OneCycle,
    /// Halved where the test loss has not fallen for two epochs
    Plateau,
}

impl Arguments {
    fn optimizer(&self) -> Box<dyn Optimizer> {
        let rate = |default| self.lr.unwrap_or(default);
        match self.optimizer {
            Method::Sgd => Box::new(Sgd::new(rate(0.01)).momentum(self.momentum)),
            Method::Adam => Box::new(Adam::new(rate(0.001))),
            Method::AdamW => Box::new(AdamW::new(rate(0.001))),
            Method::RmsProp => Box::new(RmsProp::new(rate(0.001))),
        }
    }

    /// The seeds to compare with; behind the largest comes 0.
    fn seeds(&self) -> impl Iterator<Item = u64> {
        (0..self.seeds).map(|i| self.flags.seed.wrapping_add(i as u64))
    }

    /// The schedule for a learning rate, where it is not to stay as it is.
    fn schedule(&self, rate: f32, samples: usize) -> Option<(Every, Box<dyn Schedule>)> {
        let batches = self.flags.epochs(self.epochs).saturating_mul(samples.div_ceil(self.batch_size) as u64);
        Some(match self.schedule {
            Course::Constant => return None,
            Course::Step => (Every::Epoch, Box::new(Step::new(1, 0.7))),
            Course::Cosine => (Every::Batch, Box::new(Cosine::new(batches))),
            Course::OneCycle => (Every::Batch, Box::new(OneCycle::new(f64::from(rate), batches))),
            Course::Plateau => (Every::Epoch, Box::new(Plateau::new().factor(0.5).patience(1))),
        })
    }
}

/// What a run has found.
struct Outcome {
    accuracy: f64,
    /// Each layer's slopes.
    slopes: Vec<(String, Vec<f32>)>,
    time: Duration,
}

fn main() -> ExitCode {
    support::exit(run(&Arguments::parse()))
}

fn run(arguments: &Arguments) -> Result<(), Error> {
    let level = prelu::Level::from_env()?;
    let data = Mnist::find(arguments.data_dir.as_deref())?;
    if let Some(note) = &data.note {
        eprintln!("note: {note}; --data-dir names a directory that has it");
    }
    let (train, test) = (&data.train, &data.test);
    println!("data: {train} ({} to train, {} to test); instruction set {level}", train.len(), test.len());
    if arguments.compare {
        return compare(arguments, train, test);
    }
    let outcome = match arguments.activation {
        Activation::Relu => once::<ReluDigits>,
        Activation::LeakyRelu => once::<LeakyReluDigits>,
        Activation::Elu => once::<EluDigits>,
        Activation::Selu => once::<SeluDigits>,
        Activation::Prelu => once::<Digits>,
        Activation::PreluTied => once::<TiedDigits>,
        Activation::Maxout => once::<MaxoutDigits>,
    }(arguments, arguments.flags.seed, train, test)?;
    for (key, slopes) in &outcome.slopes {
        println!("{key}: {}", spread(slopes));
    }
    Ok(())
}

/// Trains a net and tests it after each epoch.
fn once<N>(arguments: &Arguments, seed: u64, train: &Mnist, test: &Mnist) -> Result<Outcome, Error>
where
    N: Network<Input = <Mnist as Dataset>::Input>,
{
    let start = Instant::now();
    let optimizer = arguments.optimizer();
    let schedule = arguments.schedule(optimizer.learning_rate(), train.len());
    let mut trainer = Trainer::new(N::initialised(seed), optimizer, CrossEntropy)
        .seed(seed)
        .batch_size(arguments.batch_size)
        .threads(arguments.flags.threads);
    if let Some((every, schedule)) = schedule {
        trainer = trainer.schedule(every, schedule);
    }
    let epochs = arguments.flags.epochs(arguments.epochs);
    let tested = arguments.flags.train(&mut trainer, (train, test), epochs, "img")?;
    Ok(Outcome { accuracy: tested.accuracy.unwrap_or(0.0), slopes: slopes(trainer.net()), time: start.elapsed() })
}

/// The experiment: ReLU and PReLU on the same seeds.
fn compare(arguments: &Arguments, train: &Mnist, test: &Mnist) -> Result<(), Error> {
    let mut rows = Vec::new();
    for (name, run) in [("relu", once::<ReluDigits> as fn(&_, _, &_, &_) -> _), ("prelu", once::<Digits>)] {
        let mut outcomes = Vec::new();
        for seed in arguments.seeds() {
            println!("{name}, seed {seed}");
            outcomes.push(run(arguments, seed, train, test)?);
        }
        rows.push((name, outcomes));
    }
    println!(
        "\n{:10} {:>5}  {:>8} {:>7} {:>7} {:>7}  {:>8}",
        "activation", "seeds", "test_acc", "±", "min", "max", "time"
    );
    for (name, outcomes) in &rows {
        let accuracies: Vec<f64> = outcomes.iter().map(|o| 100.0 * o.accuracy).collect();
        let n = accuracies.len() as f64;
        let mean = accuracies.iter().sum::<f64>() / n;
        let variance = accuracies.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        let (min, max) = accuracies.iter().fold((f64::MAX, f64::MIN), |(lo, hi), &a| (lo.min(a), hi.max(a)));
        let time = outcomes.iter().map(|o| o.time.as_secs_f64()).sum::<f64>() / n;
        println!("{name:10} {n:>5}  {mean:>7.2}% {:>7.2} {min:>7.2} {max:>7.2}  {time:>7.1}s", variance.sqrt());
    }
    println!("\nlearned slopes (0.25 at first)");
    for (seed, outcome) in arguments.seeds().zip(&rows[1].1) {
        for (key, slopes) in &outcome.slopes {
            println!("seed {seed} {key}: {}", spread(slopes));
        }
    }
    Ok(())
}

/// The slopes of each prelu.
fn slopes<N: Network>(net: &N) -> Vec<(String, Vec<f32>)> {
    let prelus = N::SUMMARY.layers.iter().filter(|layer| layer.declaration.starts_with("prelu"));
    prelus
        .filter_map(|layer| N::SUMMARY.parameter(&format!("{}.weight", layer.key)))
        .map(|tensor| (tensor.key.to_owned(), net.floats()[tensor.offset..tensor.offset + tensor.len].to_vec()))
        .collect()
}

fn spread(slopes: &[f32]) -> String {
    let mean = slopes.iter().sum::<f32>() / slopes.len() as f32;
    let (min, max) = slopes.iter().fold((f32::MAX, f32::MIN), |(lo, hi), &a| (lo.min(a), hi.max(a)));
    if let [slope] = slopes {
        return format!("slope {slope:.3}");
    }
    format!("{} slopes, mean {mean:.3}, from {min:.3} to {max:.3}", slopes.len())
}
