//! The idx format of MNIST: a magic number, the sizes as big-endian 32-bit numbers, then the elements; plain or gzipped.

use std::path::Path;

use super::DataError;
use super::files::{DataFile, recognize};

/// An idx file of bytes: its sizes, and its elements with the last size running fastest.
#[derive(Debug, PartialEq, Eq)]
pub struct Idx {
    /// The sizes.
    pub sizes: Vec<usize>,
    /// The elements.
    pub elements: Vec<u8>,
}

/// The third byte of the magic number, for unsigned bytes.
const UNSIGNED_BYTE: u8 = 0x08;

impl Idx {
    /// Reads an idx file of unsigned bytes with this many dimensions. A gzipped one is known by its content.
    ///
    /// # Errors
    /// The file cannot be read, is not idx, has other dimensions, is cut short, or goes on after its end.
    pub fn read(path: &Path, dimensions: usize) -> Result<Self, DataError> {
        let wrong = |what: String| DataError::format(path, what);
        let mut file = DataFile::open(path)?;
        let header_len = 4 + 4 * dimensions;
        let header = file.read_up_to(header_len)?;
        let no_header = || {
            let len = header.len();
            wrong(format!("cut short: the header of such a file has {header_len} bytes, and this file only {len}"))
        };
        let word = |i: usize| header.get(4 * i..4 * i + 4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]));
        let magic = u32::from(UNSIGNED_BYTE) << 8 | dimensions as u32;
        match word(0) {
            None => return Err(no_header()),
            Some(found) if found != magic => {
                // Its number tells an idx file of another type or other sizes.
                let is_idx = matches!(found >> 8, 0x08 | 0x09 | 0x0b..=0x0e);
                let otherwise = "data are read from idx files, plain or gzipped";
                let kind = if is_idx { None } else { recognize(path, otherwise) };
                if let Some(kind) = kind {
                    return Err(wrong(format!("is not an idx file: {kind}")));
                }
                return Err(wrong(format!(
                    "wrong magic number {found:#010x}: {magic:#010x} is that of an idx file of bytes with {dimensions} dimension{}",
                    if dimensions == 1 { "" } else { "s" }
                )));
            }
            Some(_) => {}
        }
        let sizes: Option<Vec<usize>> = (1..=dimensions).map(|i| word(i).map(|n| n as usize)).collect();
        let sizes = sizes.ok_or_else(no_header)?;
        let count = sizes
            .iter()
            .try_fold(1usize, |n, &size| n.checked_mul(size))
            .filter(|&n| n < isize::MAX as usize)
            .ok_or_else(|| wrong(format!("the header claims {sizes:?} elements, more than memory can hold")))?;
        let elements = file.read_up_to(count)?;
        if elements.len() < count {
            return Err(wrong(format!(
                "cut short: the header claims {sizes:?}, which is {count} bytes, but only {} follow",
                elements.len()
            )));
        }
        if !file.read_up_to(1)?.is_empty() {
            return Err(wrong(format!("goes on after the {count} bytes that its header claims")));
        }
        Ok(Self { sizes, elements })
    }
}
