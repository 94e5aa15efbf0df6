//! Trains a net that says what a shape is and where: class logits and a box come out of one net, and a loss of the
//! program's own joins cross-entropy on the one with smooth L1 on the other.
//!
//! ```text
//! cargo run --release --example detection
//! ```

mod support;

use std::process::ExitCode;

use clap::Parser;
use prelu::data::{Dataset, Located, Shapes};
use prelu::loss::{CrossEntropy, NetError, NetOutput, TargetError};
use prelu::optim::Sgd;
use prelu::schedule::{Cosine, Every};
use prelu::{Loss, Trainer};
use support::{Error, FROM_ONE, Flags, SAMPLES, rate, whole};

const CLASSES: usize = Shapes::CLASSES.len();
const OUTPUTS: usize = CLASSES + 4;

prelu::network! {
    /// Four class logits, then the centre, width and height of the box.
    pub struct Detector: [1, 32, 32] -> [8] {
        block look(channels) {
            conv: conv(channels, kernel = 3, padding = 1, bias = false), batch_norm, prelu(per_channel), max_pool(2),
        }
        look1: look(16),
        look2: look(32),
        look3: look(32),
        fc1: linear(64, bias = false), batch_norm, prelu,
        fc2: linear(8),
    }
}

/// Cross-entropy of the class, and the weighted mean of smooth L1 over the numbers of the box (Girshick 2015): d²/2β where
/// the difference d is below β, else |d| − β/2.
struct ClassAndBox {
    beta: f32,
    weight: f32,
}

impl Loss for ClassAndBox {
    type Target = Located;

    fn check_net(&self, output: &NetOutput) -> Result<(), NetError> {
        let (target, output) = (OUTPUTS, output.len);
        if target == output { Ok(()) } else { Err(NetError::Length { target, output }) }
    }

    fn check(&self, target: &Located, outputs: usize) -> Result<(), TargetError> {
        if outputs != OUTPUTS {
            return Err(TargetError::Length { target: OUTPUTS, output: outputs });
        }
        CrossEntropy.check(&target.class, CLASSES)
    }

    fn sample(&self, y: &[f32], target: &Located, dy: &mut [f32]) -> f64 {
        let ((logits, bounds), (d_logits, d_bounds)) = (y.split_at(CLASSES), dy.split_at_mut(CLASSES));
        let mut loss = CrossEntropy.sample(logits, &target.class, d_logits);
        let share = self.weight / target.bounds.len() as f32;
        for ((&y, &t), d) in bounds.iter().zip(&target.bounds).zip(d_bounds) {
            let difference = y - t;
            let near = difference.abs() < self.beta;
            let slope = if near { difference / self.beta } else { difference.signum() };
            let height = if near { 0.5 * difference * slope } else { difference.abs() - 0.5 * self.beta };
            *d = share * slope;
            loss += f64::from(share * height);
        }
        loss
    }

    fn correct(&self, y: &[f32], target: &Located) -> Option<bool> {
        CrossEntropy.correct(&y[..CLASSES], &target.class)
    }
}

/// The area that two boxes share, as a share of the area that either covers.
fn intersection_over_union(a: &[f32], b: &[f32]) -> f32 {
    let overlap = |i: usize| {
        let (low, high) =
            ((a[i] - a[i + 2] / 2.0).max(b[i] - b[i + 2] / 2.0), (a[i] + a[i + 2] / 2.0).min(b[i] + b[i + 2] / 2.0));
        (high - low).max(0.0)
    };
    let area = |of: &[f32]| of[2].max(0.0) * of[3].max(0.0);
    let both = overlap(0) * overlap(1);
    both / (area(a) + area(b) - both).max(f32::MIN_POSITIVE)
}

/// Trains a net that finds a disc, square, triangle or cross in a cluttered image.
#[derive(Parser)]
struct Arguments {
    /// Epochs to train
    #[arg(long, default_value_t = 10, value_parser = whole::<u64>(FROM_ONE), allow_hyphen_values = true)]
    epochs: u64,
    /// Samples in a training batch
    #[arg(long, default_value_t = 64, value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    batch_size: usize,
    /// Learning rate at first; it falls to nothing over the run, along half a cosine
    #[arg(long, default_value_t = 0.03, value_parser = rate, allow_hyphen_values = true)]
    lr: f32,
    /// Images to train with
    #[arg(long, default_value_t = 20_000, value_parser = whole::<usize>(SAMPLES), allow_hyphen_values = true)]
    samples: usize,
    #[command(flatten)]
    flags: Flags,
}

fn main() -> ExitCode {
    support::exit(run(&Arguments::parse()))
}

fn run(Arguments { epochs, batch_size, lr, samples, flags }: &Arguments) -> Result<(), Error> {
    let level = prelu::Level::from_env()?;
    let (train, test) = (Shapes::new(1, *samples), Shapes::new(2, 4_000));
    println!("data: drawn shapes ({} to train, {} to test); instruction set {level}", train.len(), test.len());
    let loss = ClassAndBox { beta: 0.1, weight: 4.0 };
    let epochs = flags.epochs(*epochs);
    let mut trainer = Trainer::new(Detector::new(flags.seed), Sgd::new(*lr).momentum(0.9), loss)
        .seed(flags.seed)
        .batch_size(*batch_size)
        .threads(flags.threads)
        .schedule(Every::Epoch, Cosine::new(epochs));
    flags.train(&mut trainer, (&train, &test), epochs, "img")?;
    println!("test_iou {:.3}", mean_iou(trainer.net(), &test)?);
    Ok(())
}

/// The mean over a data set of what the net's boxes and the true ones share.
fn mean_iou(net: &Detector, data: &Shapes) -> Result<f32, Error> {
    let mut inputs = vec![[[[0.0; 32]; 32]; 1]; data.len()];
    let targets: Vec<Located> = inputs.iter_mut().enumerate().map(|(i, input)| data.sample(i, input)).collect();
    let mut outputs = vec![[0.0; OUTPUTS]; data.len()];
    net.predict_batch(&inputs, &mut outputs)?;
    let total: f32 =
        outputs.iter().zip(&targets).map(|(y, target)| intersection_over_union(&y[CLASSES..], &target.bounds)).sum();
    Ok(total / data.len() as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOSS: ClassAndBox = ClassAndBox { beta: 0.1, weight: 4.0 };

    #[test]
    fn the_gradient_of_the_loss_is_that_of_central_differences() {
        let target = Located { class: 2, bounds: [0.5, 0.25, 0.3, 0.7] };
        // Differences below and above β, to either side.
        let y = [0.3, -0.7, 1.1, 0.2, 0.53, 0.21, 0.9, -0.4];
        let (mut gradient, mut unused) = ([0.0; OUTPUTS], [0.0; OUTPUTS]);
        LOSS.sample(&y, &target, &mut gradient);
        for i in 0..OUTPUTS {
            let mut at = |step: f32| {
                let mut y = y;
                y[i] += step;
                LOSS.sample(&y, &target, &mut unused)
            };
            let want = (at(1e-2) - at(-1e-2)) / 2e-2;
            assert!((f64::from(gradient[i]) - want).abs() < 1e-4, "{i}: {} {want}", gradient[i]);
        }
    }

    #[test]
    fn a_target_that_does_not_fit_is_told() {
        let target = |class| Located { class, bounds: [0.5; 4] };
        assert_eq!(LOSS.check(&target(3), OUTPUTS), Ok(()));
        assert!(LOSS.check(&target(4), OUTPUTS).is_err() && LOSS.check(&target(3), OUTPUTS + 1).is_err());
    }

    #[test]
    fn boxes_share_what_they_share() {
        let cases = [
            ([0.5, 0.5, 0.4, 0.4], [0.5, 0.5, 0.4, 0.4], 1.0),
            ([0.5, 0.5, 0.4, 0.4], [0.7, 0.5, 0.4, 0.4], 1.0 / 3.0),
            ([0.5, 0.5, 0.4, 0.4], [0.5, 0.5, 0.2, 0.2], 0.25),
            ([0.2, 0.2, 0.2, 0.2], [0.8, 0.2, 0.2, 0.2], 0.0),
            ([0.5, 0.5, -0.4, 0.4], [0.5, 0.5, 0.4, 0.4], 0.0),
            ([0.5, 0.5, 0.0, 0.0], [0.5, 0.5, 0.0, 0.0], 0.0),
        ];
        for (a, b, want) in cases {
            assert!((intersection_over_union(&a, &b) - want).abs() < 1e-6, "{a:?} {b:?}");
            assert_eq!(intersection_over_union(&a, &b), intersection_over_union(&b, &a));
        }
    }
}
