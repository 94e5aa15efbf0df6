//! `conv(out, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, init)`

use proc_macro2::TokenStream;
use quote::quote;

use super::linear::{tile, weight_and_bias};
use super::window::{Padding, Window};
use super::{Arguments, Backward, Constant, Gain, Layer, Operation, Parameters};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] = &["out", "kernel", "stride", "padding", "dilation", "groups", "bias", "init"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let outputs = arguments.required("out", "channels of the output, such as `conv(10, kernel = 5)`");
    affine(arguments, input, outputs)
}

/// A convolution of this many output channels, with the arguments but for the first; also what a convolutional maxout
/// stands on.
pub(super) fn affine(arguments: &mut Arguments<'_>, input: &Shape, outputs: Option<usize>) -> Option<Layer> {
    let kernel = arguments.required_pair("kernel", "the size of the kernel, such as `kernel = 3` or `kernel = (3, 5)`");
    let stride = arguments.pair("stride", [1, 1], 1);
    let padding = arguments.padding();
    let dilation = arguments.pair("dilation", [1, 1], 1);
    let groups = arguments.count("groups", 1);
    let bias = arguments.flag("bias", true);
    let init = arguments.weight_init();
    let image = arguments.image(input);
    let (outputs, kernel, stride, padding) = (outputs?, kernel?, stride?, padding?);
    let (dilation, groups, bias, init, [channels, height, width]) = (dilation?, groups?, bias?, init?, image?);

    if channels % groups != 0 || outputs % groups != 0 {
        let which = if channels % groups != 0 {
            format!("the {channels} input channels")
        } else {
            format!("the {outputs} output channels")
        };
        let common: Vec<String> =
            (1..=channels).filter(|g| channels % g == 0 && outputs % g == 0).map(|g| g.to_string()).collect();
        let common = common.join(", ");
        let help = format!("groups divide the channels of input and output, {channels} and {outputs}: {common} would do");
        arguments.wrong("groups", format!("`groups = {groups}` does not divide {which}"), "", &help);
        return None;
    }
    let padding = match padding {
        Padding::Same if stride != [1, 1] => {
            let [top, left] = Window { kernel, stride, padding, dilation }.before();
            let help = if top == left || arguments.is_line() { format!("`padding = {left}`") } else { format!("`padding = ({top}, {left})`") };
            let help = format!("{help} gives the size of the input, divided by the stride");
            arguments.wrong("padding", "`padding = same` needs `stride = 1`", "", &help);
            return None;
        }
        other => other,
    };
    let window = Window { kernel, stride, padding, dilation };
    let [rows, columns] = window.output(arguments, [height, width])?;
    let [top, left] = window.before();
    arguments.fits(&[outputs, rows, columns])?;
    arguments.fits(&[outputs, channels / groups, kernel[0], kernel[1]])?;
    let line = arguments.is_line();

    let (inner, [kh, kw], [sh, sw], [dh, dw]) = (channels / groups, kernel, stride, dilation);
    let biases = if bias { outputs } else { 0 };
    let weights = outputs * inner * kh * kw;
    let [wide, narrow] = [32, 16].map(|registers| {
        tiles(registers, outputs / groups, inner, columns, width, kw, sw)
    });
    let geometry = quote! {
        const INPUT: [usize; 3] = [#channels, #height, #width];
        const OUTPUT: [usize; 3] = [#outputs, #rows, #columns];
        const KERNEL: [usize; 2] = [#kh, #kw];
        const STRIDE: [usize; 2] = [#sh, #sw];
        const PADDING: [usize; 2] = [#top, #left];
        const DILATION: [usize; 2] = [#dh, #dw];
        const GROUPS: usize = #groups;
        type Tiles32 = #wide;
        type Tiles16 = #narrow;
    };
    Some(Layer {
        output: input.with_image([outputs, rows, columns]),
        parameters: Some(match line {
            true => Parameters::Own {
                kind: quote!(Conv1d<#outputs, #inner, #kw, #biases>),
                tensors: weight_and_bias(vec![outputs, inner, kw], bias, init),
            },
            false => Parameters::Own {
                kind: quote!(Conv<#outputs, #inner, #kh, #kw, #biases>),
                tensors: weight_and_bias(vec![outputs, inner, kh, kw], bias, init),
            },
        }),
        macs: (weights * rows * columns) as u64,
        operations: vec![Operation {
            module: "conv",
            constant: Constant::Geometry(geometry),
            output: outputs * rows * columns,
            parameters: true,
            in_place: false,
            training_only: false,
            draws: false,
            saved: 0,
            sums: 0,
            least_batch: 1,
            backward: Backward::Affine { temporary: 0 },
            calibrates: false,
            gain: Gain::Square(1.0),
        }],
    })
}

/// Register tiles for one group of `outputs` × `inputs` channels. Below eight accumulators a kernel waits for its own
/// results; above 28 of 32 registers, or 12 of 16, it spills.
fn tiles(
    registers: usize,
    outputs: usize,
    inputs: usize,
    columns: usize,
    width: usize,
    taps: usize,
    stride: usize,
) -> TokenStream {
    let most = if registers == 32 { 24 } else { 10 };

    // Forward: the more outputs, the fewer loads of pixels; the more pixels, the fewer of weights.
    let forward_outputs = tile(outputs, 5);
    let pixels = [8, 4, 2, 1].into_iter().find(|p| forward_outputs * p <= most && *p <= columns).unwrap_or(1);

    // Backward-input: a whole row if it fits, else as even a part of it as there is.
    let longest = if registers == 32 { 14 } else { 12 };
    let row = if width <= longest {
        width
    } else {
        let parts = width.div_ceil(longest);
        width.div_ceil(parts).next_multiple_of(stride)
    };
    let channels = tile(inputs, ((if registers == 32 { 28 } else { 12 }) / row).clamp(1, 4));

    // Backward-weight: neighbouring taps share pixels.
    let tap = (1..=taps.min(7)).rev().find(|k| taps.is_multiple_of(*k)).unwrap_or(1);
    let weight_inputs = if tap >= 3 { 1 } else { tile(inputs, 4 / tap) };
    let budget = if registers == 32 { 25 } else { 12 };
    let weight_outputs = tile(outputs, (budget / (tap * weight_inputs)).clamp(1, 8));
    let [left, channels_left] = [outputs % forward_outputs, inputs % channels];
    let [outputs_left, inputs_left] = [outputs % weight_outputs, inputs % weight_inputs];
    quote!((
        layers::conv::Outputs<#forward_outputs, #left, #pixels>,
        layers::conv::Row<#channels, #channels_left, #row>,
        layers::conv::Taps<#weight_outputs, #outputs_left, #weight_inputs, #inputs_left, #tap>
    ))
}
