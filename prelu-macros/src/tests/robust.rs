//! Whatever the tokens are, the compiler answers: it does not panic, what it emits is Rust, and where the net's name could
//! be read, the type is there.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{errors, expand, nets};
use crate::diagnostics::Diagnostics;

/// Expands twice, and checks what is promised of any declaration.
fn check(declaration: &TokenStream) {
    let expansion = expand(declaration.clone());
    let text = expansion.to_string();
    assert_eq!(text, expand(declaration.clone()).to_string(), "not the same twice: {declaration}");
    if let Err(error) = syn::parse2::<syn::File>(expansion.clone()) {
        panic!("{error}: {declaration}\nexpands to\n{text}");
    }
    let mut diagnostics = Diagnostics::default();
    let parsed = crate::parse::parse(declaration.clone(), crate::check::is_layer, &mut diagnostics);
    drop(diagnostics.into_tokens());
    match parsed {
        Some(parsed) => assert!(text.contains(&format!("struct {}", parsed.name)), "no type: {declaration}"),
        None => assert!(!errors(&expansion).is_empty(), "no error: {declaration}"),
    }
}

#[test]
fn the_nets_of_the_repository_are_right() {
    let nets = nets::all();
    assert!(nets.len() > 20);
    for net in nets {
        let found = errors(&expand(net.clone()));
        assert!(found.is_empty(), "{net}: {found:#?}");
        check(&net);
    }
}

#[test]
fn every_prefix_of_a_declaration_is_answered() {
    for net in nets::all() {
        for length in 0..count(&net) {
            let mut left = length;
            check(&prefix(net.clone(), &mut left));
        }
    }
}

#[test]
fn mutilated_declarations_are_answered() {
    let nets = nets::all();
    let mut random = Random(1);
    for round in 0..6_000 {
        let mut net = nets[round % nets.len()].clone();
        for _ in 0..1 + round % 3 {
            let place = random.below(count(&net).max(1));
            net = mutilated(net, &mut Some(place), &mut random);
        }
        check(&net);
    }
}

/// How many tokens there are; a group is one more than what is in it.
fn count(tokens: &TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(inner).sum()
}

/// The first tokens, in groups that are closed.
fn prefix(tokens: TokenStream, left: &mut usize) -> TokenStream {
    let mut taken = Vec::new();
    for token in tokens {
        if *left == 0 {
            break;
        }
        *left -= 1;
        taken.push(match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), prefix(group.stream(), left)).into(),
            token => token,
        });
    }
    taken.into_iter().collect()
}

/// Deletes, duplicates or replaces the token of a place.
fn mutilated(tokens: TokenStream, place: &mut Option<usize>, random: &mut Random) -> TokenStream {
    let mut out = TokenStream::new();
    for token in tokens {
        match place {
            Some(0) => {
                *place = None;
                match random.below(4) {
                    0 => {}
                    1 => out.extend([token.clone(), token]),
                    2 => out.extend(strange(random)),
                    _ => match token {
                        TokenTree::Group(group) => out.extend(group.stream()),
                        token => out.extend(strange(random).into_iter().chain([token])),
                    },
                }
                continue;
            }
            Some(left) => *left -= 1,
            None => {}
        }
        out.extend([match token {
            TokenTree::Group(group) => Group::new(group.delimiter(), mutilated(group.stream(), place, random)).into(),
            token => token,
        }]);
    }
    out
}

/// A token, or a few, that are unlikely to be right.
fn strange(random: &mut Random) -> TokenStream {
    let all = [
        ",", ";", ":", "->", "=", "<=", "-", "!", "#", "$", "<", ">", "&", "?", "..", "::", "|", "'a", "_", "()", "[]", "{}",
        "{ relu }", "(1, 2)", "[1, 2]", "self", "Self", "crate", "fn", "if", "const", "struct", "block", "return", "as u8",
        "r#fn", "r#type", "größe", "0", "1", "-1", "3.5", "1e999", "1e-300", "1e30", "\"text\"", "b'x'", "c\"x\"", "5kg",
        "0xffff_ffff_ffff_ffff", "170141183460469231731687303715884105728", "99999999999999999999999999999999999999999999",
        "1099511627776", "repeat(1000000000) { relu }", "repeat(3) {}", "concat {}", "residual {}", "shortcut", "same", "he",
        "freeze", "tie = a::b", "tie = r#in", "init = from_data", "conv1", "true", "const A: usize = A;", "block b() { b }",
        "/// docs", "#[inline]", "#![x]", "match x { _ => 1 }", "|x| x", "a.b.c", "f(1)(2)[3]",
    ];
    let text = all[random.below(all.len())];
    let tokens = TokenStream::from_str(text).unwrap();
    match random.below(8) {
        0 => TokenTree::Group(Group::new(Delimiter::None, tokens)).into(),
        _ => tokens,
    }
}

/// Numbers that are the same in every run (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}
