//! `init = he`: the deviation of weights, from the activation that follows.

use super::graph::Graph;
use crate::layers::{Gain, Init, Parameters};

/// Replaces each [`Init::He`] by the deviation √(g²/fan_in) that it stands for.
pub(super) fn resolve(graph: &mut Graph) {
    let squares = squares(graph);
    // The value that each layer's parameters make.
    let mut values = vec![None; graph.layers.len()];
    for node in &graph.nodes {
        values[node.layer].get_or_insert(node.y);
    }
    for (layer, value) in graph.layers.iter_mut().zip(values) {
        let Some(Parameters::Own { tensors, .. }) = &mut layer.parameters else { continue };
        for tensor in tensors {
            if let Init::He { fan_in } = tensor.init {
                let square = value.map_or(1.0, |value| squares[value]);
                tensor.init = Init::Normal((square / fan_in as f64).sqrt());
            }
        }
    }
}

/// What follows each value asks of the weights that make it: that of the first operation that asks anything; at the net's
/// end, 1.
fn squares(graph: &Graph) -> Vec<f64> {
    let mut squares = vec![1.0; graph.values.len()];
    // Backwards, so that what follows is known, and the first of several readers has the last word.
    for node in graph.nodes.iter().rev() {
        let square = match node.operation().map(|operation| operation.gain) {
            Some(Gain::Square(square)) => square,
            _ => squares[node.y],
        };
        node.inputs.iter().for_each(|&x| squares[x] = square);
    }
    squares
}
