//! Whatever the tokens are, the compiler answers: it does not panic, what it emits is Rust, and where the net's name could
//! be read, the type is there.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::{errors, expand, nets};
use crate::diagnostics::Diagnostics;

/// Checks what is promised of any declaration.
fn check(declaration: &TokenStream) {
    let expansion = expand(declaration.clone());
    let file = match syn::parse2::<syn::File>(expansion.clone()) {
        Ok(file) => file,
        Err(error) => panic!("{error}: {declaration}\nexpands to\n{expansion}"),
    };
    let mut diagnostics = Diagnostics::default();
    let parsed = crate::parse::parse(declaration.clone(), crate::check::is_layer, &mut diagnostics);
    drop(diagnostics.into_tokens());
    match parsed {
        Some(net) => {
            let is_type = |item: &syn::Item| matches!(item, syn::Item::Struct(found) if found.ident == net.name);
            assert!(file.items.iter().any(is_type), "no type: {declaration}");
        }
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
        let [first, second] = [(); 2].map(|()| expand(net.clone()).to_string());
        assert_eq!(first, second, "not the same twice");
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
    for round in 0..3_000 {
        let mut net = nets[round % nets.len()].clone();
        for _ in 0..1 + round % 3 {
            let place = random.below(count(&net).max(1));
            net = mutilated(net, &mut Some(place), &mut random);
        }
        check(&net);
        if round % 10 == 0 {
            assert_eq!(expand(net.clone()).to_string(), expand(net.clone()).to_string(), "not the same twice: {net}");
        }
    }
}

/// Expands a declaration of which the parts of a message are known.
fn explained(declaration: &str, parts: &[&str]) {
    let tokens = TokenStream::from_str(declaration).unwrap();
    let found = errors(&expand(tokens.clone()));
    let shown = &declaration[..declaration.len().min(200)];
    assert_eq!(found.len(), 1, "{shown}: {found:#?}");
    parts.iter().for_each(|part| assert!(found[0].contains(part), "{shown}: {}", found[0]));
    check(&tokens);
}

#[test]
fn depth_is_limited() {
    let nest = |n: usize, before: &str, inner: &str, behind: &str| {
        format!("struct Net: [4] -> [4] {{ {}{inner}{} }}", before.repeat(n), behind.repeat(n))
    };
    for (before, inner, behind) in [("(", "1", ")"), ("[", "1", "]"), ("residual {", "relu", "}"), ("{", "", "}")] {
        explained(&nest(5_000, before, inner, behind), &["more than 64 deep"]);
    }
    for argument in ["- ", "! ", "& ", "1 + ", "f . ", "return ", "A < ", "| x | ", "if x {} else ", "* ", "'a : "] {
        let deep = argument.repeat(5_000);
        explained(&format!("struct Net: [4] -> [4] {{ linear({deep} 1) }}"), &["more than 128 tokens"]);
        explained(&format!("struct Net: [4] -> [4] {{ const A: usize = {deep} 1; linear(A) }}"), &["more than 128"]);
        explained(&format!("struct Net: [{deep} 1] -> [4] {{ linear(4) }}"), &["more than 128"]);
        explained(&format!("#[doc = {deep} 1] struct Net: [4] -> [4] {{ linear(4) }}"), &["more than 128"]);
        explained(&format!("#[budget(macs <= {deep} 1)] struct Net: [4] -> [4] {{ linear(4) }}"), &["more than 128"]);
    }
    explained(
        &format!("struct Net: [4] -> [4] {{ const A: {} u8 = 1; linear(4) }}", "&".repeat(5_000)),
        &["more than 128"],
    );
    // The deepest that is read at all.
    for argument in ["- ", "! ", "1 + ", "f . ", "A < ", "| x | "] {
        let tokens =
            format!("struct Net: [4] -> [4] {{ linear({} 1) }}", argument.repeat(124 / argument.split(' ').count()));
        check(&TokenStream::from_str(&tokens).unwrap());
    }
    for (before, inner, behind) in [("residual {", "linear(4)", "}"), ("sequence { a: ", "linear(4)", "}")] {
        check(&TokenStream::from_str(&nest(60, before, inner, behind)).unwrap());
    }
    let mut blocks = String::from("block b0() { linear(4) }");
    for i in 1..3_000 {
        blocks += &format!("block b{i}() {{ residual {{ b{} }} }}", i - 1);
    }
    explained(&format!("struct Net: [4] -> [4] {{ {blocks} b2999 }}"), &["more than 100 deep"]);
}

#[test]
fn size_is_limited() {
    let net = |body: &str| format!("struct Net: [4] -> [4] {{ {body} }}");
    explained(&net("repeat(1000000000) { relu }"), &["at most 5000 layers"]);
    explained(&net("repeat(5000) { repeat(5000) { relu } }"), &["more than 5000 layers"]);
    explained(&net("repeat(5000) { repeat(5000) { relu } }, repeat(5000) { repeat(5000) { relu } }"), &["5000 layers"]);
    explained(&net("repeat(5000) { repeat(5000) { } }"), &["nothing to repeat"]);
    explained(&net("block b() { repeat(4000) { relu } } b, b, b, b"), &["more than 5000 layers"]);
    explained(&net("linear(99999999999)"), &["more than memory"]);
    explained(&net("linear(1073741824), linear(1073741824)"), &["more than memory"]);
    explained(&net("linear(- (-170141183460469231731687303715884105728))"), &["too large"]);
    explained(&net("linear(-(-170141183460469231731687303715884105727 - 1))"), &["too large"]);
    explained(&net("linear(99999999999999999999999999999999999999999999)"), &["too large"]);
    explained(&net("dropout(0.99999999999)"), &["out of range"]);
    let wide = "struct Net: [1073741824, 1, 1] -> [7, 1, 1] { conv(7, kernel = 1, groups = 3) }";
    explained(wide, &["`groups = 3` does not divide"]);
    let far = "struct Net: [1, 9, 9] -> [1] { conv(1, kernel = 1073741824, dilation = 1073741824, padding = same) }";
    explained(far, &["more than memory"]);
    let name = "x".repeat(100_000);
    explained(&net(&format!("{name}a: relu, add({name}b)")), &["no earlier layer"]);
    // The largest that is read at all.
    check(
        &TokenStream::from_str(&net("a: prelu, repeat(1200) { linear(4, init = he), prelu(tie = a), add(a) }"))
            .unwrap(),
    );
}

#[test]
fn what_is_nearly_right_is_not_taken() {
    let net = |body: &str| format!("struct Net: [4] -> [4] {{ {body} }}");
    explained(&net("prelu(init = 1e999)"), &["`init = inf` is not a slope"]);
    explained(&net("dropout(0.5x)"), &["`0.5x` is not a number"]);
    for (combinator, name) in [("residual", "a"), ("sequence", "a"), ("repeat(2)", "a")] {
        let body = format!("{name}: {combinator} {{ relu, add({name}) }}");
        explained(&net(&body), &["`a` is not finished here"]);
    }
    explained(&net("a: concat { { add(a) }, { relu } }"), &["`a` is not finished here"]);
    explained(&net("a: add(a)"), &["`a` comes later"]);
    explained(&net("const A: usize = B; const B: usize = 2 * A; linear(B)"), &["depends on itself"]);
    let later = net("const A: usize = 2 * B; const B: usize = 2; linear(A)");
    assert_eq!(errors(&expand(later.parse().unwrap())), [""; 0]);
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

/// What is unlikely to be right, with bars between.
const STRANGE: &str = r#"
    , ¦ ; ¦ : ¦ -> ¦ = ¦ <= ¦ - ¦ ! ¦ # ¦ $ ¦ < ¦ > ¦ & ¦ ? ¦ .. ¦ :: ¦ | ¦ 'a ¦ _ ¦ () ¦ [] ¦ {} ¦ { relu } ¦
    (1, 2) ¦ [1, 2] ¦ self ¦ Self ¦ crate ¦ fn ¦ if ¦ const ¦ struct ¦ block ¦ return ¦ as u8 ¦ r#fn ¦ r#type ¦
    größe ¦ 0 ¦ 1 ¦ -1 ¦ 3.5 ¦ 1e999 ¦ 1e-300 ¦ 1e30 ¦ "text" ¦ b'x' ¦ c"x" ¦ 5kg ¦ 0xffff_ffff_ffff_ffff ¦
    170141183460469231731687303715884105728 ¦ 99999999999999999999999999999999999999999999 ¦ 1099511627776 ¦
    repeat(1000000000) { relu } ¦ repeat(3) {} ¦ concat {} ¦ residual {} ¦ shortcut ¦ same ¦ he ¦ freeze ¦
    tie = a::b ¦ tie = r#in ¦ init = from_data ¦ conv1 ¦ true ¦ const A: usize = A; ¦ block b() { b } ¦ /// docs ¦
    #[inline] ¦ #![x] ¦ match x { _ => 1 } ¦ |x| x ¦ a.b.c ¦ f(1)(2)[3]
"#;

/// A token, or a few, that are unlikely to be right.
fn strange(random: &mut Random) -> TokenStream {
    let all: Vec<&str> = STRANGE.split('¦').map(str::trim).collect();
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
