//! The checkpoints of a run, in a directory.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::checkpoint::{GENERATION, MAXIMIZE, METRIC, METRIC_NAME, Origin, origin};
use super::trainer::Trainer;
use crate::io::{Error, ErrorKind};
use crate::optim::Optimizer;
use crate::runtime::setting::{Range, check};
use crate::{Loss, Network};

/// Keeps the last checkpoints of a run, and the best, in a directory.
///
/// A checkpoint is named by its step, the number of batches that the net was trained on. The last one is the one with the
/// highest step in its name; the times of files count for nothing, so that a directory may be copied or restored.
///
/// **A run** begins with [`Trainer::new`] and goes on with [`resume`](Self::resume) or [`Trainer::resume`]. In a directory with
/// an earlier run's checkpoints, a new run begins anew:
///
/// - its last checkpoint, and not the earlier run's, is [`latest`](Self::latest) from its first [`save`](Self::save) on;
/// - its first [`save_best`](Self::save_best) is not compared with the earlier run's best;
/// - nothing of the earlier run is removed. A file whose name the new run needs is kept as `best-earlier-1.safetensors` or
///   `step-0000000010-earlier-1.safetensors`; the number is the first that is free.
///
/// A run that goes back, resumed from another checkpoint than the last one, is treated alike: what it saves is `latest`, though
/// its abandoned checkpoints may have higher steps. They stay until it has passed them and [`keep`](Self::keep) others.
///
/// ```
/// use std::ops::ControlFlow;
/// use prelu::{Trainer, data::Mnist, loss::CrossEntropy, optim::Adam, train::Checkpoints};
///
/// prelu::network! { struct Small: [1, 28, 28] -> [10] { fc1: linear(8), prelu, fc2: linear(10) } }
///
/// # let directory = std::env::temp_dir().join(format!("prelu-doc-{}", std::process::id()));
/// let (train, test) = (Mnist::synthetic(1, 300), Mnist::synthetic(2, 100));
/// let trainer = || Trainer::new(Small::new(1), Adam::new(1e-3), CrossEntropy);
/// let checkpoints = Checkpoints::new(&directory).keep(2).maximize();
///
/// let mut first = trainer();
/// // Stops after a batch, as a program does that is told to.
/// first.epoch(&train, |_| ControlFlow::Break(()))?;
/// checkpoints.save(&first)?;
///
/// let mut second = trainer();
/// checkpoints.resume(&mut second)?;
/// second.epoch(&train, |_| ControlFlow::Continue(()))?; // the rest of that epoch
/// let tested = second.evaluate(&test, 100)?;
/// checkpoints.save_best(&second, tested.accuracy.unwrap_or(0.0))?;
///
/// let best = Small::load(checkpoints.best())?; // a checkpoint is a file of weights too
/// assert_eq!(best.floats(), second.net().floats());
/// # std::fs::remove_dir_all(&directory)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoints {
    directory: PathBuf,
    keep: usize,
    maximize: bool,
    metric: String,
}

/// A checkpoint in the directory.
struct Saved {
    path: PathBuf,
    /// The step in its name.
    step: u64,
    /// `None` where it is broken, or another file of such a name.
    origin: Option<Origin>,
    /// Why its origin is not known.
    unreadable: Option<Error>,
}

impl Checkpoints {
    /// Checkpoints in this directory, which is made where it is missing: the last 3, and the best by a metric that should
    /// fall, such as a loss.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), keep: 3, maximize: false, metric: String::new() }
    }

    /// Keeps this many of the last, at least 1: whenever one is saved, those of the same run that have lower steps, and are
    /// not among so many, are removed. One with a higher step is not removed, nor is one of another run, nor a read-only one.
    ///
    /// # Panics
    /// If it is 0.
    #[must_use]
    #[track_caller]
    pub fn keep(mut self, count: usize) -> Self {
        check("keep", count as f64, Range::COUNT);
        self.keep = count;
        self
    }

    /// Names the metric of [`save_best`](Self::save_best), such as `accuracy`, so that values of different metrics are never
    /// compared.
    #[must_use]
    pub fn metric(mut self, name: impl Into<String>) -> Self {
        self.metric = name.into();
        self
    }

    /// For a metric that should rise, such as an accuracy.
    #[must_use]
    pub fn maximize(mut self) -> Self {
        self.maximize = true;
        self
    }

    /// Writes a checkpoint, as [`Trainer::save`], named by how many batches the net was trained on, and removes those of the
    /// run that are older than the last few: see [`keep`](Self::keep). Gives its path.
    ///
    /// A file of a higher step that is broken or no checkpoint would be taken for a later one: it is kept under a name such as
    /// `step-0000000030-earlier-1.safetensors`.
    ///
    /// # Errors
    /// The system cannot write it, or cannot read the directory or a checkpoint that is there. All older ones are there then, and
    /// training can go on.
    pub fn save<N: Network, O: Optimizer, L: Loss>(&self, trainer: &Trainer<N, O, L>) -> Result<PathBuf, Error> {
        self.make_directory()?;
        let (run, step) = (trainer.run, trainer.steps());
        let path = self.directory.join(name(step));
        let mut saved = self.saved()?;
        // Whose it is decides which names are free, and which one is the last.
        if let Some(error) = saved.iter_mut().find_map(|other| other.unreadable.take()) {
            return Err(error);
        }
        // Whatever else is there is older than this one, also where its step is higher.
        let generation = saved.iter().filter_map(|other| {
            let origin = other.origin.as_ref()?;
            Some(origin.generation + u64::from(origin.run != run || other.step > step))
        });
        let generation = generation.max().unwrap_or(0);
        let is_own = |other: &Saved| other.origin.as_ref().is_some_and(|origin| origin.run == run);
        let aside = match saved.iter().find(|other| other.path == path) {
            Some(other) if !is_own(other) => self.set_aside(&path)?,
            _ => None,
        };
        trainer.save_with(&path, &[(GENERATION, generation.to_string())]).inspect_err(|_| undo(aside, &path, run))?;
        for other in saved.iter().filter(|other| other.origin.is_none() && other.step > step) {
            self.move_aside(&other.path);
        }
        let mut older: Vec<_> = saved.into_iter().filter(|other| is_own(other) && other.step < step).collect();
        older.retain(|other| fs::metadata(&other.path).is_ok_and(|file| !file.permissions().readonly()));
        older.sort_unstable_by_key(|other| std::cmp::Reverse(other.place(0)));
        for older in older.iter().skip(self.keep - 1) {
            // What cannot be removed does no harm.
            let _ = fs::remove_file(&older.path);
        }
        Ok(path)
    }

    /// Writes a checkpoint as [`best`](Self::best) if the metric is better than that which the run's best one was written
    /// with, or there is none. Says whether it was. A metric that is not a number is never better.
    ///
    /// Values are compared within a run, of one direction and one [name](Self::metric). The best one of another run is kept
    /// under another name; a best one of the same run by another metric is replaced, so that two metrics need two directories.
    ///
    /// # Errors
    /// The system cannot write it, or cannot read the best one. That is as it was then, and training can go on.
    pub fn save_best<N: Network, O: Optimizer, L: Loss>(
        &self,
        trainer: &Trainer<N, O, L>,
        value: f64,
    ) -> Result<bool, Error> {
        let path = self.best();
        let old = origin(&path)?;
        let is_own = old.as_ref().is_some_and(|old| old.run == trainer.run);
        // Checkpoints of earlier versions don't say their direction.
        let comparable =
            |old: &Origin| old.maximize.unwrap_or(self.maximize) == self.maximize && old.metric_name == self.metric;
        let best = old.as_ref().filter(|old| is_own && comparable(old)).and_then(|old| old.metric);
        let better = match best {
            Some(best) if self.maximize => value > best,
            Some(best) => value < best,
            None => !value.is_nan(),
        };
        if better {
            self.make_directory()?;
            let aside = if is_own { None } else { self.set_aside(&path)? };
            let notes = [
                (METRIC, value.to_string()),
                (METRIC_NAME, self.metric.clone()),
                (MAXIMIZE, self.maximize.to_string()),
            ];
            trainer.save_with(&path, &notes).inspect_err(|_| undo(aside, &path, trainer.run))?;
        } else if old.is_some() && !is_own {
            // The run has none, and another run's must not be taken for its.
            self.set_aside(&path)?;
            fs::remove_file(&path).map_err(|error| Error::from(ErrorKind::Write(error)).at(&path))?;
        }
        Ok(better)
    }

    /// The path of the best checkpoint, whether there is one or not.
    pub fn best(&self) -> PathBuf {
        self.directory.join("best.safetensors")
    }

    /// The path of the last checkpoint, if there is one: of the run that saved here last, the one with the highest step in its
    /// name. A file of such a name that is broken counts; [`resume`](Self::resume) then says so.
    ///
    /// # Errors
    /// The system cannot read the directory. One that is missing is none.
    pub fn latest(&self) -> Result<Option<PathBuf>, Error> {
        Ok(self.by_place()?.pop().map(|last| last.path))
    }

    /// Goes on from the [last](Self::latest) checkpoint, as [`Trainer::resume`]. Gives its path.
    ///
    /// # Errors
    /// There is none, or it cannot be gone on from: it cannot be read, is broken, or of other training. The trainer is as it was
    /// then. No older one is taken in its place; where the last one is broken or no checkpoint, the error names it.
    pub fn resume<N: Network, O: Optimizer, L: Loss>(&self, trainer: &mut Trainer<N, O, L>) -> Result<PathBuf, Error> {
        let mut saved = self.by_place()?;
        let Some(Saved { path, .. }) = saved.pop() else {
            let none = io::Error::new(io::ErrorKind::NotFound, "no checkpoint is there");
            return Err(Error::from(ErrorKind::Read(none)).at(&self.directory));
        };
        match trainer.resume(&path) {
            Ok(()) => Ok(path),
            // The file is as it should be: an older one would fare alike.
            Err(error) if matches!(error.kind(), ErrorKind::Training(_) | ErrorKind::Read(_)) => Err(error),
            Err(error) => Err(match saved.into_iter().rfind(|older| older.origin.is_some()) {
                Some(older) => error.with_older(older.path),
                None => error,
            }),
        }
    }

    fn make_directory(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.directory).map_err(|error| Error::from(ErrorKind::Write(error)).at(&self.directory))
    }

    /// The checkpoints but for the best, the last one at the end.
    fn by_place(&self) -> Result<Vec<Saved>, Error> {
        let mut saved = self.saved()?;
        // A broken one may be of the last run: it is not passed over.
        let last = saved.iter().filter_map(|saved| Some(saved.origin.as_ref()?.generation)).max().unwrap_or(0);
        saved.sort_unstable_by_key(|saved| saved.place(last));
        Ok(saved)
    }

    /// The checkpoints but for the best, in any order. A directory that is missing has none.
    fn saved(&self) -> Result<Vec<Saved>, Error> {
        let unreadable = |error| Error::from(ErrorKind::Read(error)).at(&self.directory);
        let mut saved = Vec::new();
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(saved),
            Err(error) => return Err(unreadable(error)),
        };
        for entry in entries {
            let entry = entry.map_err(unreadable)?;
            let Some(step) = step(Path::new(&entry.file_name())) else { continue };
            let path = entry.path();
            // A folder is none, nor is a pipe, which would be waited for.
            if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
                continue;
            }
            let (origin, unreadable) = match origin(&path) {
                Ok(origin) => (origin, None),
                Err(error) => (None, Some(error)),
            };
            saved.push(Saved { path, step, origin, unreadable });
        }
        Ok(saved)
    }

    /// Gives a file another name. Where that fails, it stays the last one, and [`resume`](Self::resume) says so.
    #[cold]
    fn move_aside(&self, path: &Path) {
        if let Ok(Some(_)) = self.set_aside(path) {
            let _ = fs::remove_file(path);
        }
    }

    /// Gives a file, if there is one, a second name of its own, which is returned, so that it is kept when it is replaced.
    #[cold]
    fn set_aside(&self, path: &Path) -> Result<Option<PathBuf>, Error> {
        if !path.is_file() {
            return Ok(None);
        }
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let mut numbered = (1u64..).map(|n| self.directory.join(format!("{stem}-earlier-{n}.safetensors")));
        let kept = numbered.find_map(|kept| match second_name(path, &kept) {
            Ok(()) => Some(Ok(kept)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => None,
            Err(error) => Some(Err(Error::from(ErrorKind::Write(error)).at(&kept))),
        });
        kept.transpose()
    }
}

impl Saved {
    /// The key of the order. If two names differ in the zeros before the step alone, the one that [`Checkpoints::save`] gives is
    /// last.
    fn place(&self, generation_if_broken: u64) -> (u64, u64, bool) {
        let generation = self.origin.as_ref().map_or(generation_if_broken, |origin| origin.generation);
        (generation, self.step, self.path.ends_with(name(self.step)))
    }
}

/// Gives a file a second name, by a link if the file system has them, else by a copy.
fn second_name(path: &Path, kept: &Path) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    match fs::hard_link(&path, kept) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => {
            let mut copy = File::create_new(kept)?;
            let copied = File::open(path).and_then(|mut file| io::copy(&mut file, &mut copy)).and(copy.sync_all());
            copied.inspect_err(|_| drop(fs::remove_file(kept)))
        }
    }
}

/// Takes a second name back, unless the file was replaced by one of this run: then no other name has it.
#[cold]
fn undo(aside: Option<PathBuf>, path: &Path, run: u64) {
    let replaced = |origin: Option<Origin>| origin.is_some_and(|origin| origin.run == run);
    if let Some(aside) = aside.filter(|_| origin(path).is_ok_and(|origin| !replaced(origin))) {
        let _ = fs::remove_file(aside);
    }
}

/// The name of the checkpoint of a step.
fn name(step: u64) -> String {
    format!("step-{step:010}.safetensors")
}

/// The step in a checkpoint's name.
fn step(name: &Path) -> Option<u64> {
    let step = name.to_str()?.strip_prefix("step-")?.strip_suffix(".safetensors")?;
    // A sign would be read as well.
    if step.bytes().all(|byte| byte.is_ascii_digit()) { step.parse().ok() } else { None }
}
