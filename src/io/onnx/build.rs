//! Parts of a graph: values, nodes, attributes, tensors.

use super::proto::{
    Attribute, AttributeType, DataType, Dimension, Graph, Node, Tensor, TensorShape, TensorType, Type, ValueInfo,
};

/// The name of the batch's size.
const BATCH: &str = "N";

/// A value of samples of a shape.
pub(super) fn value(name: &str, shape: &[usize]) -> ValueInfo {
    let batch = Dimension { dim_value: None, dim_param: Some(BATCH.to_owned()) };
    value_of(name, [batch].into_iter().chain(signed(shape).into_iter().map(size)).collect())
}

/// An input that stands for a tensor of floats.
pub(super) fn input_of(tensor: &Tensor) -> ValueInfo {
    value_of(&tensor.name, tensor.dims.iter().copied().map(size).collect())
}

fn size(size: i64) -> Dimension {
    Dimension { dim_value: Some(size), dim_param: None }
}

fn value_of(name: &str, dim: Vec<Dimension>) -> ValueInfo {
    let tensor = TensorType { elem_type: DataType::Float.into(), shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.to_owned(), r#type: Some(Type { tensor_type: Some(tensor) }) }
}

/// A tensor of floats.
pub(super) fn floats(name: &str, dims: &[usize], floats: &[f32]) -> Tensor {
    let raw_data = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
    tensor(name, dims, DataType::Float, raw_data)
}

/// A row of whole numbers.
pub(super) fn integers(integers: &[i64]) -> Tensor {
    let raw_data = integers.iter().flat_map(|integer| integer.to_le_bytes()).collect();
    tensor("", &[integers.len()], DataType::Int64, raw_data)
}

fn tensor(name: &str, dims: &[usize], data_type: DataType, raw_data: Vec<u8>) -> Tensor {
    Tensor { dims: signed(dims), data_type: data_type.into(), name: name.to_owned(), raw_data }
}

pub(super) fn signed(sizes: &[usize]) -> Vec<i64> {
    sizes.iter().map(|&size| size as i64).collect()
}

pub(super) fn int(name: &str, i: usize) -> Attribute {
    Attribute { i: Some(i as i64), ..attribute(name, AttributeType::Int) }
}

pub(super) fn ints(name: &str, ints: &[usize]) -> Attribute {
    Attribute { ints: signed(ints), ..attribute(name, AttributeType::Ints) }
}

pub(super) fn float(name: &str, f: f32) -> Attribute {
    Attribute { f: Some(f), ..attribute(name, AttributeType::Float) }
}

pub(super) fn string(name: &str, s: &str) -> Attribute {
    Attribute { s: Some(s.as_bytes().to_vec()), ..attribute(name, AttributeType::String) }
}

fn attribute(name: &str, r#type: AttributeType) -> Attribute {
    Attribute { name: name.to_owned(), r#type: r#type.into(), ..Attribute::default() }
}

/// Writes the nodes of one layer: the last one has the layer's key as its name, those before it that and a word.
pub(super) struct Nodes<'a> {
    pub(super) graph: &'a mut Graph,
    /// The operator set that the nodes are of.
    pub(super) opset: i64,
    pub(super) key: &'a str,
    pub(super) declaration: &'a str,
    /// The name of the layer's output.
    pub(super) output: &'a str,
}

impl Nodes<'_> {
    /// The node that gives the layer's output.
    pub(super) fn last(&mut self, operator: &str, inputs: &[&str], attributes: Vec<Attribute>) {
        let (name, output) = (self.key.to_owned(), self.output.to_owned());
        self.push(name, operator, inputs, output, attributes);
    }

    /// A node before it; gives the name of its output.
    pub(super) fn step(&mut self, word: &str, operator: &str, inputs: &[&str], attributes: Vec<Attribute>) -> String {
        let name = format!("{}.{word}", self.key);
        self.push(name.clone(), operator, inputs, name.clone(), attributes);
        name
    }

    /// A constant that an operator takes as an input.
    pub(super) fn constant(&mut self, word: &str, tensor: Tensor) -> String {
        let value = Attribute { t: Some(tensor), ..attribute("value", AttributeType::Tensor) };
        self.step(word, "Constant", &[], vec![value])
    }

    /// A number that an operator takes as an input.
    pub(super) fn number(&mut self, word: &str, number: f32) -> String {
        self.constant(word, floats("", &[], &[number]))
    }

    fn push(&mut self, name: String, operator: &str, inputs: &[&str], output: String, attribute: Vec<Attribute>) {
        self.graph.node.push(Node {
            input: inputs.iter().map(|&input| input.to_owned()).collect(),
            output: vec![output],
            name,
            op_type: operator.to_owned(),
            attribute,
            doc_string: self.declaration.to_owned(),
        });
    }
}
