//! Declarations: those of the repository, and nets with every construct.

use std::path::Path;
use std::{fs, str::FromStr};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Nets that between them have everything that can be declared.
pub(super) const NETS: &[&str] = &[
    "/// Documented.
    #[budget(parameters <= 1_000_000, macs <= 10_000 * 1000, scratch <= 6400KiB)] #[must_use]
    pub(crate) struct Everything: [3, 16, 16] -> [10] {
        const WIDE: usize = 4 * (1 + 1);
        block basic(width, stride = 1) {
            /// Documented.
            main: residual(shortcut = { conv: conv(width, kernel = 1, stride = stride, bias = false), bn: batch_norm }) {
                conv1: conv(width, kernel = 3, stride = stride, padding = 1), bn1: batch_norm(momentum = 0.2), prelu(per_channel),
                conv2: conv(width, kernel = (3, 3), padding = same, init = he), bn2: batch_norm(eps = 1e-3),
            },
            prelu,
        }
        stem: conv(WIDE, kernel = 3, padding = 1) -> [8, 16, 16],
        mix: concat { { conv(4, kernel = 1) }, { max_pool(3, stride = 1, padding = 1), relu }, { } },
        layers: repeat(2) { basic(WIDE, stride = 2) } -> [8, 4, 4],
        a: elu, concat(a), add(concat2),
        head: sequence { global_avg_pool, fc1: linear(20, init = lecun, freeze), selu, alpha_dropout(0.1), fc: linear(10, init = zeros) },
    }",
    "struct Line: [2, 64] -> [5] {
        conv(8, kernel = 5, padding = same, dilation = 2), act: prelu(per_channel, init = from_data), max_pool(2),
        conv(8, kernel = 3, groups = 2), prelu(per_channel, tie = act), conv_transpose(4, kernel = 2, stride = 2),
        upsample(2), dropout_channels(0.2), layer_norm, avg_pool(3), softmax, flatten, maxout(7, pieces = 3), linear(5), log_softmax,
    }",
    "struct r#fn: [4] -> [4] { r#match: linear(4), r#loop: sequence { r#if: linear(4) }, identity, add(r#match) }",
    "pub struct Tall: [1, 20, 20] -> [3] { custom(own::Layer<3, 4>, parameters = 12) -> [2, 10, 10], global_max_pool, fc: linear(3) }",
    "struct Nothing: [4] -> [4] { }",
];

/// Those, and all declarations of the examples, the tests and the README.
pub(super) fn all() -> Vec<TokenStream> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut found: Vec<_> = NETS.iter().map(|net| TokenStream::from_str(net).unwrap()).collect();
    let mut examples: Vec<_> =
        fs::read_dir(root.join("examples")).unwrap().map(|entry| entry.unwrap().path()).collect();
    examples.sort();
    for file in examples.iter().filter(|file| file.extension().is_some_and(|extension| extension == "rs")) {
        collect(TokenStream::from_str(&fs::read_to_string(file).unwrap()).unwrap(), &mut found);
    }
    collect(TokenStream::from_str(&read("tests/fixtures.rs")).unwrap(), &mut found);
    for code in read("README.md").split("```").filter_map(|code| code.strip_prefix("rust\n")) {
        collect(TokenStream::from_str(code).unwrap(), &mut found);
    }
    // Those in a `macro_rules!` may be parts.
    let whole = |last: TokenTree| matches!(last, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    found.retain(|net| net.clone().into_iter().last().is_some_and(whole));
    found
}

/// What is in `network! { … }`, and, as in the tests' fixtures, `case!(name: …)`.
fn collect(tokens: TokenStream, found: &mut Vec<TokenStream>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (index, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let called =
            |name: &str| index > 1 && tokens[index - 1].to_string() == "!" && tokens[index - 2].to_string() == name;
        let content = plain(group.stream());
        if called("network") {
            found.push(content);
        } else if called("case") {
            let named = |token: &TokenTree| matches!(token, TokenTree::Punct(p) if p.as_char() == ':');
            found.push(content.into_iter().skip_while(|token| !named(token)).skip(1).collect());
        } else {
            collect(group.stream(), found);
        }
    }
}

/// What a declaration in a `macro_rules!` could be with names in place of its variables.
fn plain(tokens: TokenStream) -> TokenStream {
    let mut plain_tokens = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(p) if p.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Ident(name)) if name == "activation" => {
                    plain_tokens.push(TokenTree::Ident(proc_macro2::Ident::new("prelu", name.span())));
                }
                Some(TokenTree::Group(_)) => drop(tokens.next()),
                other => plain_tokens.extend(other),
            },
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                plain_tokens.push(proc_macro2::Group::new(group.delimiter(), plain(group.stream())).into());
            }
            other => plain_tokens.push(other),
        }
    }
    plain_tokens.into_iter().collect()
}
