//! The compiler is a function of tokens: here it is given all kinds of them.

mod nets;
mod robust;
mod snapshots;
mod time;
mod weights;

use proc_macro2::TokenStream;
use quote::quote;

/// The expansion of a declaration.
fn expand(declaration: TokenStream) -> TokenStream {
    crate::compile(&quote!(::prelu), declaration)
}

/// The messages of the errors in an expansion.
fn errors(expansion: &TokenStream) -> Vec<String> {
    fn collect(tokens: TokenStream, found: &mut Vec<String>) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            let proc_macro2::TokenTree::Group(group) = token else { continue };
            let called = index > 1 && tokens[index - 2].to_string() == "compile_error";
            match called.then(|| syn::parse2::<syn::LitStr>(group.stream())) {
                Some(Ok(message)) => found.push(message.value()),
                _ => collect(group.stream(), found),
            }
        }
    }
    let mut found = Vec::new();
    collect(expansion.clone(), &mut found);
    found
}
