use std::collections::HashSet;

use prost::Message;

use super::proto::{Attribute, DataType, Graph, Model, ValueInfo};
use super::{IR_VERSION, OPSET, OnnxError, to_onnx};
use crate::Network;

fn read<N: Network>(net: &N) -> Model {
    Model::decode(&*to_onnx(net).unwrap()).unwrap()
}

/// Name and sizes, the batch's by its name.
fn shape(value: &ValueInfo) -> String {
    let tensor = value.r#type.as_ref().unwrap().tensor_type.as_ref().unwrap();
    assert_eq!(tensor.elem_type, i32::from(DataType::Float));
    let dims = tensor.shape.as_ref().unwrap().dim.iter();
    let dims = dims.map(|dim| dim.dim_param.clone().unwrap_or_else(|| dim.dim_value.unwrap().to_string()));
    format!("{} [{}]", value.name, dims.collect::<Vec<_>>().join(", "))
}

fn nodes(graph: &Graph) -> Vec<String> {
    let nodes = graph.node.iter();
    nodes
        .map(|node| format!("{}: {} = {}({})", node.name, node.output.join(" "), node.op_type, node.input.join(", ")))
        .collect()
}

fn attribute<'a>(graph: &'a Graph, node: &str, name: &str) -> &'a Attribute {
    let node = graph.node.iter().find(|other| other.name == node).unwrap();
    node.attribute.iter().find(|attribute| attribute.name == name).unwrap()
}

crate::network! {
    struct Small: [1, 12, 12] -> [8] {
        conv1: conv(3, kernel = 5), act: prelu(per_channel), max_pool(2), dropout_channels(0.5),
        block: residual { conv1: conv(3, kernel = 2, padding = same, bias = false), bn: batch_norm(eps = 0.001) },
        prelu(per_channel, tie = act), output: linear(8), input: relu, add(output), dropout,
    }
}

#[test]
fn a_file_says_what_the_net_is() {
    let net = Small::new(3);
    let model = read(&*net);
    assert_eq!((model.ir_version, model.producer_name.as_str()), (IR_VERSION, "prelu"));
    assert_eq!(model.opset_import.iter().map(|set| (&*set.domain, set.version)).collect::<Vec<_>>(), [("", OPSET)]);
    assert!(model.doc_string.starts_with("Small: [1, 12, 12] -> [8]\n"));
    let graph = model.graph.unwrap();
    assert_eq!(graph.name, "Small");
    assert_eq!(graph.input.iter().map(shape).collect::<Vec<_>>(), ["input [N, 1, 12, 12]"]);
    assert_eq!(graph.output.iter().map(shape).collect::<Vec<_>>(), ["output [N, 8]"]);
    assert_eq!(
        nodes(&graph),
        [
            "conv1: conv1 = Conv(input, conv1.weight, conv1.bias)",
            "act: act = PRelu(conv1, act.weight)",
            "max_pool1: max_pool1 = MaxPool(act)",
            // Without dropout_channels.
            "block.conv1: block.conv1 = Conv(max_pool1, block.conv1.weight)",
            "block.bn: block.bn = BatchNormalization(block.conv1, block.bn.weight, block.bn.bias, block.bn.running_mean, \
             block.bn.running_var)",
            "block: block = Add(block.bn, max_pool1)",
            // The slopes of `act`.
            "prelu2: prelu2 = PRelu(block, act.weight)",
            "output.flatten: output.flatten = Flatten(prelu2)",
            // Names that are taken.
            "output: output_ = Gemm(output.flatten, output.weight, output.bias)",
            "input: input_ = Relu(output_)",
            "add1: add1 = Add(input_, output_)",
            "dropout1: output = Identity(add1)",
        ]
    );
    assert_eq!(graph.node[0].doc_string, "conv(3, kernel = 5)");
    assert_eq!(attribute(&graph, "block.conv1", "pads").ints, [0, 0, 1, 1]);
    assert_eq!(attribute(&graph, "block.bn", "epsilon").f, Some(0.001));
    assert_eq!(attribute(&graph, "output", "transB").i, Some(1));
    assert_eq!(shape(&graph.value_info[3]), "block.conv1 [N, 3, 4, 4]");
}

#[test]
fn initializers_are_the_state_dict_bit_by_bit() {
    let mut net = Small::new(3);
    net.conv1.bias = [f32::NAN, -0.0, f32::MIN_POSITIVE / 4.0];
    let graph = read(&*net).graph.unwrap();
    let (mut found, mut bytes) = (HashSet::new(), 0);
    for tensor in &graph.initializer {
        let summary = Small::SUMMARY;
        let (shape, offset) = match summary.parameter(&tensor.name) {
            Some(parameter) => (parameter.shape, parameter.offset),
            None => {
                let buffer = summary.buffers.iter().find(|buffer| buffer.key == tensor.name).unwrap();
                (buffer.shape, buffer.offset)
            }
        };
        let dims: Vec<usize> = tensor.dims.iter().map(|&size| size as usize).collect();
        assert_eq!(dims, if tensor.name == "act.weight" { &[3, 1, 1][..] } else { shape }, "{}", tensor.name);
        let floats = &net.floats()[offset..offset + dims.iter().product::<usize>()];
        assert_eq!(tensor.raw_data, floats.iter().flat_map(|float| float.to_le_bytes()).collect::<Vec<_>>());
        assert!(found.insert(&tensor.name), "{} is there twice", tensor.name);
        bytes += tensor.raw_data.len();
    }
    assert_eq!(bytes, size_of::<Small>());
}

#[test]
fn slopes_are_shared_between_shapes() {
    crate::network! { struct Net: [4, 2, 2] -> [4] { act: prelu(per_channel), global_avg_pool, prelu(per_channel, tie = act) } }
    let graph = read(&Net::zeroed()).graph.unwrap();
    assert_eq!(
        nodes(&graph)[3..],
        [
            "prelu2.shape: prelu2.shape = Constant()",
            "prelu2.slopes: prelu2.slopes = Reshape(act.weight, prelu2.shape)",
            "prelu2: output = PRelu(global_avg_pool1, prelu2.slopes)",
        ]
    );
}

#[test]
fn nothing_is_the_identity() {
    crate::network! { struct Net: [4] -> [4] { } }
    assert_eq!(nodes(&read(&Net::zeroed()).graph.unwrap()), ["identity: output = Identity(input)"]);
}

#[test]
fn a_layer_of_ones_own_is_an_error_that_names_it() {
    struct Twice;
    impl crate::CustomLayer<[f32; 4], [f32; 4]> for Twice {
        fn forward<S: crate::Simd>(s: S, _: &[f32], x: &[S::V], y: &mut [S::V]) {
            y.iter_mut().zip(x).for_each(|(y, &x)| *y = s.add(x, x));
        }
        fn backward<S: crate::Simd>(s: S, _: &[f32], _: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
            dx.iter_mut().zip(dy).for_each(|(dx, &dy)| *dx = s.add(dy, dy));
        }
    }
    crate::network! { struct Net: [4] -> [2] { own: custom(Twice) -> [4], linear(2) } }
    let error = to_onnx(&Net::zeroed()).unwrap_err();
    assert_eq!(error, OnnxError::Custom { key: "own", kind: "Twice" });
    assert!(error.to_string().starts_with("`own` is `custom(Twice)`, for which ONNX has no operator"), "{error}");
}
