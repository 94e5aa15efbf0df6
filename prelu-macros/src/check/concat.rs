//! `concat { { … }, { … } }`: branches from the same input, and `concat(name)`: what an earlier layer gives behind the
//! input; one after the other along the channels, or the features.

use proc_macro2::Span;

use super::walk::Walk;
use super::{Flow, Wire, Work, add};
use crate::path::{Path, Segment};
use crate::shape::Shape;
use crate::syntax::{Body, Item, LayerSyntax};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let names = "branches, `concat { { … }, { … } }`, or the name of an earlier layer, `concat(conv1)`";
    // Before it has a name itself.
    let earlier = if syntax.body.is_none() { add::earlier(walk, syntax, names) } else { None };
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let flow = match &syntax.body {
        Some(body) => {
            walk.no_arguments(syntax);
            branches(walk, syntax, body, &path, input)
        }
        None => input.zip(earlier).and_then(|(input, earlier)| {
            let mut parts = vec![("its input".to_owned(), syntax.kind.span(), input)];
            parts.extend(earlier.into_iter().map(|(name, wire)| (format!("`{name}`"), name.span(), wire)));
            join(walk, syntax, path, &parts)
        }),
    };
    walk.gives(&key, &flow);
    flow
}

fn branches(walk: &mut Walk<'_>, syntax: &LayerSyntax, body: &Body, path: &Path, input: Flow) -> Flow {
    if let Some(Item::Layer(layer)) = body.items.iter().find(|item| matches!(item, Item::Layer(_))) {
        // One mistake, however many layers.
        let message = format!("a branch stands in braces of its own: `concat {{ {{ {} }}, {{ … }} }}`", layer.text());
        walk.diagnostics.error(layer.kind.span(), message);
    } else if body.items.len() < 2 {
        let help =
            "help: layers one after the other need no `concat`; `{ }` is a branch that leaves its input as it is";
        let message = format!("`concat` joins at least two branches, not {}\n{help}", body.items.len());
        walk.diagnostics.error(body.span, message);
    }
    let mut parts = Vec::new();
    walk.enter(path.clone());
    let mark = walk.mark();
    for (index, item) in body.items.iter().enumerate() {
        let (branch, span) = match item {
            Item::Branch(branch) => {
                walk.back_to(mark);
                (walk.scoped(Segment::Index(index), branch, true, input.clone()), branch.span)
            }
            Item::Layer(_) | Item::Unreadable => (None, body.span),
        };
        parts.push(branch.map(|wire| (format!("branch {index}"), span, wire)));
    }
    walk.leave();
    let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    if parts.len() < 2 {
        return None;
    }
    join(walk, syntax, path.clone(), &parts)
}

/// Puts the parts one after the other: name, place and value of each.
fn join(walk: &mut Walk<'_>, syntax: &LayerSyntax, path: Path, parts: &[(String, Span, Wire)]) -> Flow {
    let (first, _, Wire { shape, .. }) = &parts[0];
    let mut output = shape.clone();
    for (name, span, other) in &parts[1..] {
        if other.shape.0.len() != shape.0.len() || other.shape.0[1..] != shape.0[1..] {
            let what =
                format!("`{path}` joins along the channels, but {first} is {shape}, and {name} is {}", other.shape);
            walk.misfit(*span, &what, help(shape, &other.shape));
            return None;
        }
        output.0[0] += other.shape.0[0];
    }
    if output.checked_elements().is_none_or(|n| n > 1 << 40) {
        walk.misfit(syntax.kind.span(), &format!("{output} is more than memory can hold"), "make it smaller");
        return None;
    }
    let wires: Vec<Wire> = parts.iter().map(|(_, _, wire)| wire.clone()).collect();
    Some(walk.join(syntax, path, Work::Concat, &wires, output))
}

/// What may differ, and how the rest is kept.
fn help(a: &Shape, b: &Shape) -> &'static str {
    if a.0.len() != b.0.len() {
        return "`flatten` or a global pool makes features of the others too";
    }
    match a.0.len() {
        2 => {
            "channels may differ, the time may not: `padding = same` keeps it, and so does a pool with `stride = 1` and padding"
        }
        _ => {
            "channels may differ, height and width may not: `padding = same` keeps them, and so does a pool with \
             `stride = 1` and padding"
        }
    }
}
