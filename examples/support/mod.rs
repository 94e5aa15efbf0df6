//! What the examples share: flags, and training with a progress bar, a line about each epoch, and checkpoints.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use prelu::data::Dataset;
use prelu::optim::Optimizer;
use prelu::train::Checkpoints;
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
    /// Directory for checkpoints: the last 3 and the best; one is written after each epoch, and where Ctrl-C stops training.
    /// Those of an earlier run are kept
    #[arg(long, value_name = "DIRECTORY")]
    save: Option<PathBuf>,
    /// Write a checkpoint every so many batches, too
    #[arg(long, value_name = "BATCHES", requires = "save", value_parser = at_least_one)]
    save_every: Option<usize>,
    /// Go on from the last checkpoint of --save, with the same flags, to the same end as without a stop
    #[arg(long, requires = "save")]
    resume: bool,
}

impl Flags {
    /// The epochs to train, where so many are asked for.
    pub(crate) fn epochs(&self, epochs: u64) -> u64 {
        if self.dry_run { 1 } else { epochs }
    }

    /// Trains up to so many epochs, tests the net after each, says what came of it, and gives that of the last one; `unit` is
    /// what samples are. With `--resume` it goes on where the last checkpoint was.
    pub(crate) fn train<N, O, L, D, T>(
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
        listen();
        let checkpoints = self.save.as_ref().map(|directory| Checkpoints::new(directory).maximize());
        if let (true, Some(checkpoints)) = (self.resume, &checkpoints) {
            match checkpoints.latest()? {
                Some(_) => println!("goes on from {}", checkpoints.resume(trainer)?.display()),
                None => println!("no checkpoint yet: begins anew"),
            }
        }
        let mut tested = None;
        while trainer.epochs() < epochs {
            let metrics = self.epoch(trainer, (train, test), epochs, unit, checkpoints.as_ref())?;
            trainer.observe(metrics.loss);
            if let Some(checkpoints) = &checkpoints {
                let saved = checkpoints
                    .save(trainer)
                    .and_then(|_| checkpoints.save_best(trainer, metrics.accuracy.unwrap_or(-metrics.loss)));
                // Where no training is left to go on, what was trained is lost.
                if trainer.epochs() == epochs {
                    saved?;
                } else {
                    warn(saved);
                }
            }
            tested = Some(metrics);
            if self.dry_run {
                break;
            }
        }
        match tested {
            Some(metrics) => Ok(metrics),
            None => Ok(trainer.evaluate(test, self.test_batch_size)?),
        }
    }

    /// Trains to the end of the epoch under way, and tests the net.
    fn epoch<N, O, L, D, T>(
        &self,
        trainer: &mut Trainer<N, O, L>,
        (train, test): (&D, &T),
        epochs: u64,
        unit: &str,
        checkpoints: Option<&Checkpoints>,
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
        let (clock, before) = (Instant::now(), trainer.position());
        let trained = loop {
            let trained = trainer.epoch(train, |progress| {
                bar.set_length(progress.batches as u64);
                bar.set_position(progress.batch as u64);
                bar.set_message(format!("train_loss {:.4}", progress.loss));
                let due = self.save_every.is_some_and(|every| progress.batch % every == 0);
                if self.dry_run || due || stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })?;
            if trainer.position() == 0 || self.dry_run {
                break trained;
            }
            let saved = checkpoints.map(|checkpoints| checkpoints.save(trainer));
            if stopped() {
                bar.finish_and_clear();
                let place = format!("stopped in epoch {epoch}, after {} {unit}", trainer.position());
                return Err(Stopped(match saved.transpose()? {
                    Some(path) => {
                        format!("{place}; saved as {}; the same command with --resume goes on", path.display())
                    }
                    None => format!("{place}; nothing is saved without --save"),
                })
                .into());
            }
            saved.into_iter().for_each(warn);
        };
        let seconds = clock.elapsed().as_secs_f64();
        bar.finish_and_clear();
        let tested = trainer.evaluate(test, self.test_batch_size)?;
        println!(
            "epoch {epoch}/{epochs} train_loss {:.4} test_loss {:.4} test_acc {:.2}% {seconds:.2}s {:.0} {unit}/s",
            trained.loss,
            tested.loss,
            100.0 * tested.accuracy.unwrap_or(0.0),
            (trained.samples - before) as f64 / seconds,
        );
        if !tested.loss.is_finite() {
            return Err("training diverged: the loss is not finite; try a smaller --lr".into());
        }
        Ok(tested)
    }
}

/// Whether Ctrl-C was pressed.
static STOP: AtomicBool = AtomicBool::new(false);

fn stopped() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// From now on Ctrl-C lets the batch under way end; the second one ends the program at once.
fn listen() {
    let heard = || {
        if STOP.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Where the system has no such signal, or another run of this program has asked for it, nothing is to be done.
    let _ = ctrlc::set_handler(heard);
}

/// Says what went wrong with a checkpoint, and lets training go on.
fn warn<T>(saved: Result<T, prelu::io::Error>) {
    if let Err(error) = saved {
        eprintln!("warning: no checkpoint: {error}; training goes on");
    }
}

/// Training that Ctrl-C has stopped.
#[derive(Debug)]
struct Stopped(String);

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Stopped {}

/// What `main` returns for the result of a run.
pub(crate) fn exit(result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Stopped>() => {
            eprintln!("{error}");
            ExitCode::from(130)
        }
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
