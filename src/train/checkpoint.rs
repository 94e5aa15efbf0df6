//! Training that goes on where it stopped: all that a trainer has come to, in a file.
//!
//! The net's tensors are there under their own keys, so that a checkpoint is a file of weights too. The rest lies under
//! names that begin with `trainer/`: what the optimiser and the schedule remember as tensors, numbers as metadata. Random
//! numbers are functions of seeds and counts, and so are the order of samples and how they vary: those are the random state.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::str::FromStr;

use super::schedule::Every;
use super::trainer::{Position, Trainer};
use crate::io::{Archive, Builder, Data, Difference, Error, ErrorKind, Loader, STATE};
use crate::optim::Optimizer;
use crate::runtime::Summary;
use crate::runtime::setting::Range;
use crate::runtime::summary::ParameterSummary;
use crate::{Loss, Network, io};

/// The metadata that says what the file is, and in which form.
const FORM: &str = "form";
const THIS_FORM: &str = "1";

/// The declaration in words, for messages; it is compared by its hash.
const LAYERS: &str = "layers";

/// Counts beyond this are no run's.
const MOST: u64 = 1 << 53;

/// Counts that are noted only if they are not zero: skipped batches of the epoch and their samples, batches that were
/// skipped since the last step, and the batches and samples before the batch size was set.
const COUNTS: [&str; 5] =
    ["skipped", "skipped samples", "skipped in a row", "batches before resizing", "samples before resizing"];

impl<N: Network, O: Optimizer, L: Loss> Trainer<N, O, L> {
    /// Writes a checkpoint: the net, what the optimiser and the schedule remember, the epoch and the position in it, what
    /// is frozen, and the state of the random numbers. The file is replaced whole or not at all, and it is also one of
    /// weights, which [`load`](crate::io::load) reads.
    ///
    /// # Errors
    /// The system cannot write it: the disk is full, the directory is missing or may not be written. The file is as it was
    /// then, and training can go on.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.save_with(path.as_ref(), &[])
    }

    /// As [`save`](Self::save), with more that the file says of itself.
    pub(super) fn save_with(&self, path: &Path, notes: &[(&str, String)]) -> Result<(), Error> {
        let state = self.optimizer.state();
        let steps: Vec<i64> = state.steps().iter().map(|&steps| steps as i64).collect();
        let schedule = self.schedule.as_ref().map(|scheduled| scheduled.schedule.state()).unwrap_or_default();
        let mut file: Builder<'_> = io::weights(&*self.net);
        for (name, row) in state.rows() {
            file.tensor(row_name(name), &[row.len()], Data::F32(row));
        }
        file.tensor(own("steps"), &[steps.len()], Data::I64(&steps));
        file.tensor(own("schedule"), &[schedule.len()], Data::F64(&schedule));

        let Position { batches, samples, loss, length, .. } = self.position;
        let frozen: Vec<_> = self.table.iter().filter(|tensor| tensor.frozen).map(|tensor| tensor.key).collect();
        let mut note = |name: &str, value: &dyn Display| file.metadata(&own(name), value);
        note(FORM, &THIS_FORM);
        note(LAYERS, &declaration(N::SUMMARY));
        for (name, value) in self.settings() {
            note(name, &value);
        }
        note(RUN, &self.run);
        note("epoch", &self.epoch);
        note("step", &self.workspace.step());
        note("batches", &batches);
        note("samples", &samples);
        note("loss", &loss);
        note("length", &length);
        note("learning rate", &self.optimizer.learning_rate());
        note("frozen", &frozen.join(","));
        for (name, count) in COUNTS.into_iter().zip(self.counts()) {
            if count > 0 {
                note(name, &count);
            }
        }
        for (name, value) in notes {
            note(name, value);
        }
        io::write(path, &file)
    }

    /// Goes on from a checkpoint: what follows has the same bits as if training had not stopped, on the same instruction
    /// set. It is the same run from then on, also to [`Checkpoints`](super::Checkpoints). The trainer must be made as that one was, with the same net, optimiser, loss, schedule, seed and batch size,
    /// and be given the same data; the parameters it was given, its learning rate and what is frozen are replaced. Threads
    /// may be more or fewer.
    ///
    /// # Errors
    /// The system cannot read the file; it is malformed, or weights alone; or it is of other training, with all that
    /// differs, as far as a trainer knows it: what a loss or an optimiser was made with it does not. The trainer is as it
    /// was then.
    pub fn resume(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        self.read(path).map_err(|error| error.at(path))
    }

    fn read(&mut self, path: &Path) -> Result<(), Error> {
        let mut archive = io::open(path).and_then(Archive::open)?;
        let notes = Notes(archive.metadata().clone());
        match notes.get(FORM) {
            Ok(THIS_FORM) => {}
            Ok(form) => {
                let what = format!("it is of form {form}, and this program reads form 1");
                return Err(Error::from(damaged(what)).whole());
            }
            Err(_) => return Err(Error::from(damaged("it has weights alone, which a net loads")).whole()),
        }
        self.compare(&notes)?;
        let (epoch, step) = (notes.count("epoch")?, notes.count("step")?);
        let (position, skipped_in_a_row) = self.position_of(&notes)?;
        let run = run(&notes)?;
        let (rate, table) = (notes.number::<f32>("learning rate")?, self.frozen(notes.get("frozen")?)?);
        if !Range::FROM_ZERO.contains(rate.into()) {
            return Err(damaged(format!("its learning rate is {rate}")).into());
        }

        let mut net = self.net.clone_box();
        Loader::new().floats(N::SUMMARY, &mut archive, net.floats_mut())?;
        let mut rows = Vec::new();
        for (name, row) in self.optimizer.state().rows() {
            let mut floats = vec![0.0; row.len()];
            archive.floats(&row_name(name), &mut floats)?;
            rows.push(floats);
        }
        let mut steps = vec![0; self.optimizer.state().steps().len()];
        archive.integers(&own("steps"), &mut steps)?;
        if steps.iter().any(|steps| !(0..=MOST as i64).contains(steps)) {
            return Err(damaged("it has counts of steps that cannot be").into());
        }
        let schedule = archive.doubles(&own("schedule"))?;
        // What follows it cannot fail.
        if !self.schedule.as_mut().map_or(schedule.is_empty(), |scheduled| scheduled.schedule.restore(&schedule)) {
            return Err(Error::from(damaged("it is of another schedule")).whole());
        }

        self.net = net;
        let state = self.optimizer.state_mut();
        for ((_, row), floats) in state.rows_mut().zip(&rows) {
            row.copy_from_slice(floats);
        }
        for (to, steps) in state.steps_mut().iter_mut().zip(steps) {
            *to = steps as u64;
        }
        self.optimizer.set_learning_rate(rate);
        self.workspace.set_step(step);
        (self.epoch, self.position, self.table, self.run) = (epoch, position, table, run);
        self.skipped_in_a_row = skipped_in_a_row;
        Ok(())
    }

    /// The numbers of [`COUNTS`].
    fn counts(&self) -> [u64; 5] {
        let Position { skipped, skipped_samples, resized_at: (batches, samples), .. } = self.position;
        [skipped as u64, skipped_samples as u64, self.skipped_in_a_row, batches as u64, samples as u64]
    }

    /// What training that goes on must have as it was, each with its name.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let rows: Vec<_> = self.optimizer.state().rows().map(|(name, row)| format!("{name} {}", row.len())).collect();
        let schedule = self.schedule.as_ref().map(|scheduled| {
            let every = match scheduled.every {
                Every::Epoch => "epoch",
                Every::Batch => "batch",
            };
            format!("by {every}, from {}", scheduled.base)
        });
        let or_none = |setting: Option<String>| setting.unwrap_or_else(|| "none".to_owned());
        vec![
            ("declaration", hash(&declaration(N::SUMMARY))),
            ("optimizer state", or_none((!rows.is_empty()).then(|| rows.join(", ")))),
            ("schedule", or_none(schedule)),
            ("largest gradient norm", or_none(self.max_norm.map(|norm| norm.to_string()))),
            ("batch size", self.batch_size.to_string()),
            ("seed", self.seed.to_string()),
            ("seed of layers", self.workspace.random_seed().to_string()),
            (SKIPPING, if self.skips_not_finite() { "skipped" } else { NOT_SKIPPED }.to_owned()),
        ]
    }

    /// Compares the settings of a checkpoint with the trainer's.
    fn compare(&self, notes: &Notes) -> Result<(), ErrorKind> {
        let mut differences = Vec::new();
        for (what, expected) in self.settings() {
            // Checkpoints from before batches could be skipped do not say it.
            let found = notes.get(what).or_else(|error| if what == SKIPPING { Ok(NOT_SKIPPED) } else { Err(error) })?;
            // With batches that are too small for the net no step was made.
            let unused = what == "batch size" && found.parse::<usize>().is_ok_and(|found| found < N::LEAST_BATCH);
            if found == expected || unused {
                continue;
            }
            let (mut found, mut expected) = (found.to_owned(), expected);
            if what == "declaration" {
                let (theirs, ours) = (notes.get(LAYERS)?, declaration(N::SUMMARY));
                let longest = theirs.lines().count().max(ours.lines().count());
                let (theirs, ours) = (theirs.lines().chain([""]), ours.lines().chain([""]));
                let first = theirs.zip(ours).take(longest).find(|(theirs, ours)| theirs != ours);
                if let Some((theirs, ours)) = first {
                    let quoted = |line: &str| if line.is_empty() { "no more".to_owned() } else { format!("`{line}`") };
                    (found, expected) = (quoted(theirs), quoted(ours));
                }
            }
            differences.push(Difference { what, found, expected });
        }
        if differences.is_empty() { Ok(()) } else { Err(ErrorKind::Training(differences)) }
    }

    /// The position in the epoch, and how many batches were skipped since the last step.
    fn position_of(&self, notes: &Notes) -> Result<(Position, u64), ErrorKind> {
        let count = |name| Ok::<_, ErrorKind>(notes.count(name)? as usize);
        let (batches, samples, length) = (count("batches")?, count("samples")?, count("length")?);
        let mut counts = [0; COUNTS.len()];
        for (name, count) in COUNTS.into_iter().zip(&mut counts) {
            *count = notes.count_or_zero(name)?;
        }
        let [skipped, skipped_samples, in_a_row, resized_batches, resized_samples] = counts;
        let (skipped, skipped_samples) = (skipped as usize, skipped_samples as usize);
        let resized_at = (resized_batches as usize, resized_samples as usize);
        let loss = notes.number("loss")?;
        let length = if samples == 0 { 0 } else { length };
        let position = Position { batches, samples, skipped, skipped_samples, loss, length, resized_at };
        // Every batch but an epoch's last is a whole one.
        let since = batches.checked_sub(resized_at.0).and_then(|batches| batches.checked_mul(self.batch_size));
        let whole = since.is_some_and(|since| since.checked_add(resized_at.1) == Some(samples));
        // An epoch whose first batch was an error has begun, and is begun anew.
        let within = samples == 0 || samples < length;
        let fewer = skipped <= batches && skipped_samples <= samples;
        if whole && within && fewer {
            Ok((position, in_a_row))
        } else {
            Err(damaged("its position in the epoch cannot be"))
        }
    }

    /// The table with these keys frozen.
    fn frozen(&self, keys: &str) -> Result<Vec<ParameterSummary>, ErrorKind> {
        let mut table = self.table.clone();
        table.iter_mut().for_each(|tensor| tensor.frozen = false);
        for key in keys.split(',').filter(|key| !key.is_empty()) {
            let tensor = table.iter_mut().find(|tensor| tensor.key == key);
            tensor.ok_or_else(|| damaged(format!("it freezes `{key}`, which the net lacks")))?.frozen = true;
        }
        Ok(table)
    }
}

/// What a file says of itself.
struct Notes(BTreeMap<String, String>);

impl Notes {
    fn get(&self, name: &str) -> Result<&str, ErrorKind> {
        let value = self.0.get(&own(name));
        value.map(String::as_str).ok_or_else(|| damaged(format!("it does not say its {name}")))
    }

    fn number<T: FromStr>(&self, name: &str) -> Result<T, ErrorKind> {
        self.get(name)?.parse().map_err(|_| damaged(format!("its {name} is not a number")))
    }

    fn count(&self, name: &str) -> Result<u64, ErrorKind> {
        let count = self.number(name)?;
        if count <= MOST { Ok(count) } else { Err(damaged(format!("its {name} is too large"))) }
    }

    fn count_or_zero(&self, name: &str) -> Result<u64, ErrorKind> {
        if self.0.contains_key(&own(name)) { self.count(name) } else { Ok(0) }
    }
}

/// The setting that tells whether batches that are not finite are skipped.
const SKIPPING: &str = "batches that are not finite";
const NOT_SKIPPED: &str = "not skipped";

/// The names of what a checkpoint says of its run and of its place in a directory.
const RUN: &str = "run";
pub(super) const GENERATION: &str = "generation";
pub(super) const METRIC: &str = "metric";
pub(super) const METRIC_NAME: &str = "metric name";
pub(super) const MAXIMIZE: &str = "maximize";

/// The number of a new run: another one each time, on any machine, so that runs can be told apart in a directory. It is not 0,
/// which is that of checkpoints from before runs had numbers.
pub(super) fn new_run() -> u64 {
    // The standard library's hashers begin with random keys, which need no clock.
    RandomState::new().hash_one("run").max(1)
}

fn run(notes: &Notes) -> Result<u64, ErrorKind> {
    if notes.get(RUN).is_ok() { notes.number(RUN) } else { Ok(0) }
}

/// The notes of a checkpoint for [`Checkpoints`](super::Checkpoints).
pub(super) struct Origin {
    /// The number of its run.
    pub(super) run: u64,
    /// How often training had begun anew, or from an older checkpoint, in its directory.
    pub(super) generation: u64,
    /// The metric that it was found best by.
    pub(super) metric: Option<f64>,
    /// The name of that metric; empty where it was given none.
    pub(super) metric_name: String,
    /// Whether more of it is better.
    pub(super) maximize: Option<bool>,
}

/// Reads it, and nothing of a checkpoint's tensors. `None` where no file is, or one that is no checkpoint, or a broken one.
///
/// # Errors
/// The system cannot read the file: what it is, is not known.
pub(super) fn origin(path: &Path) -> Result<Option<Origin>, Error> {
    use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    match io::open(path).and_then(Archive::open) {
        Ok(archive) => Ok(origin_of(&Notes(archive.metadata().clone()))),
        Err(ErrorKind::Read(error)) if !matches!(error.kind(), NotFound | IsADirectory | NotADirectory) => {
            Err(Error::from(ErrorKind::Read(error)).at(path))
        }
        Err(_) => Ok(None),
    }
}

fn origin_of(notes: &Notes) -> Option<Origin> {
    notes.get(FORM).ok()?;
    Some(Origin {
        run: run(notes).ok()?,
        generation: notes.count(GENERATION).unwrap_or(0),
        metric: notes.number(METRIC).ok(),
        metric_name: notes.get(METRIC_NAME).unwrap_or_default().to_owned(),
        maximize: notes.number(MAXIMIZE).ok(),
    })
}

fn damaged(what: impl Into<String>) -> ErrorKind {
    ErrorKind::Checkpoint(what.into())
}

fn own(name: &str) -> String {
    format!("{STATE}{name}")
}

fn row_name(name: &str) -> String {
    format!("{STATE}optimizer/{name}")
}

/// A net's declaration, a line for each layer; the name of its type counts for nothing.
fn declaration(summary: &Summary) -> String {
    let mut lines = vec![format!("input {:?}", summary.input)];
    for layer in summary.layers {
        let inputs = layer.inputs.iter().map(|input| match input.and_then(|input| summary.layers.get(input)) {
            Some(layer) => layer.key,
            None => "input",
        });
        let inputs = inputs.collect::<Vec<_>>().join(", ");
        lines.push(format!("{}: {} of {inputs} -> {:?}", layer.key, layer.declaration, layer.output));
    }
    lines.extend(summary.parameters.iter().map(|tensor| format!("{} {:?}", tensor.key, tensor.shape)));
    lines.extend(summary.buffers.iter().map(|tensor| format!("{} {:?}", tensor.key, tensor.shape)));
    lines.join("\n")
}

/// FNV-1a (Fowler, Noll and Vo), which stays the same from release to release, as a standard hasher need not.
fn hash(text: &str) -> String {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
