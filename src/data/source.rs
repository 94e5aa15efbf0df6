//! Where the samples of a data set come from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::DataError;

/// Where samples come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A directory that was named.
    Directory(PathBuf),
    /// The user's cache directory, where downloads are kept.
    Cache(PathBuf),
    /// Drawn by this crate.
    Synthetic,
}

impl Source {
    /// Says it of a data set of this name; `drawn` is what a drawn one consists of.
    pub(super) fn describe(&self, name: &str, drawn: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory(path) => write!(f, "{name} in {}", path.display()),
            Self::Cache(path) => write!(f, "{name}, downloaded to {}", path.display()),
            Self::Synthetic => write!(f, "synthetic {drawn} (not {name})"),
        }
    }
}

/// The two parts of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// Samples to train with.
    Train,
    /// Samples to test with.
    Test,
}

/// Both parts of a data set: what [`Mnist::find`](super::Mnist::find) and
/// [`Cifar10::find`](super::Cifar10::find) give.
#[derive(Debug)]
pub struct Found<D> {
    /// Samples to train with.
    pub train: D,
    /// Samples to test with.
    pub test: D,
    /// Why they are drawn, if they are.
    pub note: Option<String>,
}

/// Both parts from the directory, if one is named, else from the cache, else drawn; then a note says why the samples are
/// not those of the data set, after the words of `instead`.
pub(super) fn find<D>(
    directory: Option<&Path>,
    read: impl Fn(&Path, Split) -> Result<D, DataError>,
    cached: impl Fn(Split) -> Result<D, DataError>,
    drawn: impl Fn(Split) -> D,
    instead: &str,
) -> Result<Found<D>, DataError> {
    let both = |part: &dyn Fn(Split) -> Result<D, DataError>| {
        Ok(Found { train: part(Split::Train)?, test: part(Split::Test)?, note: None })
    };
    if let Some(directory) = directory {
        return both(&|split| read(directory, split));
    }
    both(&cached).or_else(|why: DataError| {
        let note = Some(format!("{instead}: {why}"));
        Ok(Found { train: drawn(Split::Train), test: drawn(Split::Test), note })
    })
}
