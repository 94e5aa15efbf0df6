//! Each layer in ONNX's operators.

use super::build::{Nodes, float, floats, int, integers, ints, signed, string};
use super::proto::Attribute;
use super::{OLDEST_OPSET, OnnxError};
use crate::io::layers::{Layer, Net};
use crate::runtime::formula::{Formula, Window};

/// The lowest operator set that has a layer's operators, none of them in place of a newer one.
pub(super) fn lowest_opset(net: Net, layer: &Layer) -> i64 {
    match layer.formula {
        Formula::Gelu => GELU,
        Formula::LayerNorm { .. } => LAYER_NORM,
        Formula::HardSwish => HARD_SWISH,
        Formula::Softmax | Formula::LogSoftmax if layer.input.len() > 1 => SOFTMAX_OF_AXIS,
        Formula::Upsample { .. } => RESIZE,
        Formula::Linear | Formula::Maxout { of: Formula::Linear, .. }
            if net.parameter(layer.key(), "bias").is_none() =>
        {
            GEMM_WITHOUT_BIAS
        }
        _ => OLDEST_OPSET,
    }
}

// The sets that brought an operator, or the form of it that is written here.
const GELU: i64 = 20;
const REDUCE_MAX_OF_INPUT: i64 = 18;
const LAYER_NORM: i64 = 17;
const HARD_SWISH: i64 = 14;
/// Before it, all axes from the given one on were one.
const SOFTMAX_OF_AXIS: i64 = 13;
const CLIP_OF_INPUTS: i64 = 11;
const GEMM_WITHOUT_BIAS: i64 = 11;
/// With a rule for how pixels are found.
const RESIZE: i64 = 11;
/// Since when the region of interest may be left out.
const RESIZE_WITHOUT_REGION: i64 = 13;
const RESIZE_BY_SCALES: i64 = 10;
const ERF: i64 = 9;
const UPSAMPLE_OF_INPUT: i64 = 9;
const CONSTANT_OF_INTEGERS: i64 = 9;

/// The operator that keeps a layer from being written in still older sets, and the oldest that has it.
pub(super) fn oldest(net: Net, layer: &Layer) -> (&'static str, i64) {
    match *layer.formula {
        Formula::Gelu => ("Erf", ERF),
        Formula::Upsample { .. } => ("Upsample", UPSAMPLE_OF_INPUT),
        // The shape that something is made of.
        Formula::Maxout { .. } => ("Constant", CONSTANT_OF_INTEGERS),
        Formula::Prelu { tie } if slopes(net, layer, tie).1.is_some() => ("Constant", CONSTANT_OF_INTEGERS),
        // With broadcasting of inputs.
        _ => ("", OLDEST_OPSET),
    }
}

/// Writes the nodes of a layer that reads these values.
pub(super) fn write(net: Net, layer: &Layer, inputs: &[&str], nodes: &mut Nodes<'_>) -> Result<(), OnnxError> {
    let x = inputs[0];
    // Operators that take nothing but their input.
    let mut plain = |operator: &str| nodes.last(operator, &[x], Vec::new());
    match *layer.formula {
        Formula::Relu => plain("Relu"),
        Formula::Selu => plain("Selu"),
        Formula::Sigmoid => plain("Sigmoid"),
        Formula::Softplus => plain("Softplus"),
        Formula::Tanh => plain("Tanh"),
        Formula::Identity
        | Formula::Dropout { .. }
        | Formula::DropoutChannels { .. }
        | Formula::AlphaDropout { .. } => plain("Identity"),
        Formula::Elu { alpha } => nodes.last("Elu", &[x], vec![float("alpha", alpha)]),
        Formula::LeakyRelu { slope } => nodes.last("LeakyRelu", &[x], vec![float("alpha", slope)]),
        Formula::Flatten => nodes.last("Flatten", &[x], vec![int("axis", 1)]),
        Formula::Gelu => gelu(x, nodes),
        Formula::HardSwish => hard_swish(x, nodes),
        Formula::Softmax => over_channels("Softmax", layer, x, nodes),
        Formula::LogSoftmax => over_channels("LogSoftmax", layer, x, nodes),
        Formula::Concat => nodes.last("Concat", inputs, vec![int("axis", 1)]),
        Formula::Add => nodes.last(if inputs.len() == 2 { "Add" } else { "Sum" }, inputs, Vec::new()),
        Formula::Relu6 if nodes.opset < CLIP_OF_INPUTS => {
            nodes.last("Clip", &[x], vec![float("min", 0.0), float("max", 6.0)]);
        }
        Formula::Relu6 => {
            let [least, most] = [("min", 0.0), ("max", 6.0)].map(|(word, v)| nodes.number(word, v));
            nodes.last("Clip", &[x, &least, &most], Vec::new());
        }
        Formula::Silu => {
            let gate = nodes.step("sigmoid", "Sigmoid", &[x], Vec::new());
            nodes.last("Mul", &[x, &gate], Vec::new());
        }
        Formula::GlobalAvgPool => global_pool("GlobalAveragePool", x, nodes),
        Formula::GlobalMaxPool => global_pool("GlobalMaxPool", x, nodes),
        Formula::AvgPool(window) => average_pool(layer, &window, x, nodes),
        Formula::MaxPool(window) => nodes.last("MaxPool", &[x], pool(layer, &reaching(layer, &window))),
        Formula::Upsample { factor } => upsample(layer, factor, x, nodes),
        Formula::BatchNorm { eps, .. } => {
            let [weight, bias] = ["weight", "bias"].map(|name| tensor(layer, name));
            let [mean, variance] = ["running_mean", "running_var"].map(|name| tensor(layer, name));
            let inputs = [x, &weight, &bias, &mean, &variance];
            nodes.last("BatchNormalization", &inputs, vec![float("epsilon", eps)]);
        }
        Formula::LayerNorm { eps } => layer_norm(layer, eps, x, nodes),
        Formula::Prelu { tie } => prelu(net, layer, tie, x, nodes),
        Formula::Conv { .. } | Formula::ConvTranspose { .. } | Formula::Linear => {
            let (operator, inputs, attributes) = affine(net, layer, layer.formula, x, nodes);
            nodes.last(operator, &inputs.each_ref(), attributes);
        }
        Formula::Maxout { pieces, of } => {
            let (operator, inputs, attributes) = affine(net, layer, of, x, nodes);
            let maps = nodes.step("maps", operator, &inputs.each_ref(), attributes);
            // [N, units·pieces, …] is [N, units, pieces, …]; 0 keeps what is there.
            let (units, sides) = layer.summary.output.split_first().unwrap_or((&1, &[]));
            let shape = [&[0, *units, pieces], sides].concat();
            let shape = nodes.constant("shape", integers(&signed(&shape)));
            let split = nodes.step("pieces", "Reshape", &[&maps, &shape], Vec::new());
            if nodes.opset < REDUCE_MAX_OF_INPUT {
                nodes.last("ReduceMax", &[&split], vec![ints("axes", &[2]), int("keepdims", 0)]);
            } else {
                let axis = nodes.constant("axis", integers(&[2]));
                nodes.last("ReduceMax", &[&split, &axis], vec![int("keepdims", 0)]);
            }
        }
        Formula::Custom { layer: kind } => return Err(OnnxError::Custom { key: layer.key(), kind }),
    }
    Ok(())
}

/// Names of inputs; one may be missing.
struct Inputs(Vec<String>);

impl Inputs {
    fn each_ref(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}

/// The operator of an affine map with the layer's parameters, its inputs and its attributes. Features are made of an
/// image where the map wants them.
fn affine(
    net: Net,
    layer: &Layer,
    formula: &Formula,
    x: &str,
    nodes: &mut Nodes<'_>,
) -> (&'static str, Inputs, Vec<Attribute>) {
    let (operator, attributes) = match formula {
        Formula::Conv { window, groups } => ("Conv", [sliding(layer, window), vec![int("group", *groups)]].concat()),
        Formula::ConvTranspose { window, output_padding, groups } => {
            let more = vec![ints("output_padding", &layer.sides(*output_padding)), int("group", *groups)];
            ("ConvTranspose", [sliding(layer, window), more].concat())
        }
        _ => ("Gemm", vec![int("transB", 1)]),
    };
    let x = match operator {
        "Gemm" if layer.input.len() > 1 => nodes.step("flatten", "Flatten", &[x], vec![int("axis", 1)]),
        _ => x.to_owned(),
    };
    let mut bias = net.parameter(layer.key(), "bias").map(|_| tensor(layer, "bias"));
    if bias.is_none() && operator == "Gemm" && nodes.opset < GEMM_WITHOUT_BIAS {
        bias = Some(nodes.number("bias", 0.0));
    }
    (operator, Inputs([x, tensor(layer, "weight")].into_iter().chain(bias).collect()), attributes)
}

/// The key of a tensor of a layer.
fn tensor(layer: &Layer, name: &str) -> String {
    format!("{}.{name}", layer.key())
}

/// The tensor of a layer's slopes, and the shape that it needs where it is that of another layer whose input has more or fewer
/// sizes.
fn slopes(net: Net, layer: &Layer, tie: Option<&str>) -> (String, Option<Vec<usize>>) {
    let owner = tie.unwrap_or(layer.key());
    // Those of an image do not fit to features that share them, nor the other way round.
    let rank = net.layers().find(|other| other.key() == owner).map(|other| other.input.len());
    let parameter = net.parameter(owner, "weight").filter(|_| rank != Some(layer.input.len()));
    (format!("{owner}.weight"), parameter.map(|parameter| slopes_shape(parameter.shape, layer.input.len())))
}

fn prelu(net: Net, layer: &Layer, tie: Option<&str>, x: &str, nodes: &mut Nodes<'_>) {
    let (mut slopes, shape) = slopes(net, layer, tie);
    if let Some(shape) = shape {
        let shape = nodes.constant("shape", integers(&signed(&shape)));
        slopes = nodes.step("slopes", "Reshape", &[&slopes, &shape], Vec::new());
    }
    nodes.last("PRelu", &[x, &slopes], Vec::new());
}

/// The shape of slopes for inputs of this many sizes: those of channels need a one for each size behind.
pub(super) fn slopes_shape(slopes: &[usize], rank: usize) -> Vec<usize> {
    let ones = if slopes.len() == 1 { rank - 1 } else { 0 };
    [slopes, &vec![1; ones]].concat()
}

/// x·Φ(x), Φ(x) = (1 + erf(x/√2))/2
fn gelu(x: &str, nodes: &mut Nodes<'_>) {
    if nodes.opset >= GELU {
        return nodes.last("Gelu", &[x], Vec::new());
    }
    let root = nodes.number("root", std::f32::consts::SQRT_2);
    let scaled = nodes.step("scaled", "Div", &[x, &root], Vec::new());
    let erf = nodes.step("erf", "Erf", &[&scaled], Vec::new());
    let one = nodes.number("one", 1.0);
    let twice = nodes.step("twice", "Add", &[&erf, &one], Vec::new());
    let half = nodes.number("half", 0.5);
    let share = nodes.step("share", "Mul", &[&twice, &half], Vec::new());
    nodes.last("Mul", &[x, &share], Vec::new());
}

fn hard_swish(x: &str, nodes: &mut Nodes<'_>) {
    if nodes.opset >= HARD_SWISH {
        return nodes.last("HardSwish", &[x], Vec::new());
    }
    let attributes = vec![float("alpha", 1.0 / 6.0), float("beta", 0.5)];
    let gate = nodes.step("gate", "HardSigmoid", &[x], attributes);
    nodes.last("Mul", &[x, &gate], Vec::new());
}

/// An operator that goes over the channels of each pixel.
fn over_channels(operator: &str, layer: &Layer, x: &str, nodes: &mut Nodes<'_>) {
    let rank = layer.input.len() + 1;
    if nodes.opset >= SOFTMAX_OF_AXIS || rank == 2 {
        return nodes.last(operator, &[x], vec![int("axis", 1)]);
    }
    // With the channels at the end, all axes from there on are the channels.
    let order = |axes: Vec<usize>| vec![ints("perm", &axes)];
    let to_end = order([0].into_iter().chain(2..rank).chain([1]).collect());
    let back = order([0, rank - 1].into_iter().chain(1..rank - 1).collect());
    let pixels = nodes.step("pixels", "Transpose", &[x], to_end);
    let shares = nodes.step("shares", operator, &[&pixels], vec![int("axis", rank - 1)]);
    nodes.last("Transpose", &[&shares], back);
}

/// (x − mean)/√(variance + eps)·weight + bias, over the whole sample
fn layer_norm(layer: &Layer, eps: f32, x: &str, nodes: &mut Nodes<'_>) {
    let [weight, bias] = ["weight", "bias"].map(|name| tensor(layer, name));
    if nodes.opset >= LAYER_NORM {
        let attributes = vec![int("axis", 1), float("epsilon", eps)];
        return nodes.last("LayerNormalization", &[x, &weight, &bias], attributes);
    }
    let axes: Vec<usize> = (1..=layer.input.len()).collect();
    let over = || vec![ints("axes", &axes), int("keepdims", 1)];
    let mean = nodes.step("mean", "ReduceMean", &[x], over());
    let centered = nodes.step("centered", "Sub", &[x, &mean], Vec::new());
    let squares = nodes.step("squares", "Mul", &[&centered, &centered], Vec::new());
    let variance = nodes.step("variance", "ReduceMean", &[&squares], over());
    let eps = nodes.number("eps", eps);
    let sum = nodes.step("sum", "Add", &[&variance, &eps], Vec::new());
    let deviation = nodes.step("deviation", "Sqrt", &[&sum], Vec::new());
    let normalized = nodes.step("normalized", "Div", &[&centered, &deviation], Vec::new());
    let scaled = nodes.step("weighted", "Mul", &[&normalized, &weight], Vec::new());
    nodes.last("Add", &[&scaled, &bias], Vec::new());
}

fn global_pool(operator: &str, x: &str, nodes: &mut Nodes<'_>) {
    let pooled = nodes.step("pool", operator, &[x], Vec::new());
    nodes.last("Flatten", &[&pooled], vec![int("axis", 1)]);
}

fn average_pool(layer: &Layer, window: &Window, x: &str, nodes: &mut Nodes<'_>) {
    let whole = reaching(layer, window);
    let attributes = [pool(layer, &whole), vec![int("count_include_pad", 1)]].concat();
    if whole == *window {
        return nodes.last("AveragePool", &[x], attributes);
    }
    // What the last windows have beyond the padding is counted there, but should not be.
    let pooled = nodes.step("pool", "AveragePool", &[x], attributes);
    let factors = |axis: usize| -> Vec<f32> {
        let padded = side(layer.input, axis) + window.before[axis] + window.after[axis];
        let counted = |i: usize| window.kernel[axis].min(padded - i * window.stride[axis]);
        (0..side(layer.summary.output, axis)).map(|i| window.kernel[axis] as f32 / counted(i) as f32).collect()
    };
    let (rows, columns) = (factors(0), factors(1));
    let shape = [vec![1, 1], layer.sides([rows.len(), columns.len()])].concat();
    let all: Vec<f32> = rows.iter().flat_map(|row| columns.iter().map(move |column| row * column)).collect();
    let all = nodes.constant("factors", floats("", &shape, &all));
    nodes.last("Mul", &[&pooled, &all], Vec::new());
}

/// A pool's window, with as much padding behind as its last one reaches over. What `ceil_mode` leaves out differs between
/// versions of the operators; what padding does is the same in all.
fn reaching(layer: &Layer, window: &Window) -> Window {
    let mut whole = *window;
    if window.ceil {
        for axis in 0..2 {
            let reach = (side(layer.summary.output, axis) - 1) * window.stride[axis] + window.kernel[axis];
            let over = reach.saturating_sub(side(layer.input, axis) + window.before[axis]);
            whole.after[axis] = whole.after[axis].max(over);
        }
    }
    whole
}

/// The size of an image along rows (`axis` 0) or columns (1); a line has one row.
fn side(shape: &[usize], axis: usize) -> usize {
    match *shape {
        [_, height, width] => [height, width][axis],
        [_, time] => [1, time][axis],
        _ => 1,
    }
}

fn upsample(layer: &Layer, factor: [usize; 2], x: &str, nodes: &mut Nodes<'_>) {
    // Batch and channels stay.
    let scales: Vec<f32> = [1, 1].into_iter().chain(layer.sides(factor)).map(|factor| factor as f32).collect();
    let scales = nodes.constant("scales", floats("", &[scales.len()], &scales));
    if nodes.opset < RESIZE {
        let operator = if nodes.opset < RESIZE_BY_SCALES { "Upsample" } else { "Resize" };
        return nodes.last(operator, &[x, &scales], vec![string("mode", "nearest")]);
    }
    let region = match nodes.opset {
        RESIZE_WITHOUT_REGION.. => String::new(),
        _ => nodes.constant("region", floats("", &[0], &[])),
    };
    let attributes = vec![
        string("coordinate_transformation_mode", "asymmetric"),
        string("mode", "nearest"),
        string("nearest_mode", "floor"),
    ];
    nodes.last("Resize", &[x, &region, &scales], attributes);
}

fn pool(layer: &Layer, window: &Window) -> Vec<Attribute> {
    let (kernel, stride) = (layer.sides(window.kernel), layer.sides(window.stride));
    let pads = [layer.sides(window.before), layer.sides(window.after)].concat();
    vec![ints("kernel_shape", &kernel), ints("strides", &stride), ints("pads", &pads)]
}

fn sliding(layer: &Layer, window: &Window) -> Vec<Attribute> {
    [pool(layer, window), vec![ints("dilations", &layer.sides(window.dilation))]].concat()
}
