//! What the examples share: flags, and an epoch with a progress bar and a line about what it has found.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use prelu::data::Dataset;
use prelu::optim::Optimizer;
use prelu::{Loss, Metrics, Network, Trainer};

pub(crate) type Error = Box<dyn std::error::Error>;

/// The flags of every example.
#[derive(Args)]
pub(crate) struct Flags {
    /// Samples in a test batch
    #[arg(long, default_value_t = 1000, value_parser = at_least_one)]
    pub(crate) test_batch_size: usize,
    /// Seed of initialisation, shuffling and whatever else is random
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads; 0 means as many as the machine has. The result does not depend on it
    #[arg(long, default_value_t = 0)]
    pub(crate) threads: usize,
    /// Train on one batch alone, to see that everything works
    #[arg(long)]
    dry_run: bool,
}

impl Flags {
    /// The epochs to train, where so many are asked for.
    pub(crate) fn epochs(&self, epochs: u64) -> u64 {
        if self.dry_run { 1 } else { epochs }
    }

    /// Trains for one epoch of so many, tests the net, and says what came of it; `unit` is what samples are.
    pub(crate) fn epoch<N, O, L, D, T>(
        &self,
        trainer: &mut Trainer<N, O, L>,
        (train, test): (&D, &T),
        epochs: u64,
        unit: &str,
    ) -> Result<Metrics, Error>
    where
        N: Network,
        O: Optimizer,
        L: Loss,
        D: Dataset<Input = N::Input, Target = L::Target>,
        T: Dataset<Input = N::Input, Target = L::Target>,
    {
        let epoch = trainer.epochs() + 1;
        let bar = bar(epoch, epochs);
        let clock = Instant::now();
        let trained = trainer.epoch(train, |progress| {
            bar.set_length(progress.batches as u64);
            bar.set_position(progress.batch as u64);
            bar.set_message(format!("train_loss {:.4}", progress.loss));
            if self.dry_run { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        let seconds = clock.elapsed().as_secs_f64();
        bar.finish_and_clear();
        let tested = trainer.evaluate(test, self.test_batch_size)?;
        println!(
            "epoch {epoch}/{epochs} train_loss {:.4} test_loss {:.4} test_acc {:.2}% {seconds:.2}s {:.0} {unit}/s",
            trained.loss,
            tested.loss,
            100.0 * tested.accuracy.unwrap_or(0.0),
            trained.samples as f64 / seconds,
        );
        if !tested.loss.is_finite() {
            return Err("training diverged: the loss is not finite; try a smaller --lr".into());
        }
        Ok(tested)
    }
}

/// What `main` returns for the result of a run.
pub(crate) fn exit(result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A flag's value that is a whole number of at least 1.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be at least 1".to_owned()),
        Ok(n) => Ok(n),
        Err(_) => Err("must be a whole number of at least 1".to_owned()),
    }
}

/// A progress bar on a terminal, nothing elsewhere.
fn bar(epoch: u64, epochs: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let template = "epoch {prefix} {wide_bar} {pos}/{len} {msg} {eta}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(format!("{epoch}/{epochs}"))
}
