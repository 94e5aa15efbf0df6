//! The modules of a net, and how they nest.

use std::collections::BTreeMap;

use super::classes::of_elements;
use super::names::{access, is_index, member};
use crate::Init;
use crate::io::layers::{Layer, Net};
use crate::runtime::formula::{Formula, Window};

/// Modules by the segments of their keys.
#[derive(Default)]
pub(super) struct Tree {
    /// In the order of their declaration.
    members: Vec<(String, Member)>,
}

enum Member {
    /// The expression that makes it.
    Module(String),
    Group(Tree),
}

impl Tree {
    pub(super) fn insert(&mut self, key: &str, module: String) {
        let Some((first, rest)) = key.split_once('.') else {
            self.members.push((key.to_owned(), Member::Module(module)));
            return;
        };
        let known = self.members.iter().position(|(segment, _)| segment == first);
        let place = known.unwrap_or_else(|| {
            self.members.push((first.to_owned(), Member::Group(Self::default())));
            self.members.len() - 1
        });
        // What has a module of its own has none within.
        if let (_, Member::Group(group)) = &mut self.members[place] {
            group.insert(rest, module);
        }
    }

    /// The statements that make the modules of `self`.
    pub(super) fn statements(&self) -> String {
        self.within("self")
    }

    fn within(&self, base: &str) -> String {
        let mut text = String::new();
        for (segment, module) in &self.members {
            let place = member(base, segment);
            match module {
                Member::Module(made) => text += &format!("        {place} = {made}\n"),
                Member::Group(group) => {
                    // Those of a list are there already.
                    if !is_index(segment) {
                        text += &format!("        {place} = {}\n", group.container());
                    }
                    text += &group.within(&place);
                }
            }
        }
        text
    }

    /// What holds the modules: a list of groups for repetitions and branches, some of which may be without modules.
    fn container(&self) -> String {
        let indices = self.members.iter().filter_map(|(segment, _)| segment.parse::<usize>().ok());
        match indices.max() {
            Some(last) => format!("nn.ModuleList(nn.Module() for _ in range({}))", last + 1),
            None => "nn.Module()".to_owned(),
        }
    }
}

/// The expression that makes a layer's module; `None` where it has none of its own.
pub(super) fn module(net: Net, layer: &Layer) -> Option<String> {
    let channels = layer.input[0];
    let nd = dimensions(layer);
    let call = |name: &str, arguments: &[String]| format!("nn.{name}({})", arguments.join(", "));
    Some(match *layer.formula {
        Formula::Add | Formula::Concat | Formula::Prelu { tie: Some(_) } => return None,
        Formula::Relu => call("ReLU", &[]),
        Formula::Relu6 => call("ReLU6", &[]),
        Formula::Selu => call("SELU", &[]),
        Formula::Gelu => call("GELU", &[]),
        Formula::Silu => call("SiLU", &[]),
        Formula::Softplus => call("Softplus", &[]),
        Formula::Tanh => call("Tanh", &[]),
        Formula::Sigmoid => call("Sigmoid", &[]),
        Formula::HardSwish => call("Hardswish", &[]),
        Formula::Identity => call("Identity", &[]),
        Formula::Flatten => call("Flatten", &[]),
        Formula::LeakyRelu { slope } => call("LeakyReLU", &[float(slope)]),
        Formula::Elu { alpha } => call("ELU", &[float(alpha)]),
        Formula::Softmax => call("Softmax", &["1".to_owned()]),
        Formula::LogSoftmax => call("LogSoftmax", &["1".to_owned()]),
        Formula::Dropout { rate } => call("Dropout", &[float(rate)]),
        Formula::AlphaDropout { rate } => call("AlphaDropout", &[float(rate)]),
        // A feature is a channel of one element.
        Formula::DropoutChannels { rate } if layer.input.len() == 1 => call("Dropout", &[float(rate)]),
        Formula::DropoutChannels { rate } => call(&format!("Dropout{nd}"), &[float(rate)]),
        Formula::MaxPool(window) => call(&format!("MaxPool{nd}"), &pool(layer, &window)),
        Formula::AvgPool(window) => call(&format!("AvgPool{nd}"), &pool(layer, &window)),
        Formula::GlobalAvgPool => format!("nn.Sequential(nn.AdaptiveAvgPool{nd}(1), nn.Flatten())"),
        Formula::GlobalMaxPool => format!("nn.Sequential(nn.AdaptiveMaxPool{nd}(1), nn.Flatten())"),
        Formula::Upsample { factor } => call("Upsample", &[format!("scale_factor={}", sizes(layer, factor))]),
        Formula::BatchNorm { eps, momentum } => {
            let nd = if layer.input.len() == 3 { "2d" } else { "1d" };
            let named = [("eps", eps, 1e-5), ("momentum", momentum, 0.1)];
            let named = named.iter().filter(|(_, value, usual)| value != usual);
            let named = named.map(|(name, value, _)| format!("{name}={}", float(*value)));
            call(&format!("BatchNorm{nd}"), &[channels.to_string()].into_iter().chain(named).collect::<Vec<_>>())
        }
        Formula::LayerNorm { eps } => {
            let eps = (eps != 1e-5).then(|| format!("eps={}", float(eps)));
            call("LayerNorm", &[tuple(layer.input)].into_iter().chain(eps).collect::<Vec<_>>())
        }
        Formula::Prelu { tie: None } => {
            let slopes = net.parameter(layer.key(), "weight");
            let init = slopes.map_or(0.25, |slopes| if let Init::Constant(init) = slopes.init { init } else { 0.25 });
            let init = (init != 0.25).then(|| format!("init={}", float(init)));
            let shape = slopes.map_or(&[1][..], |slopes| slopes.shape);
            let (class, slopes) = match of_elements(net, layer) {
                true => ("_PReLU", tuple(shape)),
                false => ("nn.PReLU", shape[0].to_string()),
            };
            format!("{class}({})", [slopes].into_iter().chain(init).collect::<Vec<_>>().join(", "))
        }
        Formula::Conv { .. } | Formula::ConvTranspose { .. } | Formula::Linear => {
            let (class, arguments) = affine(net, layer, layer.formula, 1);
            call(&class, &arguments)
        }
        Formula::Maxout { pieces, of } => {
            let (class, mut arguments) = affine(net, layer, of, pieces);
            arguments.push(format!("pieces={pieces}"));
            format!("_Maxout{class}({})", arguments.join(", "))
        }
        Formula::Custom { layer: kind } => {
            let parameters = net.parameter(layer.key(), "weight");
            let init = parameters.map_or(0.0, |tensor| if let Init::Constant(init) = tensor.init { init } else { 0.0 });
            format!("_Custom({kind:?}, {}, {})", parameters.map_or(0, |tensor| tensor.len), float(init))
        }
    })
}

/// What PyTorch calls the dimensions of an image or a line.
pub(super) fn dimensions(layer: &Layer) -> &'static str {
    if layer.input.len() == 2 { "1d" } else { "2d" }
}

/// The class of an affine map with `pieces` outputs for each of the layer's, and its arguments.
fn affine(net: Net, layer: &Layer, formula: &Formula, pieces: usize) -> (String, Vec<String>) {
    let (inputs, outputs) = (layer.input[0], pieces * layer.summary.output[0]);
    let nd = dimensions(layer);
    let (class, mut arguments) = match formula {
        Formula::Conv { window, groups } => {
            let padding = match window.before == window.after {
                true => some("padding", layer, window.before, 0),
                false => Some("padding=\"same\"".to_owned()),
            };
            (format!("Conv{nd}"), sliding(layer, [inputs, outputs], window, [padding, None], *groups))
        }
        Formula::ConvTranspose { window, output_padding, groups } => {
            let padding = some("padding", layer, window.before, 0);
            let more = some("output_padding", layer, *output_padding, 0);
            (format!("ConvTranspose{nd}"), sliding(layer, [inputs, outputs], window, [padding, more], *groups))
        }
        _ => {
            let features: usize = layer.input.iter().product();
            ("Linear".to_owned(), vec![features.to_string(), outputs.to_string()])
        }
    };
    if net.parameter(layer.key(), "bias").is_none() {
        arguments.push("bias=False".to_owned());
    }
    (class, arguments)
}

fn sliding(
    layer: &Layer,
    channels: [usize; 2],
    window: &Window,
    padding: [Option<String>; 2],
    groups: usize,
) -> Vec<String> {
    let stride = some("stride", layer, window.stride, 1);
    let dilation = some("dilation", layer, window.dilation, 1);
    let groups = (groups != 1).then(|| format!("groups={groups}"));
    let named = [stride].into_iter().chain(padding).chain([dilation, groups]).flatten();
    channels.iter().map(usize::to_string).chain([sizes(layer, window.kernel)]).chain(named).collect()
}

fn pool(layer: &Layer, window: &Window) -> Vec<String> {
    let stride = (window.stride != window.kernel).then(|| format!("stride={}", sizes(layer, window.stride)));
    let padding = some("padding", layer, window.before, 0);
    let ceil = window.ceil.then(|| "ceil_mode=True".to_owned());
    [sizes(layer, window.kernel)].into_iter().chain(stride).chain(padding).chain(ceil).collect()
}

/// A named argument, where it is not what it would be without.
fn some(name: &str, layer: &Layer, pair: [usize; 2], usual: usize) -> Option<String> {
    let differs = layer.sides(pair).iter().any(|&size| size != usual);
    differs.then(|| format!("{name}={}", sizes(layer, pair)))
}

/// A number, or a tuple (height, width).
fn sizes(layer: &Layer, pair: [usize; 2]) -> String {
    match layer.sides(pair)[..] {
        [height, width] if height != width => format!("({height}, {width})"),
        [size, ..] => size.to_string(),
        [] => String::new(),
    }
}

fn tuple(shape: &[usize]) -> String {
    let sizes: String = shape.iter().map(|size| format!("{size}, ")).collect();
    match shape.len() {
        1 => format!("({})", sizes.trim_end()),
        _ => format!("({})", sizes.trim_end_matches(", ")),
    }
}

/// As short as tells it from other `f32`s.
fn float(value: f32) -> String {
    format!("{value:?}")
}

/// The statements that make weights begin as the net's do, and keep those that are frozen, where that is not what PyTorch
/// does anyway.
pub(super) fn initialisation(net: Net) -> String {
    let layers: BTreeMap<&str, Layer> = net.layers().map(|layer| (layer.key(), layer)).collect();
    let mut text = String::new();
    for tensor in net.summary.parameters {
        let Some((key, name)) = tensor.key.rsplit_once('.') else { continue };
        let place = format!("{}.{name}", access(key));
        let affine = matches!(
            layers.get(key).map(|layer| layer.formula),
            Some(Formula::Conv { .. } | Formula::ConvTranspose { .. } | Formula::Linear | Formula::Maxout { .. })
        );
        match tensor.init {
            Init::Normal(deviation) if affine => {
                text += &format!("        nn.init.normal_({place}, std={})\n", float(deviation));
            }
            Init::Constant(value) if affine => {
                text += &format!("        nn.init.constant_({place}, {})\n", float(value));
            }
            _ => {}
        }
        if tensor.frozen {
            text += &format!("        {place}.requires_grad_(False)\n");
        }
    }
    text
}
