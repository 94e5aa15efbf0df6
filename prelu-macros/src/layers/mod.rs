//! A file per layer: its arguments, its shape rule, its parameters, its cost, and the kernels it calls.
//!
//! A new layer is a file here with a `check` function and an `ARGUMENTS` list, its name in [`layers!`], a file of the
//! same name in the runtime, and a net in the list of `tests/snapshots.rs`.

mod arguments;
mod values;
mod window;

use proc_macro2::TokenStream;

pub(crate) use dropout_channels::operation as drop_channels;
pub(crate) use linear::tile;

pub(crate) use arguments::{Arguments, Slopes, Surroundings, Takes, trail};
pub(crate) use values::{Constants, Value, evaluate, outside};
pub(crate) use window::inside;

use crate::path::Path;
use crate::shape::Shape;

/// Declares the modules and the table of layers.
macro_rules! layers {
    ($($name:ident)*) => {
        $(mod $name;)*

        /// All layers by name.
        pub(crate) const TABLE: &[Definition] =
            &[$(Definition { name: stringify!($name), arguments: $name::ARGUMENTS, check: $name::check }),*];
    };
}

layers! {
    alpha_dropout avg_pool batch_norm conv conv_transpose custom dropout dropout_channels elu flatten gelu
    global_avg_pool global_max_pool hard_swish identity layer_norm leaky_relu linear log_softmax max_pool maxout prelu
    relu relu6 selu sigmoid silu softmax softplus tanh upsample
}

/// What a layer's file provides.
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    /// The arguments that it knows; the positional one, if any, comes first.
    pub(crate) arguments: &'static [&'static str],
    /// Reads the arguments and infers the shape; reports what is wrong and gives `None`.
    pub(crate) check: fn(&mut Arguments<'_>, &Shape) -> Option<Layer>,
}

/// A layer whose arguments and shape are right.
pub(crate) struct Layer {
    pub(crate) output: Shape,
    pub(crate) parameters: Option<Parameters>,
    /// Multiply-adds for one sample, forward.
    pub(crate) macs: u64,
    /// What it does, in order, each with the output of the one before.
    pub(crate) operations: Vec<Operation>,
    /// What it computes, for other programs to know: a variant of the runtime's `formula::Formula` with its fields.
    pub(crate) formula: TokenStream,
}

impl Layer {
    /// A layer without parameters.
    pub(crate) fn plain(output: Shape, operation: Operation, formula: TokenStream) -> Self {
        Self { output, parameters: None, macs: 0, operations: vec![operation], formula }
    }
}

/// The parameters of a layer.
pub(crate) enum Parameters {
    /// Its own: the struct in `runtime::layers`, and its tensors in memory order.
    Own { kind: TokenStream, tensors: Vec<Tensor> },
    /// Those of an earlier layer.
    Tied(Path),
}

impl Parameters {
    /// The tensors that are its own.
    pub(crate) fn tensors(&self) -> &[Tensor] {
        match self {
            Self::Own { tensors, .. } => tensors,
            Self::Tied(_) => &[],
        }
    }
}

/// One tensor of parameters, or of running statistics.
pub(crate) struct Tensor {
    pub(crate) name: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) init: Init,
    pub(crate) decays: bool,
}

/// What `init` says of weights.
#[derive(Clone, Copy)]
pub(crate) enum WeightInit {
    /// As PyTorch does where nothing is said: weights and biases uniform in ±1/√fan_in.
    Default,
    He,
    Lecun,
    Value(f64),
}

/// How a tensor is initialised.
#[derive(Clone, Copy)]
pub(crate) enum Init {
    Uniform(f64),
    /// The standard deviation.
    Normal(f64),
    /// Normal, with a deviation that depends on the activation that follows; see [`Gain`].
    He {
        fan_in: usize,
    },
    Constant(f64),
    FromData {
        inputs_per_slope: usize,
    },
    /// A running statistic: what it begins with, and the weight of the newest batch.
    Running {
        value: f64,
        momentum: f64,
    },
}

/// Something that the runtime computes: a module of `runtime::layers` with the calls that [`Backward`] and the other
/// fields imply.
pub(crate) struct Operation {
    /// The module; its calls are `Forward` and so on.
    pub(crate) module: &'static str,
    /// The field `layer` of its calls.
    pub(crate) constant: Constant,
    /// Elements of a sample's output.
    pub(crate) output: usize,
    /// Whether its calls take the layer's parameters.
    pub(crate) parameters: bool,
    /// Whether there is a `ForwardInPlace` beside `Forward`.
    pub(crate) in_place: bool,
    /// Whether it is for training alone; its inference is the identity.
    pub(crate) training_only: bool,
    /// Whether forward draws random numbers.
    pub(crate) draws: bool,
    /// Vectors that forward keeps for backward.
    pub(crate) saved: usize,
    /// Floats of `temporary` for `Forward` of a single sample; `None`, and it has no such field.
    pub(crate) temporary: Option<usize>,
    /// Sums over the whole batch that forward needs, and as many that backward needs; see [`Backward::Coupled`].
    pub(crate) sums: usize,
    /// The samples that a batch needs at least.
    pub(crate) least_batch: usize,
    pub(crate) backward: Backward,
    /// An activation, and its layer, that the planner has put into the calls of a [`Backward::Coupled`] operation.
    pub(crate) activation: Option<(usize, Box<Operation>)>,
    /// What the planner must know to fuse it with its neighbours.
    pub(crate) fusible: Fusible,
    /// Whether a `Calibrate` call counts negative inputs.
    pub(crate) calibrates: bool,
    pub(crate) gain: Gain,
}

/// What an operation can be fused as.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Fusible {
    /// Not at all.
    No,
    /// A convolution.
    Convolution(Extent),
    /// A normalisation of channels.
    Norm,
    /// A function with a slope for negative inputs, one for all or one for each channel.
    Leak,
    /// Dropout of whole channels, with this rate: [`drop_channels`].
    DropChannels(f64),
    /// A pool of maxima.
    MaxPool(Extent),
}

/// Where windows lie; shapes are `[C, H, W]`, pairs (height, width).
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub(crate) input: [usize; 3],
    pub(crate) output: [usize; 3],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    /// In front.
    pub(crate) padding: [usize; 2],
    pub(crate) dilation: [usize; 2],
    pub(crate) groups: usize,
}

/// What an operation asks of the weights before it, so that values keep their spread from layer to layer.
#[derive(Clone, Copy)]
pub(crate) enum Gain {
    /// Nothing of its own: what follows it counts.
    Through,
    /// The variance of weights, times their fan-in: for a slope a of negative inputs, 2/(1 + a²) (He et al. 2015,
    /// equation 15).
    Square(f64),
}

impl Gain {
    pub(crate) fn of_slope(slope: f64) -> Self {
        Self::Square(2.0 / (1.0 + slope * slope))
    }
}

/// The field `layer` of a call.
pub(crate) enum Constant {
    /// There is none.
    None,
    /// A value, as tokens relative to `runtime::layers`.
    Value(TokenStream),
    /// The type of a custom layer, as the program calls it, and the other arguments of `runtime::layers::custom::call`.
    Custom { path: syn::Path, arguments: TokenStream },
    /// A type of the net's own, which implements `Geometry` of the module with these items.
    Geometry(TokenStream),
}

/// The field `temporary` of an affine map's calls.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Temporary {
    /// There is none.
    None,
    /// That of `BackwardWeight` is of so many vectors.
    Own(usize),
    /// Those of all calls are, but for a single sample, what the layers share: `Network::TEMPORARY`.
    Shared,
}

/// How a gradient goes through an operation.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Backward {
    /// `Backward { d, … }` makes dy into dx in place.
    InPlace { reads_x: bool },
    /// `Backward { dy, dx, … }`, which may also read x and make a gradient of parameters.
    Apart { reads_x: bool },
    /// `BackwardWeight { x, dy, … }`, then `BackwardInput { dy, dx, … }`.
    Affine { temporary: Temporary },
    /// Samples of a batch depend on each other. Forward is `Statistics { x, … }` of all blocks, then `Forward`; backward is
    /// `BackwardStatistics { x, dy, … }` of all blocks, then `Backward { x, d, … }` in place. Inference is `Predict`, also in
    /// place.
    Coupled,
}

impl Operation {
    /// A function of each element, whose backward reads x.
    pub(crate) fn pointwise(module: &'static str, constant: TokenStream, output: usize) -> Self {
        Self {
            module,
            constant: Constant::Value(constant),
            output,
            parameters: false,
            in_place: true,
            training_only: false,
            draws: false,
            saved: 0,
            temporary: None,
            sums: 0,
            least_batch: 1,
            backward: Backward::InPlace { reads_x: true },
            activation: None,
            fusible: Fusible::No,
            calibrates: false,
            gain: Gain::of_slope(0.0),
        }
    }
}

impl Tensor {
    /// Whether it is a parameter, not a running statistic.
    pub(crate) fn learned(&self) -> bool {
        !matches!(self.init, Init::Running { .. })
    }

    pub(crate) fn elements(&self) -> usize {
        self.shape.iter().product()
    }
}
