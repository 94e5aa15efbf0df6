//! `#[weights("digits.safetensors")]`: the file's tensors are those of the net, or it does not compile.

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use prelu_runtime::foreign::{self, FileKind};
use prelu_runtime::half::{from_bf16, from_f16};
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors};

use crate::check::{Checked, Graph};
use crate::diagnostics::{Diagnostics, guess, nearest};
use crate::layers::{Parameters, Tensor};
use crate::syntax::{Declaration, word};

/// The most tensors that one message lists.
const MOST: usize = 20;

/// A file that fits the net: where each tensor is.
pub(crate) struct Weights(BTreeMap<String, Place>);

/// Where a tensor's numbers are.
pub(crate) enum Place {
    /// In the file, from this byte on.
    File(usize),
    /// Here, widened to 32 bits and little-endian: the compiler's interpreter would take half a minute for a million.
    Here(Vec<u8>),
}

impl Weights {
    /// Where a tensor of a layer is.
    pub(crate) fn place(&self, layer: &Checked, tensor: &Tensor) -> Option<&Place> {
        self.0.get(&key(layer, tensor.name))
    }
}

/// Reads the file of a declaration that names one, and reports all that differs from the net.
pub(crate) fn read(declaration: &Declaration, graph: &Graph, diagnostics: &mut Diagnostics) -> Option<Weights> {
    let file = declaration.weights.as_ref()?;
    let result = bytes(&file.value()).and_then(|bytes| fit(&bytes, &word(&declaration.name), graph));
    match result {
        Ok(weights) => Some(weights),
        Err(what) => {
            diagnostics.error(file.span(), format!("`{}`: {what}", file.value()));
            None
        }
    }
}

fn bytes(path: &str) -> Result<Vec<u8>, String> {
    let folder = env::var_os("CARGO_MANIFEST_DIR").ok_or("`CARGO_MANIFEST_DIR`, which Cargo sets, says where it is")?;
    // The message has no whole path: it would be another on every machine.
    let missing = "help: its path begins where the package's Cargo.toml is, or is absolute";
    let path = Path::new(&folder).join(path);
    if path.is_dir() {
        return Err("cannot be read: it is a folder, not a file".to_owned());
    }
    fs::read(path).map_err(|error| format!("cannot be read: {error}\n{missing}"))
}

/// Says what is wrong with a file whose header cannot be read, in the words of `prelu::io`.
fn malformed(bytes: &[u8], error: &SafeTensorError) -> String {
    let head = &bytes[..bytes.len().min(foreign::HEAD)];
    let tail = &bytes[bytes.len().saturating_sub(foreign::TAIL)..];
    let again = "copy or download it again";
    let what = match (FileKind::of(head, tail), error) {
        _ if bytes.is_empty() => format!("it is empty; {again}"),
        _ if foreign::ends_in_header(head, bytes.len() as u64) => {
            format!("it ends after {} bytes, within its header; {again}", bytes.len())
        }
        (Some(kind), _) if !foreign::is_safetensors(head) => format!("it is {}; {}", kind.name, kind.fix_for_weights()),
        (_, SafeTensorError::MetadataIncompleteBuffer) => {
            format!("its tensors end before the file does, or the file before them; {again}")
        }
        _ => error.to_string(),
    };
    format!("is not a whole safetensors file: {what}")
}

fn key(layer: &Checked, name: &str) -> String {
    format!("{}.{name}", layer.path)
}

/// Numbers of 16 bits as those of 32.
fn widen(numbers: &[u8], from: fn(u16) -> f32) -> Vec<u8> {
    numbers.chunks_exact(2).flat_map(|x| from(u16::from_le_bytes([x[0], x[1]])).to_le_bytes()).collect()
}

/// Finds every tensor of the net, or says what differs.
fn fit(bytes: &[u8], net: &str, graph: &Graph) -> Result<Weights, String> {
    let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| malformed(bytes, &error))?;
    let data = &bytes[8 + header..];
    if metadata.data_len() != data.len() {
        let expected = metadata.data_len();
        return Err(format!(
            "is not a whole safetensors file: its header is of {expected} bytes, and {} follow",
            data.len()
        ));
    }
    let mut left: BTreeMap<_, _> = metadata.tensors().into_iter().collect();
    let names: Vec<String> = left.keys().cloned().collect();
    let (mut places, mut misfits, mut missing) = (BTreeMap::new(), Vec::new(), Vec::new());
    for layer in &graph.layers {
        for tensor in layer.parameters.as_ref().map_or(&[][..], Parameters::tensors) {
            let key = key(layer, tensor.name);
            let Some(found) = left.remove(&key) else {
                missing.push((key, &tensor.shape));
                continue;
            };
            if found.shape != tensor.shape {
                misfits.push(format!("misshapen: `{key}` is {:?}, but should be {:?}", found.shape, tensor.shape));
            }
            let (start, end) = found.data_offsets;
            let place = match found.dtype {
                Dtype::F32 => Place::File(8 + header + start),
                Dtype::F16 => Place::Here(widen(&data[start..end], from_f16)),
                Dtype::BF16 => Place::Here(widen(&data[start..end], from_bf16)),
                dtype => {
                    misfits.push(format!("of another type: `{key}` is {dtype}, but should be F32, F16 or BF16"));
                    continue;
                }
            };
            places.insert(key, place);
        }
    }
    // What a state dict of PyTorch has beyond the net: tied slopes under the key of each layer, and counts of batches.
    for layer in &graph.layers {
        if let Some(Parameters::Tied(owner)) = &layer.parameters {
            let key = key(layer, "weight");
            let (Some(tied), Some(own)) = (left.remove(&key), metadata.info(&format!("{owner}.weight"))) else {
                continue;
            };
            let numbers = |info: &safetensors::tensor::TensorInfo| &data[info.data_offsets.0..info.data_offsets.1];
            if (tied.dtype, numbers(tied)) != (own.dtype, numbers(own)) {
                misfits.push(format!("not tied: `{owner}.weight`, `{key}` differ, but are one tensor of the net"));
            }
        }
        let normed = |tensor: &Tensor| tensor.name == "running_mean";
        if layer.parameters.iter().flat_map(Parameters::tensors).any(normed) {
            left.remove(&key(layer, "num_batches_tracked"));
        }
    }
    for (key, shape) in missing {
        let guess = guess(nearest(&key, left.keys().map(String::as_str)));
        misfits.push(format!("missing: `{key}` {shape:?}{guess}"));
    }
    misfits.extend(left.iter().map(|(name, info)| format!("unexpected: `{name}` {:?}", info.shape)));
    if misfits.is_empty() {
        return Ok(Weights(places));
    }
    let count = misfits.len();
    if count > MOST {
        misfits.truncate(MOST);
        misfits.push(format!("and {} more", count - MOST));
    }
    let tensors = if count == 1 { "1 tensor does" } else { &format!("{count} tensors do") };
    misfits.extend(renaming(&names, graph));
    Err(format!("{tensors} not fit `{net}`\n  {}", misfits.join("\n  ")))
}

/// The advice where most tensors would fit if a prefix of their names were another.
fn renaming(names: &[String], graph: &Graph) -> Option<String> {
    let tensors = |layer: &Checked| {
        let tensors = layer.parameters.as_ref().map_or(&[][..], Parameters::tensors).iter();
        tensors.map(|tensor| key(layer, tensor.name)).collect::<Vec<_>>()
    };
    let mut keys: Vec<String> = graph.layers.iter().flat_map(tensors).collect();
    keys.sort_unstable();
    let [names, keys] = [names, &keys].map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
    let (from, to) = foreign::renaming(&names, &keys)?;
    Some(format!(
        "help: `prelu::io::Loader::new().rename({from:?}, {to:?})` makes most fit: load the file with it, save the net, and \
         name that file here"
    ))
}
