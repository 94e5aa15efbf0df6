//! The checkpoints of a run, in a directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::checkpoint::{METRIC, metric};
use super::trainer::Trainer;
use crate::io::{Error, ErrorKind};
use crate::optim::Optimizer;
use crate::runtime::setting::{Range, check};
use crate::{Loss, Network};

/// Keeps the last checkpoints of a run, and the best, in a directory of its own.
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
}

impl Checkpoints {
    /// Checkpoints in this directory, which is made where it is missing: the last 3, and the best by a metric that should
    /// fall, such as a loss.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into(), keep: 3, maximize: false }
    }

    /// Keeps this many of the last, at least 1.
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

    /// For a metric that should rise, such as an accuracy.
    #[must_use]
    pub fn maximize(mut self) -> Self {
        self.maximize = true;
        self
    }

    /// Writes a checkpoint, as [`Trainer::save`], named by how many batches the net was trained on, and removes those that
    /// were written before the last few. Gives its path.
    ///
    /// # Errors
    /// The system cannot write it. All older ones are there then, and training can go on.
    pub fn save<N: Network, O: Optimizer, L: Loss>(&self, trainer: &Trainer<N, O, L>) -> Result<PathBuf, Error> {
        self.make_directory()?;
        let path = self.directory.join(format!("step-{:010}.safetensors", trainer.steps()));
        trainer.save(&path)?;
        // The new one stays in any case, also where the clock went back. What cannot be removed does no harm.
        let older = self.by_age().unwrap_or_default().into_iter().rev().filter(|other| *other != path);
        for older in older.skip(self.keep - 1) {
            let _ = fs::remove_file(older);
        }
        Ok(path)
    }

    /// Writes a checkpoint as [`best`](Self::best) if the metric is better than that which the best one was written with,
    /// or there is none. Says whether it was. A metric that is not a number is never better.
    ///
    /// # Errors
    /// The system cannot write it. The best one is as it was then, and training can go on.
    pub fn save_best<N: Network, O: Optimizer, L: Loss>(
        &self,
        trainer: &Trainer<N, O, L>,
        value: f64,
    ) -> Result<bool, Error> {
        let path = self.best();
        let better = match metric(&path) {
            Some(best) if self.maximize => value > best,
            Some(best) => value < best,
            None => !value.is_nan(),
        };
        if better {
            self.make_directory()?;
            trainer.save_with(&path, &[(METRIC, value.to_string())])?;
        }
        Ok(better)
    }

    /// The path of the best checkpoint, whether there is one or not.
    pub fn best(&self) -> PathBuf {
        self.directory.join("best.safetensors")
    }

    /// The path of the checkpoint that was written last, if there is one.
    ///
    /// # Errors
    /// The system cannot read the directory. One that is missing is none.
    pub fn latest(&self) -> Result<Option<PathBuf>, Error> {
        match self.by_age() {
            Ok(mut paths) => Ok(paths.pop()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::from(ErrorKind::Read(error)).at(&self.directory)),
        }
    }

    /// Goes on from the checkpoint that was written last, as [`Trainer::resume`]. Gives its path.
    ///
    /// # Errors
    /// There is none, or it cannot be gone on from. The trainer is as it was then.
    pub fn resume<N: Network, O: Optimizer, L: Loss>(&self, trainer: &mut Trainer<N, O, L>) -> Result<PathBuf, Error> {
        let Some(path) = self.latest()? else {
            let none = std::io::Error::new(std::io::ErrorKind::NotFound, "no checkpoint is there");
            return Err(Error::from(ErrorKind::Read(none)).at(&self.directory));
        };
        trainer.resume(&path)?;
        Ok(path)
    }

    fn make_directory(&self) -> Result<(), Error> {
        fs::create_dir_all(&self.directory).map_err(|error| Error::from(ErrorKind::Write(error)).at(&self.directory))
    }

    /// The checkpoints but for the best, the oldest first.
    fn by_age(&self) -> std::io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let Some(step) = step(Path::new(&entry.file_name())) else { continue };
            let written = entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            found.push((written, step, entry.path()));
        }
        // Clocks of files are coarse; a run's own order then tells.
        found.sort_unstable();
        Ok(found.into_iter().map(|(_, _, path)| path).collect())
    }
}

/// The number in a checkpoint's name.
fn step(name: &Path) -> Option<u64> {
    name.to_str()?.strip_prefix("step-")?.strip_suffix(".safetensors")?.parse().ok()
}
