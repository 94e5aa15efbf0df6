//! `conv_transpose(out, kernel, stride = 1, padding = 0, output_padding = 0, dilation = 1, groups = 1, bias = true, init)`

use quote::quote;

use super::conv::{Method, check_groups, geometry, operation, parameters};
use super::window::{Padding, Window, pair};
use super::{Arguments, Layer};
use crate::shape::Shape;

pub(super) const ARGUMENTS: &[&str] =
    &["out", "kernel", "stride", "padding", "output_padding", "dilation", "groups", "bias", "init"];

pub(super) fn check(arguments: &mut Arguments<'_>, input: &Shape) -> Option<Layer> {
    let outputs =
        arguments.required("out", "channels of the output, such as `conv_transpose(10, kernel = 2, stride = 2)`");
    let kernel = arguments.required_pair("kernel", "the size of the kernel, such as `kernel = 3` or `kernel = (3, 5)`");
    let stride = arguments.pair("stride", [1, 1], 1);
    let padding = padding(arguments);
    let output_padding = arguments.pair("output_padding", [0, 0], 0);
    let dilation = arguments.pair("dilation", [1, 1], 1);
    let groups = arguments.count("groups", 1);
    let bias = arguments.flag("bias", true);
    let init = arguments.weight_init();
    let image = arguments.image(input);
    let (outputs, kernel, stride, padding) = (outputs?, kernel?, stride?, padding?);
    let (extra, dilation, groups, bias, init) = (output_padding?, dilation?, groups?, bias?, init?);
    let image @ [channels, height, width] = image?;

    check_groups(arguments, groups, channels, outputs)?;
    let window = Window { kernel, stride, padding: Padding::Pair(padding), dilation, ceil: false };
    let rows = size(arguments, &window, padding, extra, 0, height)?;
    let columns = size(arguments, &window, padding, extra, 1, width)?;
    let (inner, [kh, kw]) = (outputs / groups, kernel);
    let output = [outputs, rows, columns];
    arguments.fits(&output)?;
    arguments.fits(&[channels, inner, kh, kw])?;
    let biases = if bias { outputs } else { 0 };
    // The convolution that it is the transpose of goes from its output to its input.
    let (shape, extra) = (window.formula(), pair(extra));
    let constant = geometry(output, image, &window, groups, Method::Plain);
    Some(Layer {
        output: input.with_image(output),
        parameters: Some(parameters("ConvTranspose", [channels, inner, kh, kw], biases, init, arguments.is_line())),
        macs: (channels * inner * kh * kw).saturating_mul(height * width) as u64,
        operations: vec![operation("conv_transpose", constant, outputs * rows * columns)],
        formula: quote!(ConvTranspose { window: #shape, output_padding: #extra, groups: #groups }),
    })
}

/// Rows and columns that are taken away from the output at each side.
fn padding(arguments: &mut Arguments<'_>) -> Option<[usize; 2]> {
    if arguments.value("padding")?.is_some_and(|padding| padding.is_word("same")) {
        let help = "with `stride = 1` and an odd kernel, `padding = dilation·(kernel − 1)/2` gives the size of the input";
        arguments.wrong("padding", "`padding = same` is for `conv`", "", help);
        return None;
    }
    arguments.pair("padding", [0, 0], 0)
}

/// The output's height or width: (size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1.
fn size(
    arguments: &mut Arguments<'_>,
    window: &Window,
    padding: [usize; 2],
    extra: [usize; 2],
    axis: usize,
    size: usize,
) -> Option<usize> {
    let side = if arguments.is_line() { "length" } else { ["height", "width"][axis] };
    let (kernel, stride, dilation) = (window.kernel[axis], window.stride[axis], window.dilation[axis]);
    let (padding, extra) = (padding[axis], extra[axis]);
    let reach = stride.max(dilation);
    if extra >= reach {
        let what = format!("`output_padding = {extra}` is neither below the stride, {stride}, nor the dilation, {dilation}");
        let help = if reach == 1 {
            "leave `output_padding` out: at stride 1 there is no other size to choose".to_owned()
        } else {
            format!("`output_padding = {}` at most; it chooses among the sizes that the stride takes to one", reach - 1)
        };
        arguments.wrong("output_padding", what, "", &help);
        return None;
    }
    let [n, k, s, p, d, e] = [size, kernel, stride, padding, dilation, extra].map(|n| n as i128);
    let unpadded = (n - 1) * s + d * (k - 1) + e + 1;
    if unpadded <= 2 * p {
        let why = format!(
            "in {side} ({n} − 1)·{s} − 2·{p} + {d}·({k} − 1) + {e} + 1 = {}",
            unpadded - 2 * p
        );
        let help = match (unpadded - 1) / 2 {
            0 => "leave `padding` out".to_owned(),
            most => format!("`padding = {most}` at most: it is taken away from the output"),
        };
        arguments.wrong("padding", format!("`padding = {padding}` leaves no output"), &why, &help);
        return None;
    }
    // What does not fit is more than memory can hold.
    Some(usize::try_from(unpadded - 2 * p).unwrap_or(usize::MAX))
}
