//! A net as the source of a PyTorch module: what `Net::pytorch_source()` gives.
//!
//! The module computes what the net computes, in training as in inference, so that anyone can compare the two. Its state
//! dict has the net's keys and shapes: `load_state_dict(…, strict=True)` takes a file that the net has saved. (PyTorch counts
//! the batches of a batch norm in `num_batches_tracked`, and does not miss the count in a file.) Its weights begin as the
//! net's would, from other random numbers; frozen layers require no gradient.
//!
//! Layers are PyTorch's own. Those that it lacks are small classes in the same source: a prelu with a slope for each
//! element, maxout. A `custom` layer, which only the program's own Rust knows, is a class with the layer's parameters whose
//! `forward` raises `NotImplementedError`: the rest can be read and loaded, and that one method is to be written.

mod classes;
mod modules;
mod names;

use super::layers::{Layer, Net};
use crate::Network;
use crate::runtime::formula::Formula;
use modules::Tree;
use names::Names;

/// The source.
pub fn pytorch_source<N: Network>() -> String {
    source(Net::of::<N>())
}

fn source(net: Net) -> String {
    let summary = net.summary;
    let mut names = Names::new();
    let class = names.class(summary.name);
    let mut tree = Tree::default();
    for layer in net.layers() {
        if let Some(module) = modules::module(net, &layer) {
            tree.insert(layer.key(), module);
        }
    }
    let version = env!("CARGO_PKG_VERSION");
    let mut text = format!(
        "\"\"\"{name}, a net of prelu {version}, in PyTorch: of the same keys, shapes and outputs.\n\n    \
         from safetensors.torch import load_file\n\n    \
         net = {class}().eval()\n    \
         net.load_state_dict(load_file(\"weights.safetensors\"))\n\
         \"\"\"\n\nimport torch\nfrom torch import nn\n\n\n",
        name = summary.name
    );
    text += &classes::needed(net);
    text += &format!("class {class}(nn.Module):\n    \"\"\"{:?} -> {:?}\"\"\"\n\n", summary.input, summary.output);
    text += "    def __init__(self):\n        super().__init__()\n";
    text += &tree.statements();
    text += &modules::initialisation(net);
    text += &forward(net, &mut names);
    text
}

/// `forward`, a statement for each layer.
fn forward(net: Net, names: &mut Names) -> String {
    let layers: Vec<Layer> = net.layers().collect();
    // A value that only the next layer reads needs no name of its own.
    let passing = |value: Option<usize>| {
        let next = value.map_or(0, |index| index + 1);
        let mut readers = layers.iter().filter(|layer| layer.summary.inputs.contains(&value));
        readers.all(|layer| layer.index == next)
    };
    let input = if passing(None) { "x".to_owned() } else { names.variable("input") };
    let mut values: Vec<String> = Vec::new();
    let mut text = format!("\n    def forward(self, {input}):\n");
    for layer in &layers {
        let inputs = layer.summary.inputs.iter();
        let inputs: Vec<&str> = inputs.map(|from| from.map_or(&*input, |index| &*values[index])).collect();
        let value = match passing(Some(layer.index)) {
            true => "x".to_owned(),
            false => names.variable(layer.key()),
        };
        text += &format!("        {value} = {}  # {:?}\n", expression(layer, &inputs), layer.summary.output);
        values.push(value);
    }
    let output = values.last().unwrap_or(&input);
    text + &format!("        return {output}\n")
}

/// What a layer makes of these values.
fn expression(layer: &Layer, inputs: &[&str]) -> String {
    let x = inputs[0];
    match layer.formula {
        Formula::Add => inputs.join(" + "),
        Formula::Concat => format!("torch.cat(({}), 1)", inputs.join(", ")),
        Formula::Prelu { tie: Some(owner) } => format!("{}({x})", names::access(owner)),
        // The net flattens what it maps.
        Formula::Linear | Formula::Maxout { of: Formula::Linear, .. } if layer.input.len() > 1 => {
            format!("{}({x}.flatten(1))", names::access(layer.key()))
        }
        _ => format!("{}({x})", names::access(layer.key())),
    }
}
