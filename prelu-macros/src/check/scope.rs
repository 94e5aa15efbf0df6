//! What names mean within a pair of braces.

use std::collections::{BTreeMap, HashMap, HashSet};

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::Wire;
use crate::layers::Slopes;
use crate::path::Path;

/// The names of a pair of braces that has a key of its own.
#[derive(Default)]
pub(super) struct Scope {
    pub(super) path: Path,
    /// How many layers of each kind there were.
    ordinals: HashMap<String, usize>,
    /// The keys that are taken.
    pub(super) keys: HashSet<String>,
    /// What each layer gives that was looked at; `None` where that is unknown.
    pub(super) layers: BTreeMap<String, Option<Wire>>,
    pub(super) slopes: BTreeMap<String, Slopes>,
}

impl Scope {
    pub(super) fn new(path: Path) -> Self {
        Self { path, ..Self::default() }
    }

    /// The name of one more layer of a kind: kind and ordinal.
    pub(super) fn ordinal(&mut self, kind: &Ident) -> Ident {
        let ordinal = self.ordinals.entry(kind.unraw().to_string()).or_insert(0);
        *ordinal += 1;
        Ident::new(&format!("{}{ordinal}", kind.unraw()), kind.span())
    }
}
