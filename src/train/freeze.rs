//! Which tensors of a net training leaves as they are, by key.

use std::collections::BTreeSet;
use std::fmt;

use crate::near::near;
use crate::runtime::summary::ParameterSummary;

/// Freezes tensors of a table, which is then given to the steps of an optimiser in place of the net's own. A key is that
/// of a tensor (`conv1.bias`) or of what it lies in (`conv1`, `blocks.0`).
///
/// ```
/// use prelu::optim::{Adam, Optimizer};
///
/// prelu::network! { struct Net: [3] -> [2] { fc1: linear(4), prelu, fc2: linear(2) } }
///
/// let mut table = Net::SUMMARY.parameters.to_vec();
/// prelu::train::freeze(&mut table, &["fc1", "fc2.bias"])?;
///
/// let (mut net, gradient) = (Net::new(1), Net::new(2));
/// let before = net.clone();
/// Adam::new(1e-3).step(net.floats_mut(), gradient.floats(), &table);
/// assert!(net.fc1.weight == before.fc1.weight && net.fc2.bias == before.fc2.bias && net.fc2.weight != before.fc2.weight);
/// # Ok::<(), prelu::train::UnknownKeys>(())
/// ```
///
/// # Errors
/// No tensor has such a key. Nothing is frozen then.
pub fn freeze(table: &mut [ParameterSummary], keys: &[&str]) -> Result<(), UnknownKeys> {
    set_frozen(table, keys, true)
}

/// Undoes [`freeze`], also for what the declaration froze.
///
/// # Errors
/// As [`freeze`].
pub fn unfreeze(table: &mut [ParameterSummary], keys: &[&str]) -> Result<(), UnknownKeys> {
    set_frozen(table, keys, false)
}

fn set_frozen(table: &mut [ParameterSummary], keys: &[&str], frozen: bool) -> Result<(), UnknownKeys> {
    let unknown: Vec<_> = keys.iter().filter(|key| !table.iter().any(|tensor| names(key, tensor))).collect();
    if !unknown.is_empty() {
        return Err(UnknownKeys(unknown.into_iter().map(|key| UnknownKey::new(key, table)).collect()));
    }
    for tensor in table.iter_mut().filter(|tensor| keys.iter().any(|key| names(key, tensor))) {
        tensor.frozen = frozen;
    }
    Ok(())
}

/// Whether a key is that of a tensor, or of what it lies in.
fn names(key: &str, tensor: &ParameterSummary) -> bool {
    tensor.key.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Keys that no tensor of a net has. Printed, a line for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKeys(Vec<UnknownKey>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct UnknownKey {
    key: String,
    /// Keys that are spelled nearly so, the nearest first.
    near: Vec<&'static str>,
    /// The keys of the layers.
    known: Vec<&'static str>,
}

impl UnknownKey {
    fn new(key: &str, table: &[ParameterSummary]) -> Self {
        let known: BTreeSet<_> = table.iter().flat_map(|tensor| prefixes(tensor.key)).collect();
        let near = near(key, known);
        let mut known: Vec<_> = table.iter().map(|tensor| layer(tensor.key)).collect();
        known.dedup();
        Self { key: key.to_owned(), near, known }
    }
}

impl UnknownKeys {
    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|unknown| unknown.key.as_str())
    }
}

/// `a`, `a.b` and `a.b.c` of `a.b.c`.
fn prefixes(key: &'static str) -> impl Iterator<Item = &'static str> {
    key.match_indices('.').map(move |(dot, _)| &key[..dot]).chain([key])
}

/// The key of the layer that a tensor lies in.
fn layer(key: &'static str) -> &'static str {
    key.rsplit_once('.').map_or(key, |(layer, _)| layer)
}

impl fmt::Display for UnknownKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, unknown) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { "\n" })?;
            unknown.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |keys: &[&str]| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        write!(f, "no parameters have the key `{}`", self.key)?;
        match (&self.near[..], &self.known[..]) {
            ([], []) => write!(f, ": the net has none"),
            ([], known) => write!(f, "; there are {}", list(known)),
            (near, _) => write!(f, "; did you mean {}?", list(near)),
        }
    }
}

impl std::error::Error for UnknownKeys {}
