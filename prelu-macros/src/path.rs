//! Where a layer stands in a net: the keys of the braces around it and its own, as in a state dict.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;

/// `blocks.0.conv1`
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Path(Vec<Segment>);

/// One part of a [`Path`]. It is the same whether it is written as a raw identifier or not.
#[derive(Clone, Debug)]
pub(crate) enum Segment {
    /// A key.
    Name(Ident),
    /// The number of a repetition or a branch, from 0.
    Index(usize),
}

impl Path {
    pub(crate) fn join(&self, segment: Segment) -> Self {
        Self(self.0.iter().cloned().chain([segment]).collect())
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// As the end of a type's name: `Blocks0Conv1`.
    pub(crate) fn camel(&self) -> String {
        let mut camel = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Name(name) => {
                    for part in name.unraw().to_string().split('_') {
                        let mut letters = part.chars();
                        camel.extend(letters.next().map(|c| c.to_ascii_uppercase()));
                        camel.extend(letters);
                    }
                }
                Segment::Index(index) => camel += &index.to_string(),
            }
        }
        camel
    }
}

impl PartialEq for Segment {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(a), Self::Name(b)) => a.unraw() == b.unraw(),
            (Self::Index(a), Self::Index(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Segment {}

impl From<Ident> for Segment {
    fn from(name: Ident) -> Self {
        Self::Name(name)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            segment.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.unraw().fmt(f),
            Self::Index(index) => index.fmt(f),
        }
    }
}

impl ToTokens for Segment {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Name(name) => name.to_tokens(tokens),
            Self::Index(index) => syn::Index::from(*index).to_tokens(tokens),
        }
    }
}

/// As the fields behind a net: `blocks.0.conv1`.
impl ToTokens for Path {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let segments = &self.0;
        tokens.extend(quote!(#(#segments).*));
    }
}
