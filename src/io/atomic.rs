//! Files that are replaced whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What the names of temporary files end with.
const SUFFIX: &str = ".prelu.tmp";

/// More links than this, one leading to the next, are a circle: Linux allows as many.
const MAX_LINKS: usize = 40;

/// Replaces a file, or makes it: whoever reads the path finds the old file or the new one, whatever crashes meanwhile. On
/// an error the old one is as it was.
///
/// The new file is written beside the old one under another name, synced, and renamed; then the directory is synced. What
/// processes that were killed have left there under such names is removed.
///
/// A link stays one: what it leads to is replaced, or made where it is not there yet. A file that may not be written is not
/// replaced, though its directory would allow it.
pub(super) fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = follow(path)?;
    let Some(name) = target.file_name() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the path does not end in a file's name"));
    };
    let directory = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let old = fs::metadata(&target).ok();
    if let Some(old) = &old {
        may_be_replaced(&target, old)?;
    }
    let stem = format!(".{}.", name.to_string_lossy());
    remove_left(directory);
    let temporary = Temporary::new(directory, &stem)?;
    if let Some(old) = old {
        // Who may read the old file may read the new one; where that cannot be said, it has the rights of a new file.
        let _ = temporary.file.set_permissions(old.permissions());
    }
    let mut writer = BufWriter::new(&temporary.file);
    write(&mut writer)?;
    writer.flush()?;
    drop(writer);
    temporary.file.sync_all()?;
    temporary.rename(&target)?;
    sync(directory)
}

/// The path that links lead to, whether there is something or not.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        if !target.is_symlink() {
            return Ok(target);
        }
        let next = fs::read_link(&target)?;
        // A relative one begins where the link is; an absolute one replaces all of the path.
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "the path is a link that leads back to itself"))
}

/// Whether what is at a path is a file that its permissions allow to write.
fn may_be_replaced(path: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    // A device, a pipe or a socket, which a file must not take the place of.
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    // To some users permissions are no obstacle: the file says that it should stay as it is.
    if metadata.permissions().readonly() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only; make it writable or name another",
        ));
    }
    // Nothing is written; others than its owner may have no right to.
    File::options().append(true).open(path).map(drop)
}

/// A file under a name of its own, which is removed unless it is renamed. It is locked as long as it is written, so that
/// those of processes that are gone can be told.
struct Temporary {
    file: File,
    path: PathBuf,
}

impl Temporary {
    fn new(directory: &Path, stem: &str) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        loop {
            let count = COUNT.fetch_add(1, Ordering::Relaxed);
            let path = directory.join(format!("{stem}{}-{count}{SUFFIX}", std::process::id()));
            match File::create_new(&path) {
                Ok(file) => {
                    let temporary = Self { file, path };
                    // Before it was locked, another process may have taken it for one that was left. File systems without
                    // locks leave nothing to tell by, and nothing is removed there.
                    let taken = matches!(temporary.file.try_lock(), Err(fs::TryLockError::WouldBlock));
                    if !taken && temporary.path.exists() {
                        return Ok(temporary);
                    }
                }
                // Left by a process of the same number.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn rename(mut self, to: &Path) -> io::Result<()> {
        fs::rename(&self.path, to)?;
        self.path = PathBuf::new();
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes temporary files that no process writes. What cannot be removed does no harm.
fn remove_left(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with('.') && name.ends_with(SUFFIX));
        let Some(file) = ours.then(|| File::open(entry.path()).ok()).flatten() else { continue };
        // The lock is held until it is removed.
        if file.try_lock().is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Makes names in a directory last, where the system has a way to.
fn sync(directory: &Path) -> io::Result<()> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    match File::open(directory).and_then(|directory| directory.sync_all()) {
        // Some file systems do it by themselves and know no call for it; and a directory may be one to write but not to read.
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}
