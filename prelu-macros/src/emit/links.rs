//! From a layer's name to its documentation: an editor shows and opens what a name stands for, so each is emitted once
//! more, as the module of the runtime that it is.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;

use crate::check::is_layer;
use crate::syntax::{ArgumentValue, Body, Declaration, Item, LayerSyntax};

pub(super) fn emit(krate: &TokenStream, declaration: &Declaration) -> TokenStream {
    let mut kinds = Vec::new();
    body(&declaration.body, &mut kinds);
    declaration.blocks.iter().filter_map(|block| block.body.as_ref()).for_each(|inner| body(inner, &mut kinds));
    kinds.retain(|kind| is_layer(&kind.unraw().to_string()));
    if kinds.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(unused_imports, clippy::all, clippy::pedantic)]
        const _: () = {
            use #krate::runtime::layers::{#(#kinds as _),*};
        };
    }
}

fn body<'a>(body: &'a Body, kinds: &mut Vec<&'a Ident>) {
    for item in &body.items {
        match item {
            Item::Layer(syntax) => layer(syntax, kinds),
            Item::Branch(branch) => self::body(branch, kinds),
            Item::Unreadable => {}
        }
    }
}

fn layer<'a>(syntax: &'a LayerSyntax, kinds: &mut Vec<&'a Ident>) {
    kinds.push(&syntax.kind);
    for argument in &syntax.arguments {
        if let ArgumentValue::Body(inner) = &argument.value {
            body(inner, kinds);
        }
    }
    if let Some(inner) = &syntax.body {
        body(inner, kinds);
    }
}
