//! From the plan to tokens. Cannot fail.
//!
//! The expansion is the struct with its parameters, the implementations of `Parameters` and `Network`, and inherent
//! methods that forward to them. It names everything by its whole path, starting at the crate that `network!` was called
//! through, so that it does not depend on what is in scope; and it imports modules, not types, so that a net may have the
//! name of one.

mod api;
mod baked;
mod links;
mod network;
mod plain;
mod structure;

use proc_macro2::TokenStream;
use quote::quote;

use crate::check::Graph;
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
    let network = network::emit(krate, declaration, graph, plan);
    let api = api::emit(krate, declaration, &graph.input, &graph.output);
    let links = links::emit(krate, declaration);
    plain::plain(quote!(#structure #network #api #baked #links))
}

/// The type and its signatures, for a declaration with mistakes, as far as they are known: so that the rest of the file
/// still makes sense.
pub(crate) fn placeholder(krate: &TokenStream, declaration: &Declaration, graph: &Graph) -> TokenStream {
    let Graph { input, output, .. } = graph;
    let structure = Structure::new(declaration, graph);
    let baked = baked::emit(krate, declaration, &structure, None);
    let structure = structure.emit(krate, declaration, graph, false);
    let network = network::placeholder(krate, declaration, input, output);
    let api = api::emit(krate, declaration, input, output);
    let links = links::emit(krate, declaration);
    quote!(#structure #network #api #baked #links)
}

/// Zeros, as a nested array expression.
fn zeros(shape: &[usize]) -> TokenStream {
    shape.iter().rev().fold(quote!(0.0f32), |inner, n| quote!([#inner; #n]))
}
