//! A net as an [ONNX](https://onnx.ai) file, with its weights: what `net.to_onnx()` gives, or an [`Exporter`] for programs that
//! read older files only.
//!
//! A file is of the lowest operator set that has the operators of the net's layers, from 9 (ONNX 1.4) to 20 (ONNX 1.15), and of
//! the IR version that came with that set; it uses no operators but ONNX's own. Sets 7 and 8 may be asked for: their weights
//! are inputs of the graph too, as IR version 3 wants. The input is named
//! `input`, `[N, channels, …]`, the output `output`, both `f32`; the batch's size `N` is open. Values and nodes have the keys
//! of the layers that they are of, and initializers those of a state dict, all parameters and running statistics: their
//! floats are the net's, bit by bit. A layer's last node has the layer's key and, as its documentation, the declaration.
//!
//! | layer | operators | from set | in older sets |
//! |---|---|---|---|
//! | `conv`, `conv_transpose` | Conv, ConvTranspose; `padding = same` as numbers, before and behind | 9 | |
//! | `linear` | Gemm, behind Flatten where its input is no row of features | 9; 11 with `bias = false` | a bias of 0 |
//! | `maxout` | Gemm or Conv, Reshape, ReduceMax | 9; 11 if dense with `bias = false` | a bias of 0 |
//! | `prelu` | PRelu; slopes of channels are `[C, 1, 1]`, tied ones the same initializer | 9 | |
//! | `relu`, `leaky_relu`, `elu`, `selu`, `softplus`, `tanh`, `sigmoid`, `identity` | Relu, LeakyRelu, Elu, Selu, Softplus, Tanh, Sigmoid, Identity | 9 | |
//! | `gelu` | Gelu | 20 | Div, Erf, Add, Mul, Mul |
//! | `hard_swish` | HardSwish | 14 | HardSigmoid, Mul |
//! | `relu6`, `silu` | Clip; Sigmoid and Mul | 9 | |
//! | `max_pool`, `avg_pool` | MaxPool, AveragePool, which counts the padding | 9 | |
//! | `global_avg_pool`, `global_max_pool` | GlobalAveragePool, GlobalMaxPool, each before Flatten | 9 | |
//! | `upsample` | Resize, nearest | 11 | Upsample; Resize as of set 10 |
//! | `flatten` | Flatten | 9 | |
//! | `softmax`, `log_softmax` | Softmax, LogSoftmax, over the channels | 9; 13 on images and lines | between two Transpose |
//! | `batch_norm` | BatchNormalization by the running statistics | 9 | |
//! | `layer_norm` | LayerNormalization | 17 | ReduceMean, Sub, Mul, ReduceMean, Add, Sqrt, Div, Mul, Add |
//! | `residual`, `add`; `concat` | Add, or Sum of more than two; Concat | 9 | |
//!
//! The file is for inference: `dropout`, `dropout_channels` and `alpha_dropout` are left out, and so is all that is said of
//! initial values and frozen layers. A `custom` layer has no operator: it is an error.

mod build;
mod operators;
mod proto;
#[cfg(test)]
mod tests;

use std::fmt;

use prost::Message;

use super::layers::{Layer, Net};
use crate::Network;
use crate::runtime::formula::Formula;
use build::Nodes;

/// The oldest operator set that files are written in, that of ONNX 1.2.
pub const OLDEST_OPSET: i64 = 7;

/// The newest operator set that files are written in, that of ONNX 1.15.
pub const OPSET: i64 = 20;

/// The oldest operator set that files are written in unasked. It is of ONNX 1.4, since when weights need not be inputs.
const OLDEST_UNASKED: i64 = 9;

/// The IR version, that of the file format, of each operator set from [`OLDEST_OPSET`] to [`OPSET`], by the table of
/// [ONNX's versions](https://github.com/onnx/onnx/blob/main/docs/Versioning.md#released-versions).
const IR_VERSIONS: [i64; (OPSET - OLDEST_OPSET + 1) as usize] = [3, 3, 4, 5, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9];

/// The IR version of [`OPSET`], the newest that files are of.
pub const IR_VERSION: i64 = IR_VERSIONS[IR_VERSIONS.len() - 1];

/// The last IR version whose weights must be inputs of the graph as well.
const IR_OF_INPUTS: i64 = 3;

/// The most bytes of a message, in protobuf.
const MOST_BYTES: usize = i32::MAX as usize;

/// A net that cannot be written as an ONNX file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnnxError {
    /// It has a layer of the program's own.
    Custom {
        /// The layer's key.
        key: &'static str,
        /// Its type, as declared.
        kind: &'static str,
    },
    /// An operator set was asked for that files are not written in.
    OperatorSet {
        /// The set.
        asked: i64,
    },
    /// A layer needs an operator that the set that was asked for lacks.
    Operator {
        /// The layer's key.
        key: &'static str,
        /// The operator.
        operator: &'static str,
        /// The set that was asked for.
        asked: i64,
        /// The lowest set that has it.
        lowest: i64,
    },
    /// The file would be larger than 2 GiB, which is as much as its format can hold.
    TooLarge {
        /// How large.
        bytes: usize,
    },
}

impl fmt::Display for OnnxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Custom { key, kind } => write!(
                f,
                "`{key}` is `custom({kind})`, for which ONNX has no operator; the layers before and behind it can be \
                 nets of their own"
            ),
            Self::OperatorSet { asked } => {
                write!(f, "operator set {asked} is not written: ask for one from {OLDEST_OPSET} to {OPSET}")
            }
            Self::Operator { key, operator, asked, lowest } => write!(
                f,
                "`{key}` needs the operator {operator}, which operator set {asked} lacks: ask for {lowest} or a newer one"
            ),
            Self::TooLarge { bytes } => {
                write!(f, "an ONNX file of {bytes} bytes is too large: its format holds {MOST_BYTES}")
            }
        }
    }
}

impl std::error::Error for OnnxError {}

/// Writes ONNX files of an operator set of one's choice.
///
/// ```
/// use prelu::io::onnx::Exporter;
///
/// prelu::network! { struct Net: [8] -> [2] { fc1: linear(4), gelu, fc2: linear(2) } }
///
/// let net = Net::new(1);
/// let newest: Vec<u8> = net.to_onnx()?; // of set 20, which has Gelu
/// let older = Exporter::new().opset(13).to_onnx(&*net)?; // by Erf
/// assert_ne!(newest, older);
/// # Ok::<(), prelu::io::onnx::OnnxError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exporter {
    opset: Option<i64>,
}

impl Exporter {
    /// An exporter that takes the lowest operator set that has the operators of a net's layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for an operator set, from [`OLDEST_OPSET`] to [`OPSET`]. A layer whose operator is newer is written as several
    /// older ones.
    #[must_use]
    pub fn opset(mut self, version: i64) -> Self {
        self.opset = Some(version);
        self
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// The net has a `custom` layer, or is too large for the format; or files are not written in the set that was asked for,
    /// or it lacks an operator that a layer needs.
    pub fn to_onnx<N: Network>(&self, net: &N) -> Result<Vec<u8>, OnnxError> {
        encode(Net::of::<N>(), net.floats(), self.opset)
    }
}

/// The file's bytes, of the lowest operator set that has the operators of the net's layers.
///
/// # Errors
/// The net has a `custom` layer, or is too large for the format.
pub fn to_onnx<N: Network>(net: &N) -> Result<Vec<u8>, OnnxError> {
    Exporter::new().to_onnx(net)
}

fn encode(net: Net, weights: &[f32], opset: Option<i64>) -> Result<Vec<u8>, OnnxError> {
    let model = model(net, weights, opset)?;
    match model.encoded_len() {
        bytes if bytes > MOST_BYTES => Err(OnnxError::TooLarge { bytes }),
        _ => Ok(model.encode_to_vec()),
    }
}

fn model(net: Net, weights: &[f32], opset: Option<i64>) -> Result<proto::Model, OnnxError> {
    let summary = net.summary;
    let lowest = net.layers().map(|layer| operators::lowest_opset(net, &layer)).fold(OLDEST_UNASKED, i64::max);
    let version = opset.unwrap_or(lowest);
    let ir_version = version.checked_sub(OLDEST_OPSET).and_then(|place| IR_VERSIONS.get(usize::try_from(place).ok()?));
    let ir_version = *ir_version.ok_or(OnnxError::OperatorSet { asked: version })?;
    for layer in net.layers() {
        let (operator, lowest) = operators::oldest(net, &layer);
        if lowest > version {
            return Err(OnnxError::Operator { key: layer.key(), operator, asked: version, lowest });
        }
    }
    let mut graph = graph(net, weights, version)?;
    if ir_version <= IR_OF_INPUTS {
        graph.input.extend(graph.initializer.iter().map(build::input_of));
    }
    Ok(proto::Model {
        ir_version,
        producer_name: "prelu".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: summary.to_string(),
        graph: Some(graph),
        opset_import: vec![proto::OperatorSetId { domain: String::new(), version }],
    })
}

fn graph(net: Net, weights: &[f32], opset: i64) -> Result<proto::Graph, OnnxError> {
    let summary = net.summary;
    let mut graph = proto::Graph {
        name: summary.name.to_owned(),
        initializer: initializers(net, weights),
        input: vec![build::value(INPUT, summary.input)],
        output: vec![build::value(OUTPUT, summary.output)],
        ..proto::Graph::default()
    };
    let last = summary.layers.len().checked_sub(1);
    // The name of what each layer gives.
    let mut names: Vec<String> = Vec::new();
    for layer in net.layers() {
        let inputs = layer.summary.inputs.iter();
        let inputs: Vec<&str> = inputs.map(|input| input.map_or(INPUT, |layer| &names[layer])).collect();
        let is_last = Some(layer.index) == last;
        if trains_only(&layer) && !is_last {
            let name = inputs[0].to_owned();
            names.push(name);
            continue;
        }
        let output = if is_last { OUTPUT.to_owned() } else { name(net, layer.key()) };
        let (key, declaration) = (layer.key(), layer.summary.declaration);
        let mut nodes = Nodes { graph: &mut graph, opset, key, declaration, output: &output };
        operators::write(net, &layer, &inputs, &mut nodes)?;
        if !is_last {
            graph.value_info.push(build::value(&output, layer.summary.output));
        }
        names.push(output);
    }
    if last.is_none() {
        // Nothing at all, but the output needs another name than the input.
        let mut nodes = Nodes { graph: &mut graph, opset, key: "identity", declaration: "", output: OUTPUT };
        nodes.last("Identity", &[INPUT], Vec::new());
    }
    Ok(graph)
}

const INPUT: &str = "input";
const OUTPUT: &str = "output";

/// The name of what a layer gives: its key, unless that is the name of the net's own input or output.
fn name(net: Net, key: &str) -> String {
    let mut name = key.to_owned();
    if name == INPUT || name == OUTPUT {
        while name == key || net.summary.layers.iter().any(|layer| layer.key == name) {
            name.push('_');
        }
    }
    name
}

/// Whether a layer does nothing in inference.
fn trains_only(layer: &Layer) -> bool {
    matches!(layer.formula, Formula::Dropout { .. } | Formula::DropoutChannels { .. } | Formula::AlphaDropout { .. })
}

/// All parameters and running statistics.
fn initializers(net: Net, weights: &[f32]) -> Vec<proto::Tensor> {
    let summary = net.summary;
    let parameters = summary.parameters.iter().map(|tensor| (tensor.key, tensor.shape, tensor.offset, tensor.len));
    let buffers = summary.buffers.iter().map(|tensor| (tensor.key, tensor.shape, tensor.offset, tensor.len));
    let tensors = parameters.chain(buffers).map(|(key, shape, offset, len)| {
        let owner = key.rsplit_once('.').and_then(|(owner, _)| net.layers().find(|layer| layer.key() == owner));
        let dims = match owner {
            Some(Layer { formula: Formula::Prelu { .. }, input, .. }) => operators::slopes_shape(shape, input.len()),
            _ => shape.to_vec(),
        };
        build::floats(key, &dims, &weights[offset..offset + len])
    });
    tensors.collect()
}
