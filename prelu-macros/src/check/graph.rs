//! A net whose shapes are right.

use proc_macro2::TokenStream;

use crate::layers::{Constants, Operation, Parameters, Tensor};
use crate::path::Path;
use crate::shape::Shape;

/// Values, and the operations between them, in an order in which they can run.
pub(crate) struct Graph {
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) layers: Vec<Checked>,
    /// Elements of each value; value 0 is the input.
    pub(crate) values: Vec<usize>,
    pub(crate) nodes: Vec<Node>,
    /// The value that is the net's output.
    pub(crate) result: usize,
    /// The constants of the declaration.
    pub(crate) constants: Constants,
}

/// A layer of the graph, as its tables show it.
pub(crate) struct Checked {
    pub(crate) docs: Vec<syn::Attribute>,
    pub(crate) path: Path,
    /// The declaration, with the values of constants.
    pub(crate) text: String,
    /// The layers that it reads; `None` for the net's input.
    pub(crate) from: Vec<Option<usize>>,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) parameters: Option<Parameters>,
    /// Whether they stay as they are.
    pub(crate) frozen: bool,
    pub(crate) macs: u64,
    /// As [`Layer::formula`](crate::layers::Layer::formula).
    pub(crate) formula: TokenStream,
}

/// Something that is computed of values.
pub(crate) struct Node {
    /// The layer that it is of.
    pub(crate) layer: usize,
    pub(crate) work: Work,
    pub(crate) inputs: Vec<usize>,
    pub(crate) y: usize,
    /// Whether it has parameters whose gradient is wanted.
    pub(crate) learns: bool,
}

/// What a node computes.
pub(crate) enum Work {
    /// An operation of its one input.
    Call(Box<Operation>),
    /// A convolution, an activation and a pool in one, of which the node's layer is the first.
    ConvPool(Box<ConvPool>),
    /// The sum of its two inputs.
    Add,
    /// Its inputs one after the other.
    Concat,
}

/// Operations that the planner has fused.
pub(crate) struct ConvPool {
    pub(crate) conv: Box<Operation>,
    /// With its layer.
    pub(crate) activation: Option<(usize, Box<Operation>)>,
    /// With its layer.
    pub(crate) pool: (usize, Box<Operation>),
    /// What `kernels::conv_pool::Geometry` has beside the types of convolution and pool.
    pub(crate) tiles: TokenStream,
    /// Floats of `temporary` for a single sample forward, and vectors backward.
    pub(crate) temporary: [usize; 2],
}

impl Checked {
    /// How many parameters of its own it has.
    pub(crate) fn learned(&self) -> usize {
        let tensors = self.parameters.iter().flat_map(Parameters::tensors);
        tensors.filter(|tensor| tensor.learned()).map(Tensor::elements).sum()
    }
}

impl Node {
    /// The operation, where it is one.
    pub(crate) fn operation(&self) -> Option<&Operation> {
        match &self.work {
            Work::Call(operation) => Some(operation),
            Work::ConvPool(_) | Work::Add | Work::Concat => None,
        }
    }
}

impl Graph {
    /// A net of no layers yet.
    pub(super) fn new(constants: Constants) -> Self {
        let one = Shape(vec![1]);
        let (input, output) = (one.clone(), one);
        Self { input, output, layers: Vec::new(), values: vec![1], nodes: Vec::new(), result: 0, constants }
    }

    /// Takes note of the net's own shapes, as far as they are known.
    pub(super) fn begin(&mut self, input: Option<Shape>, output: Option<Shape>) {
        if let Some(input) = input {
            self.values = vec![input.elements()];
            self.input = input;
        }
        self.output = output.unwrap_or(Shape(vec![1]));
    }

    /// Adds a node of the layer that is pushed next, and gives its value.
    pub(super) fn node(&mut self, work: Work, inputs: Vec<usize>, elements: usize, learns: bool) -> usize {
        let y = self.values.len();
        self.values.push(elements);
        self.nodes.push(Node { layer: self.layers.len(), work, inputs, y, learns });
        y
    }
}
