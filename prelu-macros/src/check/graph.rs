//! A net whose shapes are right.

use crate::layers::{Operation, Parameters};
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
}

/// A layer of the graph, as its tables show it.
pub(crate) struct Checked {
    pub(crate) docs: Vec<syn::Attribute>,
    pub(crate) path: Path,
    pub(crate) text: String,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) parameters: Option<Parameters>,
    pub(crate) macs: u64,
}

/// Something that is computed of values.
pub(crate) struct Node {
    /// The layer that it is of.
    pub(crate) layer: usize,
    pub(crate) work: Work,
    pub(crate) inputs: Vec<usize>,
    pub(crate) y: usize,
}

/// What a node computes.
pub(crate) enum Work {
    /// An operation of its one input.
    Call(Operation),
    /// The sum of its two inputs.
    Add,
    /// Its inputs one after the other.
    Concat,
}

impl Node {
    /// The operation, where it is one.
    pub(crate) fn operation(&self) -> Option<&Operation> {
        match &self.work {
            Work::Call(operation) => Some(operation),
            Work::Add | Work::Concat => None,
        }
    }
}

impl Graph {
    /// A net of no layers yet.
    pub(super) fn new(input: Shape, output: Shape) -> Self {
        let values = vec![input.elements()];
        Self { input, output, layers: Vec::new(), values, nodes: Vec::new(), result: 0 }
    }

    /// Adds a node of the layer that is pushed next, and gives its value.
    pub(super) fn node(&mut self, work: Work, inputs: Vec<usize>, elements: usize) -> usize {
        let y = self.values.len();
        self.values.push(elements);
        self.nodes.push(Node { layer: self.layers.len(), work, inputs, y });
        y
    }
}
