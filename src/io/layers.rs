//! A net as those read it who write it down in another language.

use crate::runtime::formula::Formula;
use crate::runtime::summary::{LayerSummary, ParameterSummary, Summary};

/// A net without its weights.
#[derive(Clone, Copy)]
pub(super) struct Net {
    pub(super) summary: &'static Summary,
    pub(super) formulas: &'static [Formula],
}

/// A layer, and what it reads.
pub(super) struct Layer {
    /// Its place in [`Summary::layers`].
    pub(super) index: usize,
    pub(super) summary: &'static LayerSummary,
    pub(super) formula: &'static Formula,
    /// The shape of a sample of its input; of the first, where there are several.
    pub(super) input: &'static [usize],
}

impl Net {
    pub(super) fn of<N: crate::Network>() -> Self {
        Self { summary: N::SUMMARY, formulas: N::FORMULAS }
    }

    /// The layers in the order they run; the last one gives the net's output.
    pub(super) fn layers(self) -> impl Iterator<Item = Layer> {
        let layers = self.summary.layers.iter().zip(self.formulas).enumerate();
        layers.map(move |(index, (summary, formula))| {
            let input = match summary.inputs.first() {
                Some(&Some(layer)) => self.summary.layers[layer].output,
                _ => self.summary.input,
            };
            Layer { index, summary, formula, input }
        })
    }

    /// A tensor of a layer.
    pub(super) fn parameter(self, layer: &str, name: &str) -> Option<&'static ParameterSummary> {
        let of = |key: &str| key.strip_suffix(name)?.strip_suffix('.').map(|key| key == layer);
        self.summary.parameters.iter().find(|parameter| of(parameter.key) == Some(true))
    }
}

impl Layer {
    pub(super) fn key(&self) -> &'static str {
        self.summary.key
    }

    /// Sizes of an image, (height, width), as far as the layer's input has them: a line has but one.
    pub(super) fn sides<T: Copy>(&self, pair: [T; 2]) -> Vec<T> {
        if self.input.len() == 2 { vec![pair[1]] } else { pair.to_vec() }
    }
}
