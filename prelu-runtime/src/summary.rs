//! What a net is made of, in tables that its type carries.

use core::fmt;
use core::ops::Range;

mod diagram;

/// The layers and parameters of a net. Printed, it is a table.
#[derive(Debug)]
pub struct Summary {
    /// The name of the type.
    pub name: &'static str,
    /// The shape of one input, channels first.
    pub input: &'static [usize],
    /// The shape of one output.
    pub output: &'static [usize],
    /// All layers in the order they run.
    pub layers: &'static [LayerSummary],
    /// All parameters in the order they lie in memory.
    pub parameters: &'static [ParameterSummary],
    /// All running statistics in the order they lie in memory: not learned, but part of the net.
    pub buffers: &'static [BufferSummary],
}

/// One layer as declared.
#[derive(Debug)]
pub struct LayerSummary {
    /// Its key: the name, or kind and ordinal.
    pub key: &'static str,
    /// The declaration, such as `conv(10, kernel = 5)`.
    pub declaration: &'static str,
    /// The layers that it reads, by their place in [`Summary::layers`]; `None` is the net's input.
    pub inputs: &'static [Option<usize>],
    /// The shape of its output.
    pub output: &'static [usize],
    /// Its parameters, counted.
    pub parameters: usize,
    /// Multiply-adds for one sample, forward.
    pub macs: u64,
}

/// One tensor of parameters.
#[derive(Clone, Debug)]
pub struct ParameterSummary {
    /// The key in a state dict, such as `conv1.weight`.
    pub key: &'static str,
    /// Its shape.
    pub shape: &'static [usize],
    /// Where it begins in the flat slice of all parameters, in floats.
    pub offset: usize,
    /// How many floats.
    pub len: usize,
    /// How it is initialised.
    pub init: Init,
    /// Whether weight decay applies: to weights of affine maps, not to biases or slopes.
    pub decays: bool,
    /// Whether training leaves it as it is: no step, no decay, no share in the norm of the gradient.
    pub frozen: bool,
}

impl ParameterSummary {
    /// Its place in the flat slice of all parameters.
    pub const fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.len
    }
}

/// One tensor of running statistics.
#[derive(Debug)]
pub struct BufferSummary {
    /// The key in a state dict, such as `bn.running_mean`.
    pub key: &'static str,
    /// Its shape.
    pub shape: &'static [usize],
    /// Where it begins in the flat slice of the net, in floats.
    pub offset: usize,
    /// How many floats.
    pub len: usize,
    /// What every element begins with.
    pub init: f32,
    /// The weight of the newest batch, from 0 to 1.
    pub momentum: f32,
}

/// How a tensor of parameters is initialised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// Uniform in ±bound.
    Uniform(f32),
    /// Normal, with mean 0 and this standard deviation.
    Normal(f32),
    /// Every element the same.
    Constant(f32),
    /// Slopes of a prelu: 0.25, until a calibration batch sets each from the share p of negative inputs it sees, to
    /// 0.25 · 2p, at least 0.05 and at most 0.5. Each slope sees this many inputs of a sample.
    FromData {
        /// Inputs of one sample that share a slope.
        inputs_per_slope: usize,
    },
}

impl Summary {
    /// The net as a [Mermaid](https://mermaid.js.org) flow chart: text that many viewers of Markdown draw.
    pub fn mermaid(&self) -> impl fmt::Display {
        diagram::Mermaid(self)
    }

    /// The net in Graphviz' dot language: `dot -Tsvg` draws it.
    pub fn dot(&self) -> impl fmt::Display {
        diagram::Dot(self)
    }

    /// The tensor of a key.
    pub fn parameter(&self, key: &str) -> Option<&ParameterSummary> {
        self.parameters.iter().find(|p| p.key == key)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wide = |text: &str| text.chars().count();
        let key = self.layers.iter().map(|l| wide(l.key)).max().unwrap_or(0).max(5);
        let declaration = self.layers.iter().map(|l| wide(l.declaration)).max().unwrap_or(0).max(11);
        let (mut parameters, mut macs) = (0, 0);
        writeln!(f, "{}: {:?} -> {:?}", self.name, self.input, self.output)?;
        writeln!(
            f,
            "{:key$}  {:declaration$}  {:>16}  {:>10}  {:>12}",
            "key", "layer", "output", "parameters", "MACs"
        )?;
        for l in self.layers {
            write!(f, "{:key$}  {:declaration$}  ", l.key, l.declaration)?;
            Shape(l.output).fmt(f)?;
            writeln!(f, "  {:>10}  {:>12}", l.parameters, l.macs)?;
            parameters += l.parameters;
            macs += l.macs;
        }
        write!(f, "{:key$}  {:declaration$}  {:>16}  {parameters:>10}  {macs:>12}", "total", "", "")
    }
}

/// A shape, right-aligned to sixteen columns without an allocation.
struct Shape<'a>(&'a [usize]);

impl Shape<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = |n: usize| n.checked_ilog10().unwrap_or(0) as usize + 1;
        let width = self.0.iter().map(|&n| digits(n) + 2).sum::<usize>();
        for _ in width..16 {
            f.write_str(" ")?;
        }
        write!(f, "{:?}", self.0)
    }
}
