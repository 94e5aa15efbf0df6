//! Limits of depth. Reading an expression takes stack for each of its parts, and so does each pair of braces: a
//! declaration that goes too deep gets an error, not a crash of the compiler.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use syn::parse::ParseStream;

/// Parentheses and braces within one another.
pub(crate) const MOST_DEEP: usize = 64;

/// Tokens of an expression: it is at most as deep as it is long.
const MOST_LONG: usize = 128;

/// The declaration; with groups that are too deep emptied, and the place of one of them, where there are any.
pub(crate) fn cut(tokens: TokenStream) -> (TokenStream, Option<Span>) {
    let mut too_deep = None;
    find(tokens.clone(), 0, &mut too_deep);
    // Groups that are made anew lose the places of their ends: only where it must be.
    match too_deep {
        Some(_) => (shallow(tokens, 0), too_deep),
        None => (tokens, None),
    }
}

fn find(tokens: TokenStream, depth: usize, too_deep: &mut Option<Span>) {
    for token in tokens {
        if let TokenTree::Group(group) = token {
            match depth == MOST_DEEP {
                true => *too_deep = too_deep.or(Some(group.span_open())),
                false => find(group.stream(), depth + 1, too_deep),
            }
        }
    }
}

fn shallow(tokens: TokenStream, depth: usize) -> TokenStream {
    let cut = |token: TokenTree| match token {
        TokenTree::Group(group) => {
            let inner = if depth == MOST_DEEP { TokenStream::new() } else { shallow(group.stream(), depth + 1) };
            TokenTree::Group(Group::new(group.delimiter(), inner))
        }
        token => token,
    };
    tokens.into_iter().map(cut).collect()
}

/// Reports an expression that is too long: one that ends with the next comma or semicolon which is not between `<` and `>`.
pub(crate) fn check(input: ParseStream<'_>) -> syn::Result<()> {
    let mut angles = 0;
    let mut rest = input.cursor();
    let mut length = 0;
    while let Some((token, next)) = rest.token_tree() {
        rest = next;
        match &token {
            TokenTree::Punct(p) => match p.as_char() {
                '<' => angles += 1,
                '>' => angles -= 1,
                ',' | ';' if angles <= 0 => break,
                _ => {}
            },
            TokenTree::Group(group) => length += count(group.stream()),
            _ => {}
        }
        length += 1;
        if length > MOST_LONG {
            return Err(syn::Error::new(
                input.span(),
                format!("this is more than {MOST_LONG} tokens long; a `const` gives a part of it a name"),
            ));
        }
    }
    Ok(())
}

/// Reports an attribute that is too long.
pub(crate) fn check_attributes(input: ParseStream<'_>) -> syn::Result<()> {
    let mut rest = input.cursor();
    while let Some((_, after)) = rest.punct().filter(|(p, _)| p.as_char() == '#') {
        let Some((TokenTree::Group(group), next)) = after.token_tree() else { break };
        if count(group.stream()) > MOST_LONG {
            return Err(syn::Error::new(group.span(), format!("an attribute of more than {MOST_LONG} tokens")));
        }
        rest = next;
    }
    Ok(())
}

/// How many tokens, about no more than matter.
fn count(tokens: TokenStream) -> usize {
    let mut length = 0;
    for token in tokens {
        length += 1;
        if let TokenTree::Group(group) = token {
            length += count(group.stream());
        }
        if length > MOST_LONG {
            break;
        }
    }
    length
}
