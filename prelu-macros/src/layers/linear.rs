//! `linear(out, bias = true, init)`: flattens its input.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Arguments, Backward, Constant, Fusible, Gain, Init, Layer, Operation, Parameters, Temporary, Tensor, WeightInit};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["out", "bias", "init"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let outputs = arguments.required("out", "features of the output, such as `linear(10)`");
    affine(arguments, input, outputs)
}

/// A linear layer of this many outputs; also what a dense maxout stands on.
pub(super) fn affine(arguments: &mut Arguments<'_>, input: &Shape, outputs: Option<usize>) -> Option<Layer> {
    let bias = arguments.flag("bias", true);
    let init = arguments.weight_init();
    let (outputs, bias, init) = (outputs?, bias?, init?);
    let inputs = input.elements();
    let biases = if bias { outputs } else { 0 };
    arguments.fits(&[outputs, inputs])?;
    let geometry = geometry(inputs, outputs);
    Some(Layer {
        output: Shape(vec![outputs]),
        parameters: Some(Parameters::Own {
            kind: quote!(Linear<#outputs, #inputs, #biases>),
            tensors: weight_and_bias(vec![outputs, inputs], biases, init),
        }),
        macs: (inputs * outputs) as u64,
        operations: vec![Operation {
            module: "linear",
            constant: Constant::Geometry(geometry),
            output: outputs,
            parameters: true,
            in_place: false,
            training_only: false,
            draws: false,
            saved: 0,
            temporary: None,
            sums: 0,
            least_batch: 1,
            // A transposed copy of the input, rounded up to the widest vector.
            backward: Backward::Affine { temporary: Temporary::Own(inputs.next_multiple_of(16)) },
            activation: None,
            fusible: Fusible::No,
            calibrates: false,
            gain: Gain::Square(1.0),
        }],
        formula: quote!(Linear),
    })
}

/// A weight and this many biases, if any. Where `init` is given, biases begin at zero. fan_in counts all dimensions but the
/// first.
pub(super) fn weight_and_bias(weight: Vec<usize>, biases: usize, init: WeightInit) -> Vec<Tensor> {
    let fan_in: usize = weight[1..].iter().product();
    let spread = 1.0 / (fan_in as f64).sqrt();
    let (of_weight, of_bias) = match init {
        WeightInit::Default => (Init::Uniform(spread), Init::Uniform(spread)),
        WeightInit::He => (Init::He { fan_in }, Init::Constant(0.0)),
        WeightInit::Lecun => (Init::Normal(spread), Init::Constant(0.0)),
        WeightInit::Value(value) => (Init::Constant(value), Init::Constant(0.0)),
    };
    let mut tensors = vec![Tensor { name: "weight", shape: weight, init: of_weight, decays: true }];
    if biases > 0 {
        tensors.push(Tensor { name: "bias", shape: vec![biases], init: of_bias, decays: false });
    }
    tensors
}

fn geometry(inputs: usize, outputs: usize) -> TokenStream {
    let [wide, narrow] = [32, 16].map(|registers| tiles(registers, inputs, outputs));
    quote! {
        const INPUTS: usize = #inputs;
        const OUTPUTS: usize = #outputs;
        type Tiles32 = #wide;
        type Tiles16 = #narrow;
    }
}

/// Register tiles of `kernels::linear`.
pub(super) fn tiles(registers: usize, inputs: usize, outputs: usize) -> TokenStream {
    // A row of weights is read for each output of a tile; rows a multiple of 4 KiB apart share one set of the cache.
    let most = if registers == 32 { 24 } else { 12 };
    let forward = if inputs.is_multiple_of(1024) { tile(outputs, 8) } else { tile(outputs, most) };
    let backward = tile(inputs, most);
    // A tile of inputs reads a part of each output's row. Where the weights outgrow the nearest cache, few outputs at a
    // time, so that the next tile finds their lines; fewer still where those fall into one set of it.
    let outputs_at_once = match (inputs.saturating_mul(outputs) > 1 << 15, inputs.is_multiple_of(1024)) {
        (false, _) => outputs,
        (true, false) => 32,
        (true, true) => registers / 2,
    };
    let (rows, vectors) = weight_tile(registers, inputs, outputs);
    let [left, inputs_left, rows_left] = [outputs % forward, inputs % backward, outputs % rows];
    quote!((
        layers::linear::Outputs<#forward, #left>,
        layers::linear::Inputs<#backward, #inputs_left, #outputs_at_once>,
        layers::linear::Rows<#rows, #rows_left, #vectors>
    ))
}

/// Rows and vectors of a tile of backward-weight, those of the fewest steps on the widest instruction set with so many
/// registers, where a step is a multiply-add or, half of it, a load.
fn weight_tile(registers: usize, inputs: usize, outputs: usize) -> (usize, usize) {
    let (most, lanes) = if registers == 32 { (25, 16) } else { (11, 8) };
    let width = inputs.div_ceil(lanes);
    let steps = |rows: usize, vectors: usize| outputs.div_ceil(rows) * (2 * (rows * vectors).max(8) + rows + vectors);
    let cost = |&(rows, vectors): &(usize, usize)| {
        (width / vectors).saturating_mul(steps(rows, vectors)).saturating_add(width % vectors * steps(rows, 1))
    };
    (1..=4).map(|vectors| (tile(outputs, most / vectors), vectors)).min_by_key(cost).unwrap_or((1, 1))
}

/// A tile size for `n` things, at most `most`: a divisor that is not much smaller, else what splits `n` most evenly. A
/// remainder gets a tile of its own size.
pub(crate) fn tile(n: usize, most: usize) -> usize {
    let divisor = (1..=most.min(n)).rev().find(|d| n.is_multiple_of(*d)).unwrap_or(1);
    if divisor >= most.min(n).div_ceil(2) { divisor } else { n.div_ceil(n.div_ceil(most)) }
}
