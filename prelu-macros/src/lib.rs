//! The compiler behind `prelu::network!`: a declaration goes through `parse::parse`, `check::check`, `plan::plan`,
//! `weights::read`, `budget::check` and `emit::emit`. Arrows point one way.

mod budget;
mod check;
mod diagnostics;
mod emit;
mod layers;
mod nesting;
mod parse;
mod path;
mod plan;
mod shape;
mod syntax;
mod weights;

use diagnostics::Diagnostics;
use proc_macro2::{TokenStream, TokenTree};

/// Called by the facade's `network!`, which puts the path of the facade in front of the declaration, in parentheses.
#[doc(hidden)]
#[proc_macro]
pub fn network(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let mut tokens = TokenStream::from(tokens).into_iter();
    let krate = match tokens.next() {
        Some(TokenTree::Group(path)) => path.stream(),
        _ => quote::quote!(::prelu),
    };
    compile(&krate, tokens.collect()).into()
}

fn compile(krate: &TokenStream, declaration: TokenStream) -> TokenStream {
    let mut diagnostics = Diagnostics::default();
    let Some(declaration) = parse::parse(declaration, check::is_layer, &mut diagnostics) else {
        return diagnostics.into_tokens();
    };
    let graph = check::check(&declaration, &mut diagnostics);
    let limits = budget::limits(&declaration, &graph.constants, &mut diagnostics);
    let weights = if diagnostics.is_empty() { weights::read(&declaration, &graph, &mut diagnostics) } else { None };
    let expansion = if diagnostics.is_empty() {
        let graph = plan::fuse(graph);
        let plan = plan::plan(&graph);
        let over = budget::check(&declaration, &limits, &graph, &plan, &mut diagnostics);
        let net = emit::emit(krate, &declaration, &graph, &plan, weights.as_ref());
        quote::quote!(#over #net)
    } else {
        emit::placeholder(krate, &declaration, &graph)
    };
    let errors = diagnostics.into_tokens();
    quote::quote!(#errors #expansion)
}

#[cfg(test)]
mod tests;
