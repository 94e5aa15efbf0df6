//! Files for tests of readers.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use flate2::Compression;
use flate2::write::GzEncoder;

/// A directory of a test's own, gone when the test ends, however it ends.
pub struct Directory(pub PathBuf);

impl Directory {
    /// The directory of a test of this name, which no other test of the program may have.
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("prelu-data-{}-{test}", std::process::id()));
        // A process of the same number may have been killed before it could clean up.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Writes a file, and the directories to it.
    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A gzip file of these bytes.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    gzip_at(Compression::default(), bytes)
}

/// A gzip file of these bytes, with a level of compression.
pub fn gzip_at(level: Compression, bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A message is a file's path, then a colon, then what is wrong.
#[track_caller]
pub fn assert_says(message: &str, path: &Path, what: &str) {
    assert_eq!(message, format!("{}: {what}", path.display()));
}
