//! Files of data: where they are looked for, and reading them, plain or gzipped.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::DataError;
use crate::runtime::foreign::{FileKind, HEAD, TAIL};

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
        if path.is_dir() {
            return Err(folder(path));
        }
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

/// A folder in place of a file.
fn folder(path: &Path) -> DataError {
    DataError::unreadable(path, io::Error::new(ErrorKind::IsADirectory, "it is a folder, not a file"))
}

/// Says what a file is, unpacked if it is gzipped, that is not one of the data set, if that can be told. `otherwise` says
/// where the data set is read from.
#[cold]
pub(super) fn recognize(path: &Path, otherwise: &'static str) -> Option<String> {
    let mut file = DataFile::open(path).ok()?;
    let head = file.read_up_to(HEAD).ok()?;
    // The end of what is packed would take to unpack all.
    let tail = if file.gzipped { Vec::new() } else { end_of(path).unwrap_or_default() };
    let kind = FileKind::of(&head, &tail)?;
    Some(format!("it is {}; {}", kind.name, kind.fix_for_data(otherwise)))
}

/// The last bytes of a file.
fn end_of(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut tail) = (File::open(path)?, Vec::new());
    let length = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL as u64)))?;
    file.take(TAIL as u64).read_to_end(&mut tail)?;
    Ok(tail)
}

/// The files of a data set: where they lie, and by which signs other versions of it are known.
pub(super) struct Layout {
    /// The directory below the one that is named where they are looked for as well.
    pub(super) below: &'static str,
    /// Names of other versions, or ends of names where they begin with `*`, and what they are, with what to do. The first that
    /// is there is told: those that say little of the data set come last.
    pub(super) others: &'static [(&'static str, &'static str)],
}

/// The words for an archive that was not unpacked.
pub(super) const PACKED: &str = "an archive: unpack it there";
/// The same for an archive whose name says nothing of the data set.
pub(super) const MAYBE_PACKED: &str = "an archive: unpack it there if it is the data set";

impl Layout {
    /// The file that has one of the names, plain or with `.gz`, in a directory or below; it may also lie in a folder of such
    /// a name, as some programs unpack it. A folder is not a file, and hides none.
    pub(super) fn locate(&self, directory: &Path, names: &[&str]) -> Result<PathBuf, DataError> {
        if directory.is_file() {
            let file =
                io::Error::new(ErrorKind::NotADirectory, "it is a file, not the folder with the data set's files");
            return Err(DataError::unreadable(directory, file));
        }
        // An unreadable directory is told from one without the file.
        fs::read_dir(directory).map_err(|source| DataError::unreadable(directory, source))?;
        let names: Vec<String> = names.iter().flat_map(|&name| [name.to_owned(), format!("{name}.gz")]).collect();
        let mut folders = Vec::new();
        for place in [directory.to_owned(), directory.join(self.below)] {
            let first = folders.len();
            for name in &names {
                let path = place.join(name);
                match is_folder(&path)? {
                    Some(false) => return Ok(path),
                    Some(true) => folders.push(path),
                    None => {}
                }
            }
            for path in folders[first..].iter().flat_map(|folder| names.iter().map(|name| folder.join(name))) {
                if is_folder(&path)? == Some(false) {
                    return Ok(path);
                }
            }
        }
        if let Some(path) = folders.first() {
            return Err(folder(path));
        }
        let names = names.into_iter().step_by(2).collect();
        let (directory, below) = (directory.to_owned(), self.below);
        Err(match self.other(&directory) {
            Some((found, what)) => DataError::OtherVersion { directory, names, below, found, what },
            None => DataError::Missing { directory, names, below },
        })
    }

    /// Another version of the data set that is there, and what it is.
    #[cold]
    fn other(&self, directory: &Path) -> Option<(PathBuf, &'static str)> {
        /// More entries are not looked at.
        const MOST: usize = 10_000;
        let entries = |place: &Path| fs::read_dir(place).into_iter().flatten().flatten().take(MOST);
        let below = directory.join(self.below);
        let entries = entries(directory).chain(entries(&below));
        let mut entries: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        entries.sort_unstable();
        let is = |path: &Path, sign: &str| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
            sign.strip_prefix('*').map_or(name == sign, |end| name.ends_with(end))
        };
        let mut found = self
            .others
            .iter()
            .filter_map(|&(sign, what)| entries.iter().find(|path| is(path, sign)).map(|path| (path.clone(), what)));
        found.next()
    }
}

/// Whether there is a folder or another thing; `None` where there is nothing.
fn is_folder(path: &Path) -> Result<Option<bool>, DataError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.is_dir())),
        // A file that cannot be looked for is not one that is missing.
        Err(source) if source.kind() == ErrorKind::PermissionDenied => Err(DataError::unreadable(path, source)),
        Err(_) => Ok(None),
    }
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
