//! Layers that PyTorch does not have.

use super::modules::dimensions;
use crate::io::layers::{Layer, Net};
use crate::runtime::formula::Formula;

const PRELU: &str = r#"class _PReLU(nn.Module):
    """A PReLU with a slope for each element of a sample."""

    def __init__(self, shape, init=0.25):
        super().__init__()
        self.weight = nn.Parameter(torch.full(shape, init))

    def forward(self, x):
        return torch.where(x > 0, x, self.weight * x)


"#;

const CUSTOM: &str = r#"class _Custom(nn.Module):
    """A layer that only its program knows, in Rust."""

    def __init__(self, layer, parameters, init):
        super().__init__()
        self.layer = layer
        if parameters > 0:
            self.weight = nn.Parameter(torch.full((parameters,), init))

    def forward(self, x):
        raise NotImplementedError(f"write here what `{self.layer}` computes: it is a custom layer, known in Rust alone")


"#;

/// A class for each kind of layer of the net that needs one.
pub(super) fn needed(net: Net) -> String {
    let mut classes: Vec<String> = net.layers().filter_map(|layer| class(net, &layer)).collect();
    classes.sort();
    classes.dedup();
    classes.concat()
}

/// The class of a layer that PyTorch does not have.
fn class(net: Net, layer: &Layer) -> Option<String> {
    match layer.formula {
        Formula::Prelu { .. } if of_elements(net, layer) => Some(PRELU.to_owned()),
        Formula::Custom { .. } => Some(CUSTOM.to_owned()),
        Formula::Maxout { of: Formula::Linear, .. } => Some(maxout("Linear")),
        Formula::Maxout { .. } => Some(maxout(&format!("Conv{}", dimensions(layer)))),
        _ => None,
    }
}

/// Whether a prelu has a slope for each element, and they are not features.
pub(super) fn of_elements(net: Net, layer: &Layer) -> bool {
    net.parameter(layer.key(), "weight").is_some_and(|slopes| slopes.shape.len() > 1)
}

fn maxout(of: &str) -> String {
    format!(
        r#"class _Maxout{of}(nn.{of}):
    """The largest of every `pieces` neighbours."""

    def __init__(self, *arguments, pieces, **named):
        super().__init__(*arguments, **named)
        self.pieces = pieces

    def forward(self, x):
        return super().forward(x).unflatten(1, (-1, self.pieces)).max(2).values


"#
    )
}
