//! What can be wrong with data.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Data that cannot be used: which file, what is wrong with it, and where it helps, the fix.
#[derive(Debug)]
#[non_exhaustive]
pub enum DataError {
    /// A file or directory could not be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not of the format that it should be.
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A directory lacks files.
    Missing {
        /// The directory.
        directory: PathBuf,
        /// What was looked for: any of these names would do.
        names: Vec<String>,
        /// The directory below it where it was looked for as well.
        below: &'static str,
    },
    /// A directory lacks files, but has the data set in another form.
    OtherVersion {
        /// The directory.
        directory: PathBuf,
        /// The names that were looked for: any of them would do.
        names: Vec<String>,
        /// The directory below it where it was looked for as well.
        below: &'static str,
        /// A file or folder of the other form.
        found: PathBuf,
        /// What it is, and what to do.
        what: &'static str,
    },
    /// Images and labels do not belong together.
    Counts {
        /// The file of images.
        images: PathBuf,
        /// How many images.
        image_count: usize,
        /// The file of labels.
        labels: PathBuf,
        /// How many labels.
        label_count: usize,
    },
    /// A label that no class has.
    Label {
        /// The file.
        path: PathBuf,
        /// Which sample.
        index: usize,
        /// Its label.
        label: u8,
        /// How many classes there are.
        classes: u8,
    },
    /// Nothing could be downloaded; why not, for each mirror.
    Download {
        /// The file's name.
        name: String,
        /// The mirrors' addresses and faults.
        attempts: Vec<String>,
    },
}

impl DataError {
    pub(super) fn format(path: &Path, what: impl Into<String>) -> Self {
        Self::Format { path: path.to_owned(), what: what.into() }
    }

    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_owned(), source }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { path, source } => write!(f, "{}: cannot be read: {source}", path.display()),
            Self::Format { path, what } => write!(f, "{}: {what}", path.display()),
            Self::Missing { directory, names, below } => missing(directory, names, below, f),
            Self::OtherVersion { directory, names, below, found, what } => {
                missing(directory, names, below, f)?;
                let found = found.strip_prefix(directory).unwrap_or(found);
                write!(f, "; `{}` is {what}", found.display())
            }
            Self::Counts { images, image_count, labels, label_count } => {
                let (images, labels) = (images.display(), labels.display());
                write!(
                    f,
                    "{images} has {image_count} images, but {labels} has {label_count} labels: they are not of the same \
                     data set"
                )?;
                match (image_count, label_count) {
                    (60_000, 10_000) | (10_000, 60_000) => {
                        f.write_str("; MNIST has 60000 samples to train with and 10000 to test with")
                    }
                    _ => Ok(()),
                }
            }
            Self::Label { path, index, label, classes } => {
                write!(f, "{}: label {index} is {label}, but labels are from 0 to {}", path.display(), classes - 1)
            }
            Self::Download { name, attempts } => {
                write!(f, "{name} could not be downloaded: {}", attempts.join("; "))
            }
        }
    }
}

fn missing(directory: &Path, names: &[String], below: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let neither = if names.len() == 1 { "no" } else { "neither" };
    let (directory, names) = (directory.display(), names.join(" nor "));
    write!(f, "{directory}: there is {neither} {names}, plain or .gz, here or in {below}")
}

impl std::error::Error for DataError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            _ => None,
        }
    }
}
