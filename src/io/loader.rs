//! Which tensor of a file is which of a net.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek};
use std::path::Path;

use super::archive::{self, Archive};
use super::error::{Error, ErrorKind, Misfit};
use crate::Network;
use crate::near::near;
use crate::runtime::foreign;
use crate::runtime::summary::Summary;

/// What the names of a checkpoint's tensors that are not the net's begin with. No key of a net has a slash.
pub(crate) const STATE: &str = "trainer/";

/// More unexpected tensors than this are counted, not listed.
const LISTED: usize = 1000;

/// Reads files whose tensors have other names than a net's, or are more or fewer.
///
/// ```
/// use prelu::io::Loader;
///
/// prelu::network! { struct Net: [3] -> [2] { fc1: linear(4), prelu, fc2: linear(2) } }
/// prelu::network! { struct Longer: [3] -> [5] { first: linear(4), prelu, fc2: linear(2), fc3: linear(5) } }
///
/// let bytes = Net::new(1).to_safetensors();
/// let mut net = Longer::new(2);
/// let loaded = Loader::new().rename("fc1", "first").allow_missing().read(&mut *net, &bytes)?;
/// assert_eq!(loaded.missing, ["fc3.bias", "fc3.weight"]); // as they were
/// assert_eq!(net.first.weight, Net::new(1).fc1.weight);
/// # Ok::<(), prelu::io::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Loader {
    renames: BTreeMap<String, String>,
    allow_missing: bool,
    allow_unexpected: bool,
}

/// What a [`Loader`] passed over, where it was allowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The keys of the net's tensors that the file lacks, in their order; they are as they were.
    pub missing: Vec<String>,
    /// The names of the file's tensors that the net lacks, in their order.
    pub unexpected: Vec<String>,
}

impl Loader {
    /// A loader that takes only files with the tensors of the net and no others.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a tensor of the file for one of the net: `from` is its name in the file, `to` its key in the net. Either may
    /// also be what tensors lie in: `rename("features.0", "conv1")` makes `conv1.weight` of `features.0.weight`. An empty
    /// name is what all lie in: `rename("model", "")` takes `model.` off, `rename("", "model")` puts it before.
    ///
    /// Of several that fit a name, the longest counts, and each name is renamed once. One that fits none is an error.
    #[must_use]
    pub fn rename(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.renames.insert(from.into(), to.into());
        self
    }

    /// As [`rename`](Self::rename), for each pair of a map or list.
    #[must_use]
    pub fn renames<A: Into<String>, B: Into<String>>(self, map: impl IntoIterator<Item = (A, B)>) -> Self {
        map.into_iter().fold(self, |loader, (from, to)| loader.rename(from, to))
    }

    /// Leaves tensors of the net as they are where the file lacks them.
    ///
    /// A file that has none of them is an error all the same if its names differ from the net's keys by a prefix alone.
    #[must_use]
    pub fn allow_missing(mut self) -> Self {
        self.allow_missing = true;
        self
    }

    /// Passes over tensors of the file that the net lacks.
    #[must_use]
    pub fn allow_unexpected(mut self) -> Self {
        self.allow_unexpected = true;
        self
    }

    /// Loads a file into a net.
    ///
    /// # Errors
    /// As [`load`](super::load), but for what is allowed; or a name that should be renamed is not there. The net is as it
    /// was then.
    pub fn load<N: Network>(&self, net: &mut N, path: impl AsRef<Path>) -> Result<Loaded, Error> {
        let path = path.as_ref();
        let archive = archive::open(path).and_then(Archive::open);
        archive.map_err(Error::from).and_then(|archive| self.fill(net, archive)).map_err(|error| error.at(path))
    }

    /// Loads a file in memory into a net.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn read<N: Network>(&self, net: &mut N, bytes: &[u8]) -> Result<Loaded, Error> {
        self.fill(net, Archive::open(Cursor::new(bytes))?)
    }

    fn fill<N: Network>(&self, net: &mut N, mut archive: Archive<impl Read + Seek>) -> Result<Loaded, Error> {
        let mut copy = net.clone_box();
        let loaded = self.floats(N::SUMMARY, &mut archive, copy.floats_mut())?;
        net.floats_mut().copy_from_slice(copy.floats());
        Ok(loaded)
    }

    /// Reads the tensors of a net that lies in `floats`, which is half overwritten on an error.
    pub(crate) fn floats<R: Read + Seek>(
        &self,
        summary: &Summary,
        archive: &mut Archive<R>,
        floats: &mut [f32],
    ) -> Result<Loaded, Error> {
        let Match { taken, loaded, mut misfits } = self.find(summary, archive);
        if taken.is_empty() && misfits.is_empty() {
            // Nothing would be loaded, and nobody would be told, because of a prefix.
            let names = archive.tensors().keys().map(String::as_str);
            if let Some(rename) = self.renaming(summary, names) {
                let strict = Self { renames: self.renames.clone(), ..Self::new() };
                let misfits = strict.find(summary, archive).misfits;
                return Err(Error::from(ErrorKind::Tensors { net: summary.name, misfits }).with_rename(rename));
            }
        }
        let fit = misfits.is_empty();
        for (tensor, names) in taken {
            let Tensor { key, offset, len, .. } = tensor;
            let to = &mut floats[offset..offset + len];
            // All that is wrong is told at once; reading does not find more than this.
            if !fit && names.len() < 2 {
                continue;
            }
            archive.floats(&names[0], to)?;
            let mut other = vec![0.0; if names.len() > 1 { len } else { 0 }];
            for name in &names[1..] {
                archive.floats(name, &mut other)?;
                if to.iter().zip(&other).any(|(a, b)| a.to_bits() != b.to_bits()) {
                    misfits.push(Misfit::Untied { key: key.to_owned(), names: names.clone() });
                    break;
                }
            }
        }
        if misfits.is_empty() {
            return Ok(loaded);
        }
        let error = Error::from(ErrorKind::Tensors { net: summary.name, misfits });
        Err(match self.renaming(summary, archive.tensors().keys().map(String::as_str)) {
            Some(rename) => error.with_rename(rename),
            None => error,
        })
    }

    /// A rule that is lacking: with it most tensors of the net are there.
    #[cold]
    fn renaming<'a>(&self, summary: &'a Summary, names: impl Iterator<Item = &'a str>) -> Option<(&'a str, &'a str)> {
        let names: Vec<_> = names.filter(|name| !name.starts_with(STATE) && self.rule(name).is_none()).collect();
        let keys: Vec<_> = tensors(summary).into_keys().collect();
        foreign::renaming(&names, &keys)
    }

    /// Finds the tensors of the file that are the net's, and what does not fit.
    fn find<'a, R: Read + Seek>(&self, summary: &'a Summary, archive: &Archive<R>) -> Match<'a> {
        let tensors = tensors(summary);
        let ties = ties(summary);
        let (mut claims, mut unexpected) = (BTreeMap::<&str, Vec<&str>>::new(), Vec::new());
        let (mut aliases, mut renamed) = (BTreeMap::<&str, Vec<&str>>::new(), BTreeSet::new());
        for name in archive.tensors().keys().map(String::as_str) {
            let key = match self.rule(name) {
                Some(rule) => {
                    renamed.insert(rule.0);
                    rename(name, rule)
                }
                None => name.to_owned(),
            };
            if let Some((&key, _)) = tensors.get_key_value(&*key) {
                claims.entry(key).or_default().push(name);
            } else if let Some(&key) = ties.get(&key) {
                aliases.entry(key).or_default().push(name);
            } else if !name.starts_with(STATE) && !counts_batches(&key, &tensors) {
                unexpected.push(name);
            }
        }

        let mut found = Match::default();
        let comparable = if unexpected.len() <= LISTED { &unexpected[..] } else { &[] };
        for (&key, tensor) in &tensors {
            let mut names = claims.remove(key).unwrap_or_default();
            if names.len() > 1 {
                found.misfits.push(Misfit::Ambiguous { key: key.to_owned(), names: owned(&names) });
                continue;
            }
            names.extend(aliases.remove(key).unwrap_or_default());
            if names.is_empty() {
                if self.allow_missing {
                    found.loaded.missing.push(key.to_owned());
                } else {
                    let (key, near) = (key.to_owned(), owned(&near(key, comparable.iter().copied())));
                    found.misfits.push(Misfit::Missing { key, expected: tensor.shape.to_vec(), near });
                }
                continue;
            }
            let before = found.misfits.len();
            for &name in &names {
                let Some(info) = archive.tensors().get(name) else { continue };
                if !info.is_float() {
                    found.misfits.push(Misfit::Dtype { name: name.to_owned(), found: info.dtype.clone() });
                }
                if info.shape != tensor.shape {
                    let (found_shape, expected) = (info.shape.clone(), tensor.shape.to_vec());
                    found.misfits.push(Misfit::Shape { name: name.to_owned(), found: found_shape, expected });
                }
            }
            if before == found.misfits.len() {
                found.taken.push((*tensor, owned(&names)));
            }
        }
        if self.allow_unexpected {
            found.loaded.unexpected = owned(&unexpected);
        } else {
            for name in unexpected.iter().take(LISTED) {
                let shape = archive.tensors().get(*name).map(|info| info.shape.clone()).unwrap_or_default();
                found.misfits.push(Misfit::Unexpected { name: (*name).to_owned(), found: shape });
            }
            if let Some(count @ 1..) = unexpected.len().checked_sub(LISTED) {
                found.misfits.push(Misfit::More { count });
            }
        }
        let unused = self.renames.keys().filter(|from| !renamed.contains(from.as_str()));
        found.misfits.extend(unused.map(|from| Misfit::Unused { rename: from.clone() }));
        found
    }

    /// The rule for a name: the longest that fits.
    fn rule(&self, name: &str) -> Option<(&str, &str)> {
        let lies_in = name.rmatch_indices('.').map(|(dot, _)| &name[..dot]);
        let mut from = [name].into_iter().chain(lies_in).chain([""]);
        from.find_map(|from| self.renames.get_key_value(from)).map(|(from, to)| (&**from, &**to))
    }
}

/// What a file has of a net.
#[derive(Default)]
struct Match<'a> {
    /// Tensors of the net with their names in the file: several are tied.
    taken: Vec<(Tensor<'a>, Vec<String>)>,
    loaded: Loaded,
    misfits: Vec<Misfit>,
}

/// A tensor of a net, learned or not.
#[derive(Clone, Copy)]
pub(super) struct Tensor<'a> {
    pub(super) key: &'a str,
    pub(super) shape: &'a [usize],
    pub(super) offset: usize,
    pub(super) len: usize,
}

/// All tensors of a net, by key.
pub(super) fn tensors(summary: &Summary) -> BTreeMap<&str, Tensor<'_>> {
    let parameters =
        summary.parameters.iter().map(|p| Tensor { key: p.key, shape: p.shape, offset: p.offset, len: p.len });
    let buffers = summary.buffers.iter().map(|b| Tensor { key: b.key, shape: b.shape, offset: b.offset, len: b.len });
    parameters.chain(buffers).map(|tensor| (tensor.key, tensor)).collect()
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// The name by a rule that fits it.
fn rename(name: &str, (from, to): (&str, &str)) -> String {
    let rest = &name[from.len()..];
    let rest = if from.is_empty() { rest } else { rest.strip_prefix('.').unwrap_or(rest) };
    match (to, rest) {
        ("", rest) => rest.to_owned(),
        (to, "") => to.to_owned(),
        (to, rest) => format!("{to}.{rest}"),
    }
}

/// Whether a key is that of the number of batches which PyTorch counts for each batch norm, and which nothing depends on.
fn counts_batches(key: &str, tensors: &BTreeMap<&str, Tensor<'_>>) -> bool {
    let layer = key.strip_suffix("num_batches_tracked");
    layer.is_some_and(|layer| tensors.contains_key(&*format!("{layer}running_mean")))
}

/// The keys that PyTorch has tied slopes under as well, each with the key of the tensor that it is.
fn ties(summary: &Summary) -> BTreeMap<String, &str> {
    let mut ties = BTreeMap::new();
    for layer in summary.layers {
        let Some(name) = layer.declaration.split("tie = ").nth(1) else { continue };
        let name = name.split([',', ')']).next().unwrap_or_default().trim();
        // Names are looked up in the braces around, outward.
        let around = layer.key.rmatch_indices('.').map(|(dot, _)| &layer.key[..=dot]).chain([""]);
        let owner = around.map(|around| format!("{around}{name}.weight"));
        let owner = owner.into_iter().find_map(|owner| {
            let tied = ties.get(&owner).copied();
            tied.or_else(|| summary.parameter(&owner).map(|tensor| tensor.key))
        });
        if let Some(owner) = owner {
            ties.insert(format!("{}.weight", layer.key), owner);
        }
    }
    ties
}
