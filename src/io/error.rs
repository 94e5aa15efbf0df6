//! What can be wrong with a file.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// A file that cannot be read, written or used. Printed, it names the file and everything that is wrong with it, a line
/// for each tensor.
#[derive(Debug)]
pub struct Error {
    path: Option<PathBuf>,
    kind: ErrorKind,
    hint: Option<Box<Hint>>,
}

/// The way out.
#[derive(Debug)]
enum Hint {
    /// Most tensors fit once what they lie in is renamed.
    Rename { from: String, to: String },
    /// The file is whole, though it cannot be gone on from.
    Whole,
    /// A checkpoint that is older than the last one, which may be broken.
    Older { path: PathBuf, broken: bool },
}

/// What is wrong.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The system could not read the file.
    Read(io::Error),
    /// The system could not write the file. The one that was there before is as it was.
    Write(io::Error),
    /// It is not a safetensors file, or one that is cut off or damaged.
    Malformed(String),
    /// Its tensors are not those of the net: all that differs.
    Tensors {
        /// The name of the net's type.
        net: &'static str,
        /// What differs.
        misfits: Vec<Misfit>,
    },
    /// It is not a checkpoint, or one that is damaged.
    Checkpoint(String),
    /// A checkpoint of other training: all that differs.
    Training(Vec<Difference>),
}

/// A tensor that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// The net has a tensor that the file lacks.
    Missing {
        /// Its key.
        key: String,
        /// Its shape.
        expected: Vec<usize>,
        /// Tensors of the file without a place in the net whose names are nearly its key, the nearest first.
        near: Vec<String>,
    },
    /// The file has a tensor that the net lacks.
    Unexpected {
        /// Its name in the file.
        name: String,
        /// Its shape.
        found: Vec<usize>,
    },
    /// The file has still more tensors that the net lacks.
    More {
        /// How many.
        count: usize,
    },
    /// A tensor has another shape.
    Shape {
        /// Its name in the file.
        name: String,
        /// Its shape in the file.
        found: Vec<usize>,
        /// Its shape in the net.
        expected: Vec<usize>,
    },
    /// A tensor is of a type that cannot be loaded.
    Dtype {
        /// Its name in the file.
        name: String,
        /// Its type.
        found: String,
    },
    /// Several tensors of the file are renamed to the same key.
    Ambiguous {
        /// The key.
        key: String,
        /// Their names in the file.
        names: Vec<String>,
    },
    /// Slopes that are tied in the net differ in the file.
    Untied {
        /// The key in the net.
        key: String,
        /// The names in the file.
        names: Vec<String>,
    },
    /// A name that was to be renamed is not in the file.
    Unused {
        /// The name.
        rename: String,
    },
}

/// How the training that a checkpoint was made in differs from that which should go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs, such as the batch size.
    pub what: &'static str,
    /// As the checkpoint has it.
    pub found: String,
    /// As the trainer has it.
    pub expected: String,
}

impl Error {
    /// What is wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The tensors that do not fit; none where something else is wrong.
    pub fn misfits(&self) -> &[Misfit] {
        match &self.kind {
            ErrorKind::Tensors { misfits, .. } => misfits,
            _ => &[],
        }
    }

    /// The names `(from, to)` with which [`Loader::rename`](super::Loader::rename) makes most of the file's tensors the
    /// net's, where there is one such pair: a file of PyTorch's `DataParallel` has `module.` before all names.
    pub fn rename(&self) -> Option<(&str, &str)> {
        match self.hint.as_deref() {
            Some(Hint::Rename { from, to }) => Some((from, to)),
            _ => None,
        }
    }

    pub(crate) fn at(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// Adds a renaming that makes most tensors fit.
    pub(super) fn with_rename(mut self, (from, to): (&str, &str)) -> Self {
        self.hint = Some(Box::new(Hint::Rename { from: from.to_owned(), to: to.to_owned() }));
        self
    }

    /// Says that the file is whole: nothing is gained by removing it.
    #[cold]
    pub(crate) fn whole(mut self) -> Self {
        self.hint = Some(Box::new(Hint::Whole));
        self
    }

    /// Adds an older checkpoint to go on from.
    #[cold]
    pub(crate) fn with_older(mut self, path: PathBuf) -> Self {
        let broken = !matches!(self.hint.as_deref(), Some(Hint::Whole));
        self.hint = Some(Box::new(Hint::Older { path, broken }));
        self
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self { path: None, kind, hint: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(path) = &self.path {
            write!(f, "{}: ", path.display())?;
        }
        match &self.kind {
            ErrorKind::Read(source) => write!(f, "cannot be read: {source}"),
            ErrorKind::Write(source) => write!(f, "cannot be written: {source}; what was there before is as it was"),
            ErrorKind::Malformed(what) => write!(f, "is not a whole safetensors file: {what}"),
            ErrorKind::Tensors { net, misfits } => {
                let tensors =
                    if misfits.len() == 1 { "1 tensor does" } else { &format!("{} tensors do", misfits.len()) };
                write!(f, "{tensors} not fit `{net}`")?;
                if let Some((from, to)) = self.rename() {
                    write!(f, "; `Loader::new().rename({from:?}, {to:?})` makes most fit")?;
                }
                misfits.iter().try_for_each(|misfit| write!(f, "\n  {misfit}"))
            }
            ErrorKind::Checkpoint(what) => write!(f, "is not a checkpoint to go on from: {what}"),
            ErrorKind::Training(differences) => {
                f.write_str("is a checkpoint of other training")?;
                differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
            }
        }?;
        match self.hint.as_deref() {
            Some(Hint::Older { path, broken }) => {
                write!(f, "\n  help: {} is older: go on from it with `Trainer::resume`", path.display())?;
                if *broken { f.write_str(", or remove the file that is broken") } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::Missing { key, expected, near } => {
                write!(f, "missing: `{key}` {expected:?}")?;
                if near.is_empty() { Ok(()) } else { write!(f, "; is it {}? Then rename it", list(near)) }
            }
            Self::Unexpected { name, found } => write!(f, "unexpected: `{name}` {found:?}"),
            Self::More { count } => write!(f, "unexpected: {count} more"),
            Self::Shape { name, found, expected } => {
                write!(f, "misshapen: `{name}` is {found:?}, but should be {expected:?}")
            }
            Self::Dtype { name, found } => {
                write!(f, "of another type: `{name}` is {found}, but should be F32, F16 or BF16")
            }
            Self::Ambiguous { key, names } => write!(f, "ambiguous: {} are all taken for `{key}`", list(names)),
            Self::Untied { key, names } => {
                write!(f, "not tied: {} differ, but are one tensor of the net, `{key}`", list(names))
            }
            Self::Unused { rename } => write!(f, "nothing to rename: `{rename}` is not in the file"),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: it has {}, the trainer {}", self.what, self.found, self.expected)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            ErrorKind::Read(source) | ErrorKind::Write(source) => Some(source),
            _ => None,
        }
    }
}
