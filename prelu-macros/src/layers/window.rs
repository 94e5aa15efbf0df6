//! What convolution and pooling share: windows that slide over an image.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Arguments, Backward, Constant, Extent, Fusible, Gain, Layer, Operation};
use crate::shape::Shape;

/// Padding as declared.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Padding {
    /// Rows above and below, columns left and right.
    Pair([usize; 2]),
    /// As much as keeps the size; an odd one more goes behind.
    Same,
}

/// A window; pairs are (height, width).
pub(crate) struct Window {
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: Padding,
    pub(crate) dilation: [usize; 2],
    /// Whether the last may reach over the padded input, so that no pixel is left out: PyTorch's `ceil_mode`.
    pub(crate) ceil: bool,
}

impl Window {
    /// What the dilated kernel covers.
    fn extent(&self, axis: usize) -> usize {
        self.dilation[axis].saturating_mul(self.kernel[axis] - 1).saturating_add(1)
    }

    /// Padding in front and behind.
    fn padding(&self, axis: usize) -> (usize, usize) {
        match self.padding {
            Padding::Pair(pair) => (pair[axis], pair[axis]),
            Padding::Same => {
                let all = self.extent(axis) - 1;
                (all / 2, all - all / 2)
            }
        }
    }

    /// Padding above and to the left.
    pub(crate) fn before(&self) -> [usize; 2] {
        [self.padding(0).0, self.padding(1).0]
    }

    /// As a `formula::Window` of the runtime.
    pub(crate) fn formula(&self) -> TokenStream {
        let [kernel, stride, dilation] = [self.kernel, self.stride, self.dilation].map(pair);
        let before = pair([self.padding(0).0, self.padding(1).0]);
        let after = pair([self.padding(0).1, self.padding(1).1]);
        let ceil = self.ceil;
        quote!(formula::Window {
            kernel: #kernel,
            stride: #stride,
            before: #before,
            after: #after,
            dilation: #dilation,
            ceil: #ceil,
        })
    }

    /// How far the last window may reach over the padded input along an axis.
    fn over(&self, axis: usize) -> usize {
        if self.ceil { self.stride[axis] - 1 } else { 0 }
    }

    /// What the padded input lacks for the window along an axis, in pixels.
    fn lack(&self, axis: usize, size: usize) -> usize {
        let (front, behind) = self.padding(axis);
        let room = size.saturating_add(front).saturating_add(behind).saturating_add(self.over(axis));
        self.extent(axis).saturating_sub(room)
    }

    /// The output's height and width: floor((size + padding − extent) / stride) + 1; with `ceil`, rounded up, but without
    /// windows that would begin behind the input.
    pub(crate) fn output(&self, arguments: &mut Arguments<'_>, size: [usize; 2]) -> Option<[usize; 2]> {
        if (0..2).any(|axis| self.lack(axis, size[axis]) > 0) {
            self.too_small(arguments, size);
            return None;
        }
        Some([0, 1].map(|axis| {
            let (front, behind) = self.padding(axis);
            let count = (size[axis] + front + behind + self.over(axis) - self.extent(axis)) / self.stride[axis] + 1;
            let last = (count - 1) * self.stride[axis];
            if self.ceil && last >= size[axis] + front { count - 1 } else { count }
        }))
    }

    /// Floats of the planes that the kernel for a single sample lays the input out in; none where it is one as it is.
    pub(crate) fn planes(&self, [channels, height, width]: [usize; 3], output: [usize; 2]) -> usize {
        let reach = |axis: usize| output[axis] + (self.kernel[axis] - 1) * self.dilation[axis] / self.stride[axis];
        let plain = self.stride == [1, 1] && self.before() == [0, 0] && reach(0) <= height && reach(1) <= width;
        if plain { 0 } else { channels * self.stride[0] * self.stride[1] * reach(0) * reach(1) }
    }

    /// Reports that the input is smaller than the window, at the axis that lacks most, with a fix that holds for both.
    fn too_small(&self, arguments: &mut Arguments<'_>, size: [usize; 2]) {
        let axis = usize::from(self.lack(1, size[1]) > self.lack(0, size[0]));
        let pooling = arguments.positional() == "kernel";
        let line = arguments.is_line();
        let written = |pair| written(pair, line);
        let shown = if pooling { arguments.text() } else { format!("kernel = {}", written(self.kernel)) };
        let (padding, _) = self.padding(axis);
        let (dilation, extent) = (self.dilation[axis], self.extent(axis));
        let covers = if dilation > 1 {
            format!("{dilation}·({} − 1) + 1 = {extent}", self.kernel[axis])
        } else {
            format!("{extent}")
        };
        let side = if line { "length" } else { ["height", "width"][axis] };
        let over = if self.ceil { format!(" + ({} − 1)", self.stride[axis]) } else { String::new() };
        let why = format!("in {side} {} + 2·{padding}{over} < {covers}", size[axis]);

        let mut padding = [0, 1].map(|axis| self.padding(axis).0 + self.lack(axis, size[axis]).div_ceil(2));
        let mut kernel = [0, 1].map(|axis| {
            let padded = size[axis] + 2 * self.padding(axis).0 + self.over(axis);
            self.kernel[axis].min((padded - 1) / self.dilation[axis] + 1)
        });
        if self.kernel[0] == self.kernel[1] && !line {
            padding = [padding[0].max(padding[1]); 2];
            kernel = [kernel[0].min(kernel[1]); 2];
        }
        let smaller = if pooling {
            format!("a window of {}", written(kernel))
        } else {
            format!("`kernel = {}`", written(kernel))
        };
        // Padding of a pool is at most half its window.
        let help = if pooling && (0..2).any(|axis| 2 * padding[axis] > self.kernel[axis]) {
            format!("{smaller} fits")
        } else {
            format!("`padding = {}` or {smaller} fits", written(padding))
        };
        arguments.wrong("kernel", format!("`{shown}` does not fit"), &why, &help);
    }
}

/// A pair as one would declare it.
fn written([height, width]: [usize; 2], line: bool) -> String {
    if height == width || line { format!("{width}") } else { format!("({height}, {width})") }
}

/// A pair as an array expression.
pub(super) fn pair(pair: [usize; 2]) -> TokenStream {
    quote!([#(#pair),*])
}

/// The arguments of a pooling layer.
pub(crate) const POOL_ARGUMENTS: &[&str] = &["kernel", "stride", "padding", "ceil_mode"];

/// A pooling layer whose runtime module has a `Geometry`, and whose formula is this kind of `formula::Formula`.
pub(crate) fn pool(
    module: &'static str,
    kind: TokenStream,
    arguments: &mut Arguments<'_>,
    input: &Shape,
) -> Option<Layer> {
    let kernel = arguments.required_pair("kernel", "the size of the window, such as `max_pool(2)`");
    let stride = arguments.pair("stride", kernel.unwrap_or([1, 1]), 1);
    let padding = arguments.pair("padding", [0, 0], 0);
    let ceil = arguments.flag("ceil_mode", false);
    let image = arguments.image(input);
    let (kernel, stride, padding, ceil) = (kernel?, stride?, padding?, ceil?);
    let [channels, height, width] = image?;
    for axis in 0..2 {
        if 2 * padding[axis] > kernel[axis] {
            let what = format!("`padding = {}` is more than half the window of {}", padding[axis], kernel[axis]);
            let help = format!("`padding = {}` at most, so that each window meets the input", kernel[axis] / 2);
            arguments.wrong("padding", what, "", &help);
            return None;
        }
    }
    let window = Window { kernel, stride, padding: Padding::Pair(padding), dilation: [1, 1], ceil };
    let [rows, columns] = window.output(arguments, [height, width])?;
    let output = [channels, rows, columns];
    let extent = Extent {
        input: [channels, height, width],
        output,
        kernel,
        stride,
        padding,
        dilation: [1, 1],
        groups: channels,
    };
    let constant = geometry(extent.input, output, kernel, stride, padding);
    let fusible = if module == "max_pool" { Fusible::MaxPool(extent) } else { Fusible::No };
    let operation = Operation { constant, fusible, ..pooling(module, channels * rows * columns) };
    let window = window.formula();
    Some(Layer::plain(input.with_image(output), operation, quote!(#kind(#window))))
}

/// What `kernels::pooling::Geometry` is made of.
pub(crate) fn geometry(
    input: [usize; 3],
    output: [usize; 3],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
) -> Constant {
    let [input, output] = [input, output].map(|shape| quote!([usize; 3] = [#(#shape),*]));
    let [kernel, stride, padding] = [kernel, stride, padding].map(|pair| quote!([usize; 2] = [#(#pair),*]));
    Constant::Geometry(quote! {
        const INPUT: #input;
        const OUTPUT: #output;
        const KERNEL: #kernel;
        const STRIDE: #stride;
        const PADDING: #padding;
    })
}

/// An operation from x to y whose backward is from dy to dx.
pub(crate) fn pooling(module: &'static str, output: usize) -> Operation {
    Operation {
        module,
        constant: Constant::None,
        output,
        parameters: false,
        in_place: false,
        training_only: false,
        draws: false,
        saved: 0,
        temporary: None,
        sums: 0,
        least_batch: 1,
        backward: Backward::Apart { reads_x: false },
        activation: None,
        fusible: Fusible::No,
        calibrates: false,
        gain: Gain::Through,
    }
}

/// Pairs of output and tap, along an axis, whose pixel is inside; with stride 1.
pub(crate) fn inside(taps: usize, before: usize, pixels: usize, outputs: usize) -> usize {
    let image = before..before + pixels;
    (0..outputs).map(|i| (0..taps).filter(|u| image.contains(&(i + u))).count()).sum()
}
