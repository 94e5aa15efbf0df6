//! `init = he`: the deviation of weights, from the activation that follows.

use super::graph::Graph;
use crate::layers::{Gain, Init, Parameters};

/// Replaces each [`Init::He`] by the deviation √(g²/fan_in) that it stands for.
pub(super) fn resolve(graph: &mut Graph) {
    let squares: Vec<f64> = (0..graph.layers.len()).map(|layer| square(graph, layer)).collect();
    for (layer, square) in graph.layers.iter_mut().zip(squares) {
        let Some(Parameters::Own { tensors, .. }) = &mut layer.parameters else { continue };
        for tensor in tensors {
            if let Init::He { fan_in } = tensor.init {
                tensor.init = Init::Normal((square / fan_in as f64).sqrt());
            }
        }
    }
}

/// What follows a layer asks of its weights: that of the first operation that asks anything; at the net's end, 1.
fn square(graph: &Graph, layer: usize) -> f64 {
    let mut value = graph.nodes.iter().find(|node| node.layer == layer).map(|node| node.y);
    while let Some(node) = graph.nodes.iter().find(|node| value.is_some_and(|value| node.inputs.contains(&value))) {
        if let Some(Gain::Square(square)) = node.operation().map(|operation| operation.gain) {
            return square;
        }
        value = Some(node.y);
    }
    1.0
}
