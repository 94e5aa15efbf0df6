//! What the examples share: flags, and training with a progress bar, a line about each epoch, and checkpoints.

use std::io::IsTerminal;
use std::ops::{ControlFlow, RangeInclusive};
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
    #[arg(long, default_value_t = 1000, value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
    pub(crate) test_batch_size: usize,
    /// Seed of initialisation, shuffling and whatever else is random
    #[arg(long, default_value_t = 1, value_parser = whole::<u64>(0..=u64::MAX), allow_hyphen_values = true)]
    pub(crate) seed: u64,
    /// Threads; 0 means as many as `RAYON_NUM_THREADS` says, else as the machine has. The result does not depend on it
    #[arg(long, default_value_t = 0, value_parser = whole::<usize>(0..=u64::MAX), allow_hyphen_values = true)]
    pub(crate) threads: usize,
    /// Train on one batch alone, to see that everything works
    #[arg(long)]
    dry_run: bool,
    /// Directory for checkpoints: the last 3 and the best; one is written after each epoch, and where Ctrl-C stops training.
    /// Those of an earlier run are kept
    #[arg(long, value_name = "DIRECTORY")]
    save: Option<PathBuf>,
    /// Write a checkpoint every so many batches, too
    #[arg(long, value_name = "BATCHES", requires = "save", value_parser = whole::<usize>(FROM_ONE), allow_hyphen_values = true)]
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

/// A flag's value that is a whole number in a range.
pub(crate) fn whole<N: TryFrom<u64>>(range: RangeInclusive<u64>) -> impl Fn(&str) -> Result<N, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        let number = number.and_then(|number| number.try_into().ok());
        number.ok_or_else(|| format!("must be a whole number from {} to {}", range.start(), range.end()))
    }
}

/// The numbers of what there must be one of.
pub(crate) const FROM_ONE: RangeInclusive<u64> = 1..=u64::MAX;

/// The numbers of samples to be made: their order must fit in memory.
// Not every example has such a flag, here and below.
#[allow(dead_code)]
pub(crate) const SAMPLES: RangeInclusive<u64> = 1..=100_000_000;

/// A flag's value that is a rate, or a decay.
#[allow(dead_code)]
pub(crate) fn rate(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.0..f32::INFINITY).contains(number));
    number.ok_or_else(|| "must be a finite number of at least 0".to_owned())
}

/// A flag's value that is from 0 to 1.
#[allow(dead_code)]
pub(crate) fn share(text: &str) -> Result<f32, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "must be a number from 0 to 1".to_owned())
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    /// Flags of each kind.
    #[derive(Parser)]
    #[allow(dead_code)]
    struct Arguments {
        #[arg(long, value_parser = rate, allow_hyphen_values = true)]
        lr: Option<f32>,
        #[arg(long, value_parser = share, allow_hyphen_values = true)]
        momentum: Option<f32>,
        #[arg(long, value_parser = whole::<usize>(SAMPLES), allow_hyphen_values = true)]
        samples: Option<usize>,
        #[command(flatten)]
        flags: Flags,
    }

    #[test]
    fn a_flag_that_makes_no_sense_is_an_error_with_its_name_value_and_range() {
        let cases: [(&str, &[&str], &[&str], &str); 7] = [
            ("lr", &["0", "0.1", "1e-3", "3e38"], &["-1", "nan", "inf", "-inf", "1e40", "fast"], "at least 0"),
            ("momentum", &["0", "0.9", "1"], &["-0.1", "1.1", "NaN", "inf", ""], "from 0 to 1"),
            (
                "samples",
                &["1", "100000000"],
                &["0", "-1", "100000001", "1e3", "99999999999999999999"],
                "from 1 to 100000000",
            ),
            ("test-batch-size", &["1", "18446744073709551615"], &["0", "-1", "1.5"], "from 1 to"),
            (
                "seed",
                &["0", "18446744073709551615"],
                &["-1", "18446744073709551616", "x"],
                "from 0 to 18446744073709551615",
            ),
            ("threads", &["0", "2"], &["-2", "all"], "from 0 to"),
            ("save-every", &["1"], &["0", "-1"], "from 1 to"),
        ];
        for (flag, accepted, refused, range) in cases {
            let parse =
                |value| Arguments::try_parse_from(["example", "--save=here", &format!("--{flag}"), value]).map(drop);
            for value in accepted {
                assert!(parse(value).is_ok(), "--{flag} {value}");
            }
            for value in refused {
                let message = parse(value).expect_err(value).to_string();
                for part in [&format!("--{flag}"), &format!("'{value}'"), range] {
                    assert!(message.contains(part), "--{flag} {value}: {message}");
                }
            }
        }
    }
}
