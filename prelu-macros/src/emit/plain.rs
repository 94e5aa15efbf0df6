//! Numbers without suffixes, as a person writes them.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};

/// The same tokens, in which `5usize` is `5`.
pub(super) fn plain(tokens: TokenStream) -> TokenStream {
    let token = |token: TokenTree| match token {
        TokenTree::Literal(literal) => without_suffix(literal).into(),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), plain(group.stream()));
            inner.set_span(group.span());
            inner.into()
        }
        token => token,
    };
    tokens.into_iter().map(token).collect()
}

fn without_suffix(literal: Literal) -> Literal {
    let text = literal.to_string();
    let number = text.strip_suffix("usize").or(text.strip_suffix("u64")).and_then(|digits| digits.parse().ok());
    number.map_or(literal, |number: u64| Literal::u64_unsuffixed(number))
}
