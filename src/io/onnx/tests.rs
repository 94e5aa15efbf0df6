use std::collections::HashSet;

use prost::Message;

use super::proto::{Attribute, DataType, Graph, Model, ValueInfo};
use super::{Exporter, OPSET, OnnxError, to_onnx};
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
    assert_eq!((model.ir_version, model.producer_name.as_str()), (4, "prelu"));
    assert_eq!(model.opset_import.iter().map(|set| (&*set.domain, set.version)).collect::<Vec<_>>(), [("", 9)]);
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

/// The operator set, the IR version and the operators of a net.
fn versions<N: Network>(net: &N, opset: Option<i64>) -> (i64, i64, String) {
    let exporter = opset.map_or(Exporter::new(), |opset| Exporter::new().opset(opset));
    let model = Model::decode(&*exporter.to_onnx(net).unwrap()).unwrap();
    let graph = model.graph.unwrap();
    let operators: Vec<_> = graph.node.iter().map(|node| &*node.op_type).filter(|name| *name != "Constant").collect();
    (model.opset_import[0].version, model.ir_version, operators.join(" "))
}

#[test]
fn a_file_is_of_the_lowest_operator_set_that_the_net_needs() {
    macro_rules! lowest {
        ($($layers:tt)*) => {{
            crate::network! { struct Net: [4, 6, 6] -> [4, 6, 6] { $($layers)* } }
            let (opset, ir, operators) = versions(&Net::zeroed(), None);
            assert_eq!(versions(&Net::zeroed(), Some(opset)), (opset, ir, operators.clone()));
            (opset, ir, operators)
        }};
    }
    let is =
        |found: (i64, i64, String), opset, ir, operators: &str| assert_eq!(found, (opset, ir, operators.to_owned()));
    is(lowest!(conv(4, kernel = 1), batch_norm, prelu, relu6), 9, 4, "Conv BatchNormalization PRelu Clip");
    is(lowest!(softmax), 13, 7, "Softmax");
    is(lowest!(relu, log_softmax), 13, 7, "Relu LogSoftmax");
    is(lowest!(hard_swish, relu6), 14, 7, "HardSwish Clip");
    is(lowest!(layer_norm, hard_swish), 17, 8, "LayerNormalization HardSwish");
    is(lowest!(gelu, layer_norm), 20, 9, "Gelu LayerNormalization");
    is(lowest!(max_pool(2), upsample(2)), 11, 6, "MaxPool Resize");
    crate::network! { struct Features: [4] -> [4] { fc1: linear(6), softmax, fc2: linear(4) } }
    is(versions(&Features::zeroed(), None), 9, 4, "Gemm Softmax Gemm");
    crate::network! { struct Bare: [4] -> [4] { fc1: linear(6), softmax, fc2: linear(4, bias = false) } }
    is(versions(&Bare::zeroed(), None), 11, 6, "Gemm Softmax Gemm");
}

#[test]
fn operators_that_an_older_set_lacks_are_written_by_others() {
    crate::network! { struct Net: [4, 6, 6] -> [4, 6, 6] { gelu, hard_swish, softmax, layer_norm } }
    let gelu = "Div Erf Add Mul Mul";
    let norm = "ReduceMean Sub Mul ReduceMean Add Sqrt Div Mul Add";
    let cases = [
        (20, 9, "Gelu HardSwish Softmax LayerNormalization".to_owned()),
        (19, 9, format!("{gelu} HardSwish Softmax LayerNormalization")),
        (16, 8, format!("{gelu} HardSwish Softmax {norm}")),
        (13, 7, format!("{gelu} HardSigmoid Mul Softmax {norm}")),
        (12, 7, format!("{gelu} HardSigmoid Mul Transpose Softmax Transpose {norm}")),
        (9, 4, format!("{gelu} HardSigmoid Mul Transpose Softmax Transpose {norm}")),
    ];
    for (opset, ir, operators) in cases {
        assert_eq!(versions(&Net::zeroed(), Some(opset)), (opset, ir, operators));
    }
}

#[test]
fn what_an_operator_set_lacks_is_an_error_that_names_the_layer_and_the_lowest_set() {
    crate::network! { struct Net: [4, 6, 6] -> [4, 3, 3] { relu, act: gelu, max_pool(2) } }
    crate::network! { struct Pooled: [4, 6, 6] -> [4, 6, 6] { max_pool(2), up: upsample(2) } }
    crate::network! { struct Pieces: [4] -> [4] { most: maxout(4, pieces = 2) } }
    let error = |result: Result<Vec<u8>, OnnxError>| result.unwrap_err().to_string();
    for (found, key, operator) in [
        (error(Exporter::new().opset(8).to_onnx(&Net::zeroed())), "act", "Erf"),
        (error(Exporter::new().opset(8).to_onnx(&Pooled::zeroed())), "up", "Upsample"),
        (error(Exporter::new().opset(7).to_onnx(&Pieces::zeroed())), "most", "Constant"),
    ] {
        let set = if key == "most" { 7 } else { 8 };
        let want =
            format!("`{key}` needs the operator {operator}, which operator set {set} lacks: ask for 9 or a newer one");
        assert_eq!(found, want);
    }
    for asked in [i64::MIN, -1, 0, 6, OPSET + 1, i64::MAX] {
        let result = Exporter::new().opset(asked).to_onnx(&Net::zeroed());
        assert_eq!(result, Err(OnnxError::OperatorSet { asked }));
        let want = format!("operator set {asked} is not written: ask for one from 7 to 20");
        assert_eq!(error(Exporter::new().opset(asked).to_onnx(&Net::zeroed())), want);
    }
}

#[test]
fn weights_are_inputs_too_in_the_sets_that_want_it() {
    let inputs = |opset| {
        let file = Exporter::new().opset(opset).to_onnx(&*Small::new(3)).unwrap();
        let graph = Model::decode(&*file).unwrap().graph.unwrap();
        let inputs: Vec<_> = graph.input.iter().map(shape).collect();
        let tensors = graph.initializer.iter().map(|tensor| format!("{} {:?}", tensor.name, tensor.dims));
        (inputs, tensors.collect::<Vec<_>>())
    };
    for opset in [7, 8] {
        let (inputs, tensors) = inputs(opset);
        assert_eq!(inputs[0], "input [N, 1, 12, 12]");
        assert_eq!(inputs[1..], tensors);
    }
    assert_eq!(inputs(9).0, ["input [N, 1, 12, 12]"]);
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
