//! `concat { { … }, { … } }`: branches from the same input, and `concat(name)`: what an earlier layer gives behind the
//! input; one after the other along the channels, or the features.

use proc_macro2::Span;

use super::walk::Walk;
use super::{Flow, Wire, Work, add};
use crate::path::{Path, Segment};
use crate::syntax::{Body, Item, LayerSyntax};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let flow = match &syntax.body {
        Some(body) => {
            walk.no_arguments(syntax);
            branches(walk, syntax, body, &path, input)
        }
        None => {
            let help = "branches, `concat { { … }, { … } }`, or the name of an earlier layer, `concat(conv1)`";
            let earlier = add::earlier(walk, syntax, help);
            input.zip(earlier).and_then(|(input, earlier)| {
                let mut parts = vec![("its input".to_owned(), syntax.kind.span(), input)];
                parts.extend(earlier.into_iter().map(|(name, wire)| (format!("`{name}`"), name.span(), wire)));
                join(walk, syntax, path, &parts)
            })
        }
    };
    walk.gives(&key, &flow);
    flow
}

fn branches(walk: &mut Walk<'_>, syntax: &LayerSyntax, body: &Body, path: &Path, input: Flow) -> Flow {
    let mut parts = Vec::new();
    walk.enter(path.clone());
    let mark = walk.mark();
    for (index, item) in body.items.iter().enumerate() {
        let (branch, span) = match item {
            Item::Branch(branch) => {
                walk.back_to(mark);
                (walk.scoped(Segment::Index(index), branch, true, input.clone()), branch.span)
            }
            Item::Layer(layer) => {
                let message = "a branch stands in braces of its own: `concat { { … }, { … } }`";
                walk.diagnostics.error(layer.kind.span(), message);
                (None, layer.kind.span())
            }
            Item::Unreadable => (None, body.span),
        };
        parts.push(branch.map(|wire| (format!("branch {index}"), span, wire)));
    }
    walk.leave();
    if body.items.len() < 2 {
        walk.diagnostics.error(body.span, "`concat` needs at least two branches: `concat { { … }, { … } }`");
        return None;
    }
    let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
    join(walk, syntax, path.clone(), &parts)
}

/// Puts the parts one after the other: name, place and value of each.
fn join(walk: &mut Walk<'_>, syntax: &LayerSyntax, path: Path, parts: &[(String, Span, Wire)]) -> Flow {
    let (first, _, Wire { shape, .. }) = &parts[0];
    let mut output = shape.clone();
    for (name, span, other) in &parts[1..] {
        if other.shape.0.len() != shape.0.len() || other.shape.0[1..] != shape.0[1..] {
            let alike = match shape.0.len() {
                1 => "features follow features",
                2 => "only the channels may differ, not the time",
                _ => "only the channels may differ, not height and width",
            };
            let what =
                format!("`{path}` joins what does not fit: {first} gives {shape}, but {name} gives {}", other.shape);
            let smaller = other.shape.0.len() == shape.0.len() && shape.0.len() > 1;
            let help = match smaller {
                true => {
                    format!("{alike}: `padding = same` keeps them, and so does a pool with `stride = 1` and padding")
                }
                false => format!("{alike}: `flatten` or a global pool makes features of an image"),
            };
            walk.misfit(*span, &what, &help);
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
