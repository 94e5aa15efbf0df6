//! `conv(out, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true, init)`

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::linear::{self, tile, weight_and_bias};
use super::window::{Padding, Window, inside};
use super::{Arguments, Backward, Constant, Extent, Fusible, Gain, Layer, Operation, Parameters, Temporary, WeightInit};
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

    check_groups(arguments, groups, channels, outputs)?;
    let padding = match padding {
        Padding::Same if stride != [1, 1] => {
            let [top, left] = Window { kernel, stride, padding, dilation, ceil: false }.before();
            let help = if top == left || arguments.is_line() { format!("`padding = {left}`") } else { format!("`padding = ({top}, {left})`") };
            let help = format!("{help} gives the size of the input, divided by the stride");
            arguments.wrong("padding", "`padding = same` needs `stride = 1`", "", &help);
            return None;
        }
        other => other,
    };
    let window = Window { kernel, stride, padding, dilation, ceil: false };
    let [rows, columns] = window.output(arguments, [height, width])?;
    arguments.fits(&[outputs, rows, columns])?;
    arguments.fits(&[outputs, channels / groups, kernel[0], kernel[1]])?;

    let (inner, [kh, kw]) = (channels / groups, kernel);
    let biases = if bias { outputs } else { 0 };
    let weights = outputs * inner * kh * kw;
    let (shape, image) = ([channels, height, width], [outputs, rows, columns]);
    let method = Method::of(shape, image, &window, groups);
    let constant = geometry(shape, image, &window, groups, method);
    let tiles = if let Method::Minimal(_) = method { tiles_of_one(shape, image) } else { 0 };
    let extent = Extent { input: shape, output: image, kernel, stride, padding: window.before(), dilation, groups };
    let formula = window.formula();
    Some(Layer {
        output: input.with_image(image),
        parameters: Some(parameters("Conv", [outputs, inner, kh, kw], biases, init, arguments.is_line())),
        macs: weights.saturating_mul(rows * columns) as u64,
        operations: vec![Operation {
            temporary: Some(window.planes(shape, [rows, columns]).max(tiles)),
            backward: Backward::Affine { temporary: Temporary::Shared },
            // A pool gains less by being fused than it would lose.
            fusible: if method == Method::Plain { Fusible::Convolution(extent) } else { Fusible::No },
            ..operation("conv", constant, outputs * rows * columns)
        }],
        formula: quote!(Conv { window: #formula, groups: #groups }),
    })
}

/// Reports groups that do not divide the channels of input and output.
pub(super) fn check_groups(
    arguments: &mut Arguments<'_>,
    groups: usize,
    channels: usize,
    outputs: usize,
) -> Option<()> {
    let divide = |groups: usize| [channels, outputs].map(|n| n.is_multiple_of(groups));
    let which = match divide(groups) {
        [true, true] => return Some(()),
        [false, _] => format!("the {channels} input channels"),
        _ => format!("the {outputs} output channels"),
    };
    // There may be very many channels.
    let common = (1..=channels.min(1 << 16)).filter(|&g| divide(g) == [true, true]);
    let common: Vec<String> = common.take(12).map(|g| g.to_string()).collect();
    let common = common.join(", ");
    let help = format!("groups divide the channels of input and output, {channels} and {outputs}: {common} would do");
    arguments.wrong("groups", format!("`groups = {groups}` does not divide {which}"), "", &help);
    None
}

/// Weight and biases of a type of the runtime, or of that with `1d` behind its name, whose kernel has no height.
pub(super) fn parameters(name: &str, weight: [usize; 4], biases: usize, init: WeightInit, line: bool) -> Parameters {
    let [a, b, kh, kw] = weight;
    let (kind, weight) = match line {
        true => (format_ident!("{name}1d"), vec![a, b, kw]),
        false => (format_ident!("{name}"), vec![a, b, kh, kw]),
    };
    Parameters::Own { kind: quote!(#kind<#(#weight,)* #biases>), tensors: weight_and_bias(weight, biases, init) }
}

/// An affine map by the kernels of a convolution.
pub(super) fn operation(module: &'static str, constant: Constant, output: usize) -> Operation {
    Operation {
        constant,
        parameters: true,
        in_place: false,
        backward: Backward::Affine { temporary: Temporary::None },
        gain: Gain::Square(1.0),
        ..Operation::pointwise(module, TokenStream::new(), output)
    }
}

/// How a convolution is computed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Method {
    /// By taps.
    Plain,
    /// By minimal filtering, with tiles of so many outputs a side.
    Minimal(usize),
    /// As the linear layer that it is where the kernel covers the input.
    Linear,
}

impl Method {
    fn of(input: [usize; 3], output: [usize; 3], window: &Window, groups: usize) -> Self {
        let whole = window.kernel[..] == input[1..] && output[1..] == [1, 1] && window.before() == [0, 0];
        if whole && groups == 1 && window.dilation == [1, 1] {
            return Self::Linear;
        }
        minimal_side(input, output, window, groups).map_or(Self::Plain, Self::Minimal)
    }
}

/// Outputs a side of the tiles by which minimal filtering (`kernels::winograd`) takes fewest operations, if those are fewer
/// than plain convolution's by a margin: of all, in vectors, the multiply-adds, and what is done to bring tiles and filters to
/// where they are multiplied and back.
fn minimal_side(input: [usize; 3], output: [usize; 3], window: &Window, groups: usize) -> Option<usize> {
    let ([channels, _, _], [outputs, rows, columns]) = (input, output);
    let before = window.before();
    let fits = window.kernel == [3, 3] && window.stride == [1, 1] && window.dilation == [1, 1];
    if !fits || groups != 1 || before[0] > 2 || before[1] > 2 {
        return None;
    }
    let inside = |axis: usize| inside(3, before[axis], input[axis + 1], output[axis + 1]);
    let pairs = channels.saturating_mul(outputs);
    let plain = inside(0).saturating_mul(inside(1)).saturating_mul(pairs);
    let operations = |side: usize, points: usize, tile: usize, sums: usize, filter: usize| {
        let tiles = rows.div_ceil(side) * columns.div_ceil(side);
        let products = pairs.saturating_mul(points).saturating_add(tile * channels + sums * outputs);
        tiles.saturating_mul(products).saturating_add(pairs.saturating_mul(filter))
    };
    // Larger tiles round more, and have to be worth it by a margin too. Levels without fused multiply-adds take the smaller
    // ones in their place.
    let [two, four] = [operations(2, 16, 40, 34, 12), operations(4, 36, 200, 170, 28)];
    let pays = |less: usize, than: usize| less <= than / 5 * 4;
    pays(two, plain).then_some(if pays(four, two) { 4 } else { 2 })
}

/// Floats that minimal filtering of a single sample works in, with whatever lanes: the `FLOATS` of
/// `kernels::winograd::single`.
fn tiles_of_one([channels, ..]: [usize; 3], [outputs, rows, columns]: [usize; 3]) -> usize {
    let floats = |lanes: usize| {
        let parts = columns.div_ceil(lanes / 2);
        let tiles = (rows.div_ceil(2) * parts).div_ceil(4);
        let chunk = (1024 / (channels + outputs) / lanes).clamp(1, tiles);
        let filters = 16 * (outputs * channels.div_ceil(lanes) + 1);
        let products = 16 * ((channels + outputs.min(8)) * chunk + 2);
        let plane = (rows.next_multiple_of(2) + 2) * (parts * lanes / 2 + 2);
        (filters + products + 1) * lanes + plane
    };
    [4, 8, 16].into_iter().map(floats).fold(0, usize::max)
}

/// What `kernels::conv::Geometry` is made of, for the convolution from `input` to `output`.
pub(super) fn geometry(
    input: [usize; 3],
    output: [usize; 3],
    window: &Window,
    groups: usize,
    method: Method,
) -> Constant {
    let ([channels, height, width], [outputs, _, columns]) = (input, output);
    let [wide, narrow] = [32, 16].map(|registers| {
        let plain = tiles(registers, [outputs / groups, channels / groups], [columns, width], window);
        match method {
            Method::Plain => plain,
            Method::Minimal(side) => minimal_tiles(registers, side, outputs, channels, &plain),
            Method::Linear => {
                let tiles = linear::tiles(registers, channels * height * width, outputs);
                quote!(layers::conv::Whole<#tiles>)
            }
        }
    });
    let [input, output] = [input, output].map(|shape| quote!([usize; 3] = [#(#shape),*]));
    let [kernel, stride, padding, dilation] = [window.kernel, window.stride, window.before(), window.dilation]
        .map(|pair| quote!([usize; 2] = [#(#pair),*]));
    Constant::Geometry(quote! {
        const INPUT: #input;
        const OUTPUT: #output;
        const KERNEL: #kernel;
        const STRIDE: #stride;
        const PADDING: #padding;
        const DILATION: #dilation;
        const GROUPS: usize = #groups;
        type Tiles32 = #wide;
        type Tiles16 = #narrow;
    })
}

/// Register tiles of `kernels::winograd`; three neighbouring tiles of the image share a filter.
fn minimal_tiles(registers: usize, side: usize, outputs: usize, inputs: usize, plain: &TokenStream) -> TokenStream {
    let [channels, sums] = if registers == 32 { [8, 16] } else { [4, 12] };
    let [forward, backward, weight] = [tile(outputs, channels), tile(inputs, channels), tile(outputs, sums)];
    let [left, inputs_left, weight_left] = [outputs % forward, inputs % backward, outputs % weight];
    let points = side + 2;
    quote!(layers::conv::Winograd<#plain, #side, #points, #forward, #left, #backward, #inputs_left, #weight, #weight_left, 3>)
}

/// Channels and columns of a tile of backward-input: a whole row if it fits, else the cheapest part of the columns of one
/// remainder modulo the stride.
fn input_tile(registers: usize, inputs: usize, width: usize, window: &Window) -> (usize, usize) {
    let [taps, stride, dilation] = [window.kernel[1], window.stride[1], window.dilation[1]];
    let sums = if registers == 32 { 28 } else { 12 };
    // A single channel that strides meets few taps.
    let longest = if inputs == 1 && stride > 1 { sums } else { sums.min(14) };
    if width <= longest && (taps > 1 || sums / width >= 4) {
        return (tile(inputs, (sums / width).clamp(1, 4)), width);
    }
    // Beside the sums there are registers for a weight and for the gradients of the outputs; LLVM keeps those that the next
    // tap wants too.
    let (columns, meet) = ((width / stride).max(1), if dilation == 1 { taps.div_ceil(stride) } else { taps });
    let shared = if dilation == 1 || dilation == stride { meet - 1 } else { 0 };
    let part = |channels: usize| {
        let longest = ((registers - 1).saturating_sub(shared) / (channels + 1)).min((registers - 1) / channels - 1).max(1);
        columns.div_ceil(columns.div_ceil(longest))
    };
    // Half multiply-adds: two are begun for each load, and eight are under way at least.
    let cost = |channels: usize, part: usize| {
        let loads = channels + (part + shared).div_ceil(meet);
        columns.div_ceil(part) * inputs.div_ceil(channels) * (2 * (channels * part).max(8) + 3 * loads)
    };
    (1..=inputs.min(4)).map(|channels| (channels, part(channels))).min_by_key(|&(c, w)| (cost(c, w), w)).unwrap_or((1, 1))
}

/// Register tiles for one group of `outputs` × `inputs` channels. Below eight accumulators a kernel waits for its own
/// results; above 28 of 32 registers, or 12 of 16, it spills.
fn tiles(
    registers: usize,
    [outputs, inputs]: [usize; 2],
    [columns, width]: [usize; 2],
    window: &Window,
) -> TokenStream {
    let most = if registers == 32 { 24 } else { 10 };

    // Forward: the more outputs, the fewer loads of pixels; the more pixels, the fewer of weights.
    let forward_outputs = tile(outputs, 5);
    let pixels = [8, 4, 2, 1].into_iter().find(|p| forward_outputs * p <= most && *p <= columns).unwrap_or(1);

    let (channels, row) = input_tile(registers, inputs, width, window);

    // Backward-weight: neighbouring taps share pixels.
    let taps = window.kernel[1];
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
