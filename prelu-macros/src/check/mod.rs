//! From the declaration and the layers' rules to a typed graph.
//!
//! A [`Walk`] goes through the declaration with the shape that each layer receives. Layers are in `crate::layers`; what
//! has layers in braces of its own, or takes earlier layers by name, has a file here.

mod add;
mod block;
mod concat;
mod gain;
mod graph;
mod repeat;
mod residual;
mod scope;
mod sequence;
mod unknown;
mod walk;

pub(crate) use graph::{Checked, ConvPool, Graph, Node, Work};
use std::collections::BTreeMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;
use syn::spanned::Spanned;
use walk::Walk;

use crate::diagnostics::Diagnostics;
use crate::layers::{Constants, TABLE, Value, evaluate, outside};
use crate::shape::Shape;
use crate::syntax::{Constant, Declaration, LayerSyntax, ShapeSyntax, word, written};

/// A value on its way through the net.
#[derive(Clone)]
struct Wire {
    value: usize,
    shape: Shape,
    /// The layer that gives it; `None` for the net's input.
    layer: Option<usize>,
}

/// What flows from layer to layer; unknown from a mistake on, so that one mistake is one error.
type Flow = Option<Wire>;

/// What combines layers: its name, and how it is checked.
struct Combinator {
    name: &'static str,
    check: fn(&mut Walk<'_>, &LayerSyntax, Flow) -> Flow,
}

const COMBINATORS: &[Combinator] = &[
    Combinator { name: "add", check: add::check },
    Combinator { name: "concat", check: concat::check },
    Combinator { name: "repeat", check: repeat::check },
    Combinator { name: "residual", check: residual::check },
    Combinator { name: "sequence", check: sequence::check },
];

/// Whether a word is a layer, or combines layers.
pub(crate) fn is_layer(name: &str) -> bool {
    kinds().any(|kind| kind == name)
}

/// The names of all layers, and of what combines them.
fn kinds<'a>() -> impl Iterator<Item = &'a str> {
    TABLE.iter().map(|layer| layer.name).chain(COMBINATORS.iter().map(|combinator| combinator.name))
}

/// Checks a declaration. Where a mistake was found, the graph holds the layers that are right, and cannot be run.
pub(crate) fn check(declaration: &Declaration, diagnostics: &mut Diagnostics) -> Graph {
    let constants = constants(declaration, diagnostics);
    let mut read = |syntax: &Option<ShapeSyntax>| syntax.as_ref().and_then(|s| shape(s, &constants, diagnostics));
    let (input, output) = (read(&declaration.input), read(&declaration.output));
    Walk::new(declaration, constants, diagnostics).net(input, output)
}

/// The constants, in whatever order they are declared. One with a mistake is [`Value::Unknown`]: what uses it is right.
fn constants(declaration: &Declaration, diagnostics: &mut Diagnostics) -> Constants {
    let mut constants = Constants::new();
    let mut waiting: BTreeMap<String, &Constant> = BTreeMap::new();
    for constant in &declaration.constants {
        let name = word(&constant.name);
        if waiting.insert(name.clone(), constant).is_some() {
            diagnostics
                .error(constant.name.span(), format!("two constants are named `{}`; rename one", written(&name)));
            constants.insert(name, Value::Unknown);
        }
    }
    waiting.retain(|name, _| !constants.contains_key(name));
    while !waiting.is_empty() {
        let uses = |constant: &Constant| {
            constant.value.as_ref().is_some_and(|value| mentions(value.to_token_stream(), &waiting))
        };
        let ready: Vec<String> = waiting.iter().filter(|(_, c)| !uses(c)).map(|(name, _)| name.clone()).collect();
        if ready.is_empty() {
            let first = declaration.constants.iter().find(|constant| waiting.contains_key(&word(&constant.name)));
            if let Some(Constant { name, .. }) = first {
                diagnostics.error(name.span(), format!("the value of `{name}` depends on itself"));
            }
            constants.extend(waiting.into_keys().map(|name| (name, Value::Unknown)));
            break;
        }
        for name in ready {
            let value = waiting.remove(&name).and_then(|constant| constant.value.as_ref());
            let value = value.and_then(|value| number(value, &constants, diagnostics));
            constants.insert(name, value.unwrap_or(Value::Unknown));
        }
    }
    constants
}

/// Whether a value uses one of these names.
fn mentions(value: TokenStream, names: &BTreeMap<String, &Constant>) -> bool {
    value.into_iter().any(|token| match token {
        TokenTree::Ident(name) => names.contains_key(&word(&name)),
        TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

/// The value of a constant; reports what is none.
fn number(value: &Expr, constants: &Constants, diagnostics: &mut Diagnostics) -> Option<Value> {
    let found = evaluate(value, constants).and_then(|value| match value {
        Value::Word(word) => Err(outside(&word, constants)),
        value => Ok(value),
    });
    found.map_err(|error| diagnostics.push(error)).ok()
}

/// A shape of the declaration: one size to three, each at least 1.
fn shape(syntax: &ShapeSyntax, constants: &Constants, diagnostics: &mut Diagnostics) -> Option<Shape> {
    let mut sizes = Vec::new();
    for size in &syntax.sizes {
        match evaluate(size, constants) {
            Ok(Value::Int(n)) if (1..=1 << 40).contains(&n) => sizes.push(n as usize),
            Ok(Value::Unknown) => {}
            Ok(Value::Word(word)) => diagnostics.push(outside(&word, constants)),
            Ok(other) => {
                let message = format!("a size must be a whole number of at least 1, not `{other}`");
                diagnostics.error(size.span(), message);
            }
            Err(error) => diagnostics.push(error),
        }
    }
    if sizes.len() < syntax.sizes.len() {
        return None;
    }
    let shape = Shape(sizes);
    if !matches!(shape.0.len(), 1..=3) {
        let message = format!(
            "a shape has one size to three, `[features]`, `[channels, time]` or `[channels, height, width]`, not {shape}"
        );
        diagnostics.error(syntax.span, message);
        return None;
    }
    if shape.checked_elements().is_none_or(|n| n > 1 << 40) {
        diagnostics.error(syntax.span, format!("{shape} is more than memory can hold"));
        return None;
    }
    Some(shape)
}
