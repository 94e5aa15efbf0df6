//! From the plan to tokens. Cannot fail.
//!
//! The expansion is the struct with its parameters, the implementations of `Parameters` and `Network`, and inherent
//! methods that forward to them.
//!
//! It does not depend on what is in scope, and the program's own tokens see nothing of it. Beside the struct, where they
//! stand, everything has its whole path, starting at the crate that `network!` was called through. All else is in
//! [`block`]s, whose imports hide whatever the program calls the same, and in which the program's types have other names,
//! given beside the struct.

mod api;
mod baked;
mod links;
mod network;
mod plain;
mod structure;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use crate::check::Graph;
use crate::layers::Constant;
use crate::plan::Plan;
use crate::syntax::Declaration;
use crate::weights::Weights;
use structure::Structure;

/// All of a right declaration.
pub(crate) fn emit(
    krate: &TokenStream,
    declaration: &Declaration,
    graph: &Graph,
    plan: &Plan,
    weights: Option<&Weights>,
) -> TokenStream {
    let structure = Structure::new(declaration, graph);
    let baked = baked::emit(krate, declaration, &structure, weights);
    let structure = structure.emit(krate, declaration, graph, true);
    let names = names(declaration, graph);
    let network = block(krate, &network::emit(declaration, graph, plan));
    let api = block(krate, &api::emit(krate, declaration, &graph.input, &graph.output));
    let links = links::emit(krate, declaration);
    plain::plain(quote!(#structure #names #network #api #baked #links))
}

/// The type and its signatures, for a declaration with mistakes, as far as they are known: so that the rest of the file
/// still makes sense.
pub(crate) fn placeholder(krate: &TokenStream, declaration: &Declaration, graph: &Graph) -> TokenStream {
    let Graph { input, output, .. } = graph;
    let structure = Structure::new(declaration, graph);
    let baked = baked::emit(krate, declaration, &structure, None);
    let structure = structure.emit(krate, declaration, graph, false);
    let name = net_name(declaration);
    let network = block(krate, &network::placeholder(declaration, input, output));
    let api = block(krate, &api::emit(krate, declaration, input, output));
    let links = links::emit(krate, declaration);
    quote!(#structure #name #network #api #baked #links)
}

/// Items that see the runtime's names, and none of the program's that are the same.
fn block(krate: &TokenStream, items: &TokenStream) -> TokenStream {
    quote! {
        #[allow(unused_imports, unused_variables, clippy::all, clippy::pedantic)]
        const _: () = {
            use #krate::runtime as runtime;
            use #krate::runtime::__private::*;

            #items
        };
    }
}

/// What the net is called in a [`block`].
fn net(declaration: &Declaration) -> Ident {
    let name = &declaration.name;
    let text = name.unraw().to_string();
    // `runtime::__private` has no others.
    let hidden = !text.starts_with(|c: char| c.is_ascii_uppercase()) || matches!(&*text, "None" | "Some");
    if hidden { format_ident!("__preluNet_{text}") } else { name.clone() }
}

/// What a layer's own type is called in a [`block`]; `None` where it is called what it is.
fn own_type(declaration: &Declaration, layer: usize, path: &syn::Path) -> Option<Ident> {
    let name = declaration.name.unraw();
    // Errors are at the type.
    (!has_blank(quote!(#path))).then(|| Ident::new(&format!("__prelu{layer}_{name}"), path.span()))
}

/// Whether something is left to be inferred, as only an expression can have it: `Layer<_>`.
fn has_blank(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Group(group) => has_blank(group.stream()),
        token => token.to_string() == "_",
    })
}

/// The other names of the program's types.
fn names(declaration: &Declaration, graph: &Graph) -> TokenStream {
    let net = net_name(declaration);
    let own = graph.nodes.iter().filter_map(|node| match &node.operation()?.constant {
        Constant::Custom { path, .. } => {
            let name = own_type(declaration, node.layer, path)?;
            Some(quote! {
                #[allow(non_camel_case_types)]
                type #name = #path;
            })
        }
        _ => None,
    });
    quote!(#net #(#own)*)
}

fn net_name(declaration: &Declaration) -> Option<TokenStream> {
    let (name, other) = (&declaration.name, net(declaration));
    (*name != other).then(|| {
        quote! {
            #[allow(non_camel_case_types)]
            type #other = #name;
        }
    })
}

/// Zeros, as a nested array expression.
fn zeros(shape: &[usize]) -> TokenStream {
    shape.iter().rev().fold(quote!(0.0f32), |inner, n| quote!([#inner; #n]))
}
