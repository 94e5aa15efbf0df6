//! What nets expand to, as a person would read it: `snapshots/*.rs`, each below its declaration.
//!
//! After a change of the expansion, `PRELU_SNAPSHOTS=overwrite cargo test -p prelu-macros snapshots` writes them anew; what
//! has changed is then to be read.

use std::path::Path;
use std::str::FromStr;
use std::{env, fs};

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::{errors, expand};

/// One net for each layer, and whole nets.
const NETS: &[(&str, &str)] = &[
    ("alpha_dropout", "struct Net: [4] -> [4] { alpha_dropout(0.1) }"),
    ("avg_pool", "struct Net: [2, 6, 6] -> [2, 3, 3] { avg_pool(2) }"),
    ("batch_norm", "struct Net: [2, 6, 6] -> [2, 6, 6] { batch_norm }"),
    ("conv", "struct Net: [2, 6, 6] -> [4, 3, 3] { conv(4, kernel = 3, stride = 2, padding = 1) }"),
    ("conv_transpose", "struct Net: [2, 3, 3] -> [4, 6, 6] { conv_transpose(4, kernel = 2, stride = 2) }"),
    ("custom", "struct Net: [2, 6, 6] -> [4] { custom(own::Layer<2>, parameters = 3) -> [4] }"),
    ("dropout", "struct Net: [4] -> [4] { dropout(0.2) }"),
    ("dropout_channels", "struct Net: [2, 6, 6] -> [2, 6, 6] { dropout_channels(0.2) }"),
    ("elu", "struct Net: [4] -> [4] { elu(0.5) }"),
    ("flatten", "struct Net: [2, 6, 6] -> [72] { flatten }"),
    ("gelu", "struct Net: [4] -> [4] { gelu }"),
    ("global_avg_pool", "struct Net: [2, 6, 6] -> [2] { global_avg_pool }"),
    ("global_max_pool", "struct Net: [2, 6, 6] -> [2] { global_max_pool }"),
    ("hard_swish", "struct Net: [4] -> [4] { hard_swish }"),
    ("identity", "struct Net: [4] -> [4] { identity }"),
    ("layer_norm", "struct Net: [4] -> [4] { layer_norm }"),
    ("leaky_relu", "struct Net: [4] -> [4] { leaky_relu(0.2) }"),
    ("linear", "struct Net: [4] -> [3] { linear(3, init = he) }"),
    ("log_softmax", "struct Net: [4] -> [4] { log_softmax }"),
    ("max_pool", "struct Net: [2, 6, 6] -> [2, 3, 3] { max_pool(3, stride = 2, padding = 1) }"),
    ("maxout", "struct Net: [4] -> [3] { maxout(3, pieces = 2) }"),
    ("prelu", "struct Net: [2, 6, 6] -> [2, 6, 6] { prelu(per_channel, init = from_data) }"),
    ("relu", "struct Net: [4] -> [4] { relu }"),
    ("relu6", "struct Net: [4] -> [4] { relu6 }"),
    ("selu", "struct Net: [4] -> [4] { selu }"),
    ("sigmoid", "struct Net: [4] -> [4] { sigmoid }"),
    ("silu", "struct Net: [4] -> [4] { silu }"),
    ("softmax", "struct Net: [4] -> [4] { softmax }"),
    ("softplus", "struct Net: [4] -> [4] { softplus }"),
    ("tanh", "struct Net: [4] -> [4] { tanh }"),
    ("upsample", "struct Net: [2, 3, 3] -> [2, 6, 6] { upsample(2) }"),
    // Whole nets.
    (
        "digits",
        "/// PyTorch's MNIST example, with learned slopes.
        #[budget(parameters <= 22_000)]
        pub struct Digits: [1, 28, 28] -> [10] {
            conv1: conv(10, kernel = 5), prelu(per_channel), max_pool(2),
            conv2: conv(20, kernel = 5), prelu(per_channel), dropout_channels(0.5), max_pool(2),
            /// Documented.
            fc1: linear(50), prelu, dropout(0.5), fc2: linear(10),
        }",
    ),
    (
        "residual_net",
        "pub struct Small: [3, 16, 16] -> [10] {
            block basic(width, stride) {
                residual(shortcut = { conv: conv(width, kernel = 1, stride = stride, bias = false), bn: batch_norm }) {
                    conv1: conv(width, kernel = 3, stride = stride, padding = 1, bias = false), bn1: batch_norm, relu,
                    conv2: conv(width, kernel = 3, padding = 1, bias = false), bn2: batch_norm,
                },
                relu,
            }
            stem: conv(8, kernel = 3, padding = 1, init = he), bn: batch_norm, prelu(per_channel),
            layers: repeat(2) { basic(16, stride = 2) }, global_avg_pool, fc: linear(10),
        }",
    ),
    (
        "branches",
        "pub struct Inception: [4, 10, 10] -> [3] {
            mix: concat { { conv(5, kernel = 1) }, { conv(6, kernel = 3, padding = 1), prelu }, { max_pool(3, stride = 1, padding = 1) }, { } },
            skip: conv(19, kernel = 1), elu, add(skip), concat(mix), global_avg_pool, fc: linear(3),
        }",
    ),
    (
        "in_time",
        "pub struct Listener: [1, 400] -> [8] {
            block hear(channels) { conv: conv(channels, kernel = 5, padding = 2), batch_norm, prelu(per_channel), max_pool(2) }
            filters: conv(16, kernel = 64, stride = 8), hear1: hear(32), hear2: hear(32), global_avg_pool, fc: linear(8),
        }",
    ),
    (
        "autoencoder",
        "pub struct Autoencoder: [1, 8, 8] -> [1, 8, 8] {
            down: conv(4, kernel = 3, stride = 2, padding = 1), gelu, conv(2, kernel = 3, padding = same), tanh,
            up: conv_transpose(4, kernel = 2, stride = 2), gelu, conv(1, kernel = 1), sigmoid,
        }",
    ),
    (
        "tied_and_frozen",
        "pub struct Dense: [6] -> [4] {
            fc1: linear(6, freeze), act: prelu(init = from_data), fc2: linear(6), prelu(tie = act), alpha_dropout(0.1), layer_norm,
            fc3: linear(4, init = lecun), log_softmax,
        }",
    ),
];

/// The methods are alike in all nets: one snapshot shows them.
const WITH_METHODS: &str = "digits";

#[test]
fn snapshots() {
    let overwrite = env::var_os("PRELU_SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let mut changed = Vec::new();
    for (name, net) in NETS {
        let (file, text) = (folder.join(format!("{name}.rs")), formatted(name, net));
        if overwrite {
            fs::write(&file, text).unwrap();
        } else {
            let kept = fs::read_to_string(&file).unwrap_or_default();
            changed.extend(first_difference(&kept, &text).map(|line| format!("snapshots/{name}.rs:{line}")));
        }
    }
    assert!(
        changed.is_empty(),
        "the expansion has changed; if it should, write it anew with\n\n    \
         PRELU_SNAPSHOTS=overwrite cargo test -p prelu-macros snapshots\n\nand read the difference\n\n{}",
        changed.join("\n\n")
    );
}

#[test]
fn every_layer_has_a_snapshot() {
    let missing: Vec<_> = crate::layers::TABLE
        .iter()
        .map(|layer| layer.name)
        .filter(|layer| !NETS.iter().any(|(name, _)| name == layer))
        .collect();
    assert!(missing.is_empty(), "add nets of {missing:?} to the list in this file");
}

fn formatted(name: &str, net: &str) -> String {
    let expansion = expand(TokenStream::from_str(net).unwrap());
    assert_eq!(errors(&expansion), [""; 0], "{net}");
    let comments = net.lines().map(|line| format!("// {}\n", line.strip_prefix("        ").unwrap_or(line)));
    let mut file: syn::File = syn::parse2(expansion).unwrap();
    if name != WITH_METHODS {
        file.items.retain(|item| methods(item).is_none());
    }
    let items = file.items.iter().map(|item| match methods(item) {
        Some(block) => within_block(block),
        None => unparse(item),
    });
    comments.collect::<String>() + "\n" + &items.collect::<String>()
}

/// The block of the net's methods, which macros of the facade are in.
fn methods(item: &syn::Item) -> Option<&syn::Block> {
    let syn::Item::Const(item) = item else { return None };
    let syn::Expr::Block(block) = &*item.expr else { return None };
    let calls = block.block.stmts.iter().any(|statement| matches!(statement, syn::Stmt::Macro(_)));
    calls.then_some(&block.block)
}

/// The block of the net's methods.
fn within_block(block: &syn::Block) -> String {
    let statements = block.stmts.iter().map(|statement| match statement {
        syn::Stmt::Macro(call) => within(&call.mac),
        syn::Stmt::Item(item) => unparse(item),
        other => panic!("{}", other.to_token_stream()),
    });
    format!("const _: () = {{\n{}}};\n", indented(&statements.collect::<String>()))
}

/// A macro of the facade, with the items that it passes on.
fn within(call: &syn::Macro) -> String {
    let path: String = call.path.to_token_stream().to_string().split_whitespace().collect();
    let items: syn::File = syn::parse2(call.tokens.clone()).unwrap();
    let items: String = items.items.iter().map(unparse).collect();
    format!("{path}! {{\n{}}}\n", indented(&items))
}

fn indented(lines: &str) -> String {
    lines.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect()
}

fn unparse(item: &syn::Item) -> String {
    prettyplease::unparse(&syn::parse2(item.to_token_stream()).unwrap())
}

/// The number and the text of the first line that differs.
fn first_difference(kept: &str, now: &str) -> Option<String> {
    let (mut kept, mut now) = (kept.lines(), now.lines());
    for number in 1.. {
        match (kept.next(), now.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => {
                let show = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
                return Some(format!("{number}\n  kept  {}\n  now   {}", show(a), show(b)));
            }
        }
    }
    None
}
