//! Files: weights as [safetensors](https://huggingface.co/docs/safetensors), with the keys and layouts of PyTorch's state
//! dicts.
//!
//! A net has methods for it: `net.save(path)` and `Net::load(path)`, `net.to_safetensors()` and
//! `Net::from_safetensors(&bytes)`. For a net that is a type parameter there are the functions here; and a [`Loader`] for
//! files with other names, with more tensors or with fewer. Checkpoints of training, which are such files too, are
//! [`Trainer::save`](crate::Trainer::save)'s.
//!
//! **Written** is `f32`, bit for bit, every tensor under its key, in the order of the net's memory: what follows the header
//! is [`floats`](crate::Parameters::floats). A file appears whole or not at all: it is written to a temporary file in the
//! same directory, synced and renamed, and the directory is synced.
//!
//! **Read** are `F32`, `F16` and `BF16`, which an `f32` holds exactly. A file must have every tensor of the net with its
//! shape, and no other, except what PyTorch's state dicts have beyond a net's: `num_batches_tracked` of batch norms, which
//! nothing depends on, is passed over; and tied slopes may be there under the key of each of their layers, if they are
//! equal. All that does not fit is one [`Error`]. A malformed file is an error too, never a panic, and no number in a file
//! makes more be allocated than the file is long; numbers that are not finite are weights as others are. A file of another
//! kind, such as a PyTorch pickle, a Git LFS pointer or a web page, is named in the error, with the way to get weights from
//! it; where a prefix of all names is what differs, the error has the [`rename`](Loader::rename) that takes it off.
//!
//! **Whole nets** go out as ONNX files, `net.to_onnx()` ([`onnx`]), and as the source of PyTorch modules,
//! `Net::pytorch_source()` ([`pytorch`]).

mod archive;
mod atomic;
mod error;
mod layers;
mod loader;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod pytorch;

#[doc(hidden)]
pub use std::path::Path;

pub(crate) use self::archive::{Archive, Builder, Data, open};
pub use self::error::{Difference, Error, ErrorKind, Misfit};
pub(crate) use self::loader::STATE;
pub use self::loader::{Loaded, Loader};
use crate::Network;

/// Writes a net to a file, which is replaced whole or not at all. A link stays one: the file that it leads to is replaced, or
/// made.
///
/// # Errors
/// The system cannot write it: the disk is full, the directory is missing or may not be written. The file is read-only, or a
/// folder. It is as it was then.
pub fn save<N: Network>(net: &N, path: impl AsRef<Path>) -> Result<(), Error> {
    write(path.as_ref(), &weights(net))
}

/// Reads a net from a file.
///
/// # Errors
/// The system cannot read it; it is malformed; or its tensors are not those of the net, with all that differ.
pub fn load<N: Network>(path: impl AsRef<Path>) -> Result<Box<N>, Error> {
    let mut net = N::zeroed_box();
    Loader::new().load(&mut *net, path).map(|_| net)
}

/// A net as a file in memory.
pub fn to_safetensors<N: Network>(net: &N) -> Vec<u8> {
    weights(net).to_bytes()
}

/// Reads a net from a file in memory.
///
/// # Errors
/// It is malformed, or its tensors are not those of the net, with all that differ.
pub fn from_safetensors<N: Network>(bytes: &[u8]) -> Result<Box<N>, Error> {
    let mut net = N::zeroed_box();
    Loader::new().read(&mut *net, bytes).map(|_| net)
}

/// A file of a net.
pub(crate) fn weights<N: Network>(net: &N) -> Builder<'_> {
    let mut file = Builder::default();
    // What other programs take for the sign of PyTorch's layouts.
    file.metadata("format", "pt");
    let mut tensors: Vec<_> = loader::tensors(N::SUMMARY).into_values().collect();
    tensors.sort_by_key(|tensor| tensor.offset);
    for tensor in tensors {
        let floats = &net.floats()[tensor.offset..tensor.offset + tensor.len];
        file.tensor(tensor.key, tensor.shape, Data::F32(floats));
    }
    file
}

/// Writes a file, which is replaced whole or not at all.
pub(crate) fn write(path: &Path, file: &Builder<'_>) -> Result<(), Error> {
    atomic::replace(path, |to| file.write(to)).map_err(|error| Error::from(ErrorKind::Write(error)).at(path))
}
