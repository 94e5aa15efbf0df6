//! Files of data: where they are looked for, and reading them, plain or gzipped.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::DataError;

/// The first two bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file that is read from its start. A gzipped one is known by its content, whatever its name is.
pub(super) struct DataFile<'a> {
    path: &'a Path,
    content: Box<dyn Read>,
    gzipped: bool,
}

impl<'a> DataFile<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, DataError> {
        let unreadable = |source| DataError::unreadable(path, source);
        let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
        let gzipped = file.fill_buf().map_err(unreadable)?.starts_with(&GZIP);
        let content: Box<dyn Read> = if gzipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        Ok(Self { path, content, gzipped })
    }

    /// The next bytes, `count` unless the file ends before. Memory grows with what is really there, whatever a header
    /// claims.
    pub(super) fn read_up_to(&mut self, count: usize) -> Result<Vec<u8>, DataError> {
        let mut bytes = Vec::new();
        match self.content.by_ref().take(count as u64).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            // What a decoder reports, a plain file's reader would not: damage, or an end in the middle.
            Err(source) if self.gzipped => Err(DataError::format(
                self.path,
                format!("the gzip stream is damaged or cut short ({source}): the file must be fetched again"),
            )),
            Err(source) => Err(DataError::unreadable(self.path, source)),
        }
    }
}

/// The file of a directory, or of the directory `below` in it, that has one of the names, plain or with `.gz`.
pub(super) fn locate(directory: &Path, below: &'static str, names: &[&str]) -> Result<PathBuf, DataError> {
    // An unreadable directory is told from one without the file.
    std::fs::read_dir(directory).map_err(|source| DataError::unreadable(directory, source))?;
    for place in [directory.to_owned(), directory.join(below)] {
        for name in names {
            for path in [place.join(name), place.join(format!("{name}.gz"))] {
                match path.try_exists() {
                    Ok(true) => return Ok(path),
                    // A file that cannot be looked for is not one that is missing.
                    Err(source) if source.kind() == ErrorKind::PermissionDenied => {
                        return Err(DataError::unreadable(&path, source));
                    }
                    Ok(false) | Err(_) => {}
                }
            }
        }
    }
    let names = names.iter().map(|&name| name.to_owned()).collect();
    Err(DataError::Missing { directory: directory.to_owned(), names, below })
}

/// The directory of a data set in the user's cache.
pub(super) fn cache_directory(name: &str) -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("LOCALAPPDATA"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir);
    cache.join("prelu").join(name)
}
