//! What to say of a layer that there is not.

use super::kinds;
use crate::diagnostics::{guess, nearest, wrapped};
use crate::syntax::{BlockSyntax, word};

/// What other libraries, and people, call layers.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("adaptive_avg_pool", "global_avg_pool"),
    ("affine", "linear"),
    ("bn", "batch_norm"),
    ("branch", "concat"),
    ("branches", "concat"),
    ("cat", "concat"),
    ("deconv", "conv_transpose"),
    ("dense", "linear"),
    ("fc", "linear"),
    ("fully_connected", "linear"),
    ("gap", "global_avg_pool"),
    ("group", "sequence"),
    ("interpolate", "upsample"),
    ("ln", "layer_norm"),
    ("lrelu", "leaky_relu"),
    ("parallel", "concat"),
    ("reshape", "flatten"),
    ("sequential", "sequence"),
    ("shortcut", "residual"),
    ("skip", "residual"),
    ("stack", "repeat"),
    ("sum", "add"),
    ("swish", "silu"),
    ("times", "repeat"),
    ("view", "flatten"),
];

/// The near name; where there is none, all names.
pub(super) fn message(kind: &str, blocks: &[BlockSyntax]) -> String {
    let blocks: Vec<String> = blocks.iter().map(|block| word(&block.name)).collect();
    let other = OTHER_NAMES.iter().find(|(other, _)| *other == kind.to_lowercase()).map(|(_, name)| *name);
    let known = kinds().chain(blocks.iter().map(String::as_str));
    let near = match other {
        Some(other) => Some(other),
        None => nearest(kind, known),
    };
    if near.is_some() {
        return format!("unknown layer `{kind}`{}", guess(near));
    }
    let mut names: Vec<&str> = kinds().collect();
    names.sort_unstable();
    let mut message = format!("unknown layer `{kind}`\nlayers: {}", wrapped(names));
    if !blocks.is_empty() {
        message += &format!("\nblocks: {}", wrapped(blocks.iter().map(String::as_str)));
    }
    message
}
