//! What each layer of a net computes, with its arguments as numbers: what one needs to write the net down in another
//! language. The macro emits it as [`Network::FORMULAS`](crate::Network::FORMULAS), a constant that a program which does
//! not use it does not contain.
//!
//! What is not here is in [`Summary::layers`](crate::Summary::layers), in the same order: keys, edges and shapes; and in
//! [`Summary::parameters`](crate::Summary::parameters): the tensors, `weight` and `bias` behind the layer's key.

/// What a layer computes in inference, and how training differs. Channels are the first dimension of a sample; a line,
/// `[C, T]`, is an image of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Formula {
    /// The sum of all inputs.
    Add,
    /// In training, elements become what `selu` tends to.
    AlphaDropout {
        /// The probability of it.
        rate: f32,
    },
    /// The mean of each window, padding counted.
    AvgPool(Window),
    /// Normalised by the running statistics of each channel, in training by the batch's.
    BatchNorm {
        /// Added to the variance.
        eps: f32,
        /// The weight of the newest batch in the running statistics.
        momentum: f32,
    },
    /// All inputs, one behind the other along the channels.
    Concat,
    /// Cross-correlation.
    Conv {
        /// The kernel's window.
        window: Window,
        /// Groups of channels.
        groups: usize,
    },
    /// The transpose of the convolution of this window, from its output to its input.
    ConvTranspose {
        /// The kernel's window. Padding is taken away from the output.
        window: Window,
        /// Rows and columns that the output has more, below and to the right.
        output_padding: [usize; 2],
        /// Groups of channels.
        groups: usize,
    },
    /// A layer of the program's own.
    Custom {
        /// Its type, as declared.
        layer: &'static str,
    },
    /// In training, elements become zero.
    Dropout {
        /// The probability of it.
        rate: f32,
    },
    /// In training, whole channels become zero.
    DropoutChannels {
        /// The probability of it.
        rate: f32,
    },
    /// x where x > 0, else α·(eˣ − 1).
    Elu {
        /// α
        alpha: f32,
    },
    /// All elements as features.
    Flatten,
    /// x·Φ(x), with the normal distribution Φ.
    Gelu,
    /// The mean of each channel, as features.
    GlobalAvgPool,
    /// The largest element of each channel, as features.
    GlobalMaxPool,
    /// x·min(max(x + 3, 0), 6)/6
    HardSwish,
    /// x
    Identity,
    /// Normalised over the whole sample.
    LayerNorm {
        /// Added to the variance.
        eps: f32,
    },
    /// x where x > 0, else a slope times x.
    LeakyRelu {
        /// The slope.
        slope: f32,
    },
    /// weight·x + bias, where x is all elements as features.
    Linear,
    /// The logarithm of softmax.
    LogSoftmax,
    /// The largest element of each window.
    MaxPool(Window),
    /// The largest of neighbouring channels.
    Maxout {
        /// How many are neighbours.
        pieces: usize,
        /// The channels, `Linear` or `Conv`, with the layer's parameters.
        of: &'static Self,
    },
    /// x where x > 0, else a slope times x; slopes are one, one for each channel, or one for each element.
    Prelu {
        /// The key of the layer whose slopes it shares; `None` where they are its own.
        tie: Option<&'static str>,
    },
    /// max(x, 0)
    Relu,
    /// min(max(x, 0), 6)
    Relu6,
    /// λ·x where x > 0, else λα·(eˣ − 1); λ and α are those of Klambauer et al. 2017.
    Selu,
    /// 1/(1 + e⁻ˣ)
    Sigmoid,
    /// x·sigmoid(x)
    Silu,
    /// eˣ, over its sum over the channels of each pixel.
    Softmax,
    /// ln(1 + eˣ)
    Softplus,
    /// tanh(x)
    Tanh,
    /// Each pixel becomes a block of equal ones.
    Upsample {
        /// The block's height and width.
        factor: [usize; 2],
    },
}

/// A window that slides over an image; pairs are (height, width).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its size.
    pub kernel: [usize; 2],
    /// How far it moves.
    pub stride: [usize; 2],
    /// Padding above and to the left.
    pub before: [usize; 2],
    /// Padding below and to the right.
    pub after: [usize; 2],
    /// The distance of its elements.
    pub dilation: [usize; 2],
    /// Whether the last windows of a pool may reach over the padded input: PyTorch's `ceil_mode`.
    pub ceil: bool,
}
