//! A net as an [ONNX](https://onnx.ai) file, with its weights: what `net.to_onnx()` gives.
//!
//! Files are of IR version 9 and operator set 20 (ONNX 1.15), and use no operators but ONNX's own. The input is named
//! `input`, `[N, channels, …]`, the output `output`, both `f32`; the batch's size `N` is open. Values and nodes have the keys
//! of the layers that they are of, and initializers those of a state dict, all parameters and running statistics: their
//! floats are the net's, bit by bit. A layer's last node has the layer's key and, as its documentation, the declaration.
//!
//! | layer | operators |
//! |---|---|
//! | `conv`, `conv_transpose` | Conv, ConvTranspose; `padding = same` as numbers, before and behind |
//! | `linear` | Gemm, behind Flatten where its input is no row of features |
//! | `maxout` | Gemm or Conv, Reshape, ReduceMax |
//! | `prelu` | PRelu; slopes of channels are `[C, 1, 1]`, tied ones the same initializer |
//! | `relu`, `leaky_relu`, `elu`, `selu`, `gelu`, `softplus`, `tanh`, `sigmoid`, `hard_swish`, `identity` | Relu, LeakyRelu, Elu, Selu, Gelu, Softplus, Tanh, Sigmoid, HardSwish, Identity |
//! | `relu6`, `silu` | Clip; Sigmoid and Mul |
//! | `max_pool`, `avg_pool` | MaxPool, AveragePool, which counts the padding |
//! | `global_avg_pool`, `global_max_pool` | GlobalAveragePool, GlobalMaxPool, each before Flatten |
//! | `upsample` | Resize, nearest |
//! | `flatten`, `softmax`, `log_softmax` | Flatten, Softmax, LogSoftmax, over the channels |
//! | `batch_norm`, `layer_norm` | BatchNormalization by the running statistics, LayerNormalization |
//! | `residual`, `add`; `concat` | Add, or Sum of more than two; Concat |
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

/// The version of the file format.
pub const IR_VERSION: i64 = 9;

/// The version of the operator set.
pub const OPSET: i64 = 20;

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
            Self::TooLarge { bytes } => {
                write!(f, "an ONNX file of {bytes} bytes is too large: its format holds {MOST_BYTES}")
            }
        }
    }
}

impl std::error::Error for OnnxError {}

/// The file's bytes.
///
/// # Errors
/// The net has a `custom` layer, or is too large for the format.
pub fn to_onnx<N: Network>(net: &N) -> Result<Vec<u8>, OnnxError> {
    let model = model(Net::of::<N>(), net.floats())?;
    match model.encoded_len() {
        bytes if bytes > MOST_BYTES => Err(OnnxError::TooLarge { bytes }),
        _ => Ok(model.encode_to_vec()),
    }
}

fn model(net: Net, weights: &[f32]) -> Result<proto::Model, OnnxError> {
    let summary = net.summary;
    let graph = graph(net, weights)?;
    Ok(proto::Model {
        ir_version: IR_VERSION,
        producer_name: "prelu".to_owned(),
        producer_version: env!("CARGO_PKG_VERSION").to_owned(),
        doc_string: summary.to_string(),
        graph: Some(graph),
        opset_import: vec![proto::OperatorSetId { domain: String::new(), version: OPSET }],
    })
}

fn graph(net: Net, weights: &[f32]) -> Result<proto::Graph, OnnxError> {
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
        let mut nodes = Nodes { graph: &mut graph, key, declaration, output: &output };
        operators::write(net, &layer, &inputs, &mut nodes)?;
        if !is_last {
            graph.value_info.push(build::value(&output, layer.summary.output));
        }
        names.push(output);
    }
    if last.is_none() {
        // Nothing at all, but the output needs another name than the input.
        let mut nodes = Nodes { graph: &mut graph, key: "identity", declaration: "", output: OUTPUT };
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
