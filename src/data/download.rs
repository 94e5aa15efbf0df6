//! MNIST from the internet, to the cache directory.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use md5::{Digest, Md5};

use super::DataError;
use crate::runtime::foreign::{FileKind, HEAD};

/// Where the files are kept; tried in turn.
const MIRRORS: [&str; 2] =
    ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"];

/// The files and the published MD5 of each.
const SUMS: [(&str, &str); 4] = [
    ("train-images-idx3-ubyte", "f68b3c2dcbeaaa9fbdd348bbdeb94873"),
    ("train-labels-idx1-ubyte", "d53e105ee54ea40749a09fcbcd1e9432"),
    ("t10k-images-idx3-ubyte", "9fb629c4189551a2d022fa330f9573f3"),
    ("t10k-labels-idx1-ubyte", "ec29112dd5afa0611ce80d1b7f02629c"),
];

/// More than any of the files has, in bytes.
const LARGEST: u64 = 32 << 20;

/// Sees to it that the cache has a file: fetches it, unless it is there.
pub(super) fn ensure(cache: &Path, name: &str) -> Result<(), DataError> {
    let file = format!("{name}.gz");
    let path = cache.join(&file);
    if path.is_file() {
        return Ok(());
    }
    let sum = SUMS.iter().find(|(known, _)| *known == name).map_or("", |(_, sum)| sum);
    let mut attempts = Vec::new();
    for mirror in MIRRORS {
        match fetch(&format!("{mirror}{file}"), sum) {
            Ok(bytes) => return store(cache, &path, &bytes),
            Err(fault) => attempts.push(format!("{mirror}: {fault}")),
        }
    }
    Err(DataError::Download { name: file, attempts })
}

fn fetch(address: &str, sum: &str) -> Result<Vec<u8>, String> {
    // A machine without a network should not have to wait for long.
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_resolve(Some(Duration::from_secs(3)))
        .timeout_connect(Some(Duration::from_secs(4)))
        .timeout_recv_response(Some(Duration::from_secs(10)))
        .timeout_recv_body(Some(Duration::from_secs(120)))
        .build()
        .into();
    let mut response = agent.get(address).call().map_err(|error| error.to_string())?;
    let bytes = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| error.to_string())?;
    let found: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if found == sum {
        return Ok(bytes);
    }
    let kind = FileKind::of(&bytes[..bytes.len().min(HEAD)], &[]);
    let kind = kind.map(|kind| format!(" and is {}", kind.name)).unwrap_or_default();
    Err(format!("the download has MD5 {found}{kind}, not {sum}"))
}

/// Writes beside the file's place and then renames, so that the file is whole or not there.
fn store(cache: &Path, path: &Path, bytes: &[u8]) -> Result<(), DataError> {
    let partial = path.with_extension(format!("{}.part", std::process::id()));
    let write = || {
        std::fs::create_dir_all(cache)?;
        let mut file = std::fs::File::create(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(|source| {
        let _ = std::fs::remove_file(&partial);
        DataError::unreadable(path, source)
    })
}
