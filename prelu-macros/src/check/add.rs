//! `add(name)`: the sum with what an earlier layer gives, or several.

use proc_macro2::Ident;

use super::walk::Walk;
use super::{Flow, Wire, Work};
use crate::syntax::{ArgumentValue, LayerSyntax};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    walk.no_body(syntax);
    // Before it has a name itself.
    let earlier = earlier(walk, syntax, "the name of an earlier layer, such as `add(conv1)`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let flow = input.zip(earlier).and_then(|(input, earlier)| {
        let shape = input.shape.clone();
        if let Some((name, other)) = earlier.iter().find(|(_, other)| other.shape != shape) {
            let gives = &other.shape;
            let what =
                format!("`{path}` adds `{name}` to its input, but its input is {shape}, and `{name}` gives {gives}");
            let help = match gives.0.len() > 1 && gives.0.len() == shape.0.len() && gives.0[1..] == shape.0[1..] {
                true => format!("`conv({}, kernel = 1)` before it gives {gives}", gives.channels()),
                false => "what is added must have the same shape".to_owned(),
            };
            walk.misfit(name.span(), &what, &help);
            return None;
        }
        let terms: Vec<Wire> = [input].into_iter().chain(earlier.into_iter().map(|(_, wire)| wire)).collect();
        Some(walk.join(syntax, path, Work::Add, &terms, shape))
    });
    walk.gives(&key, &flow);
    flow
}

/// What the earlier layers give that are named as arguments; at least one.
pub(super) fn earlier(walk: &mut Walk<'_>, syntax: &LayerSyntax, help: &str) -> Option<Vec<(Ident, Wire)>> {
    let kind = &syntax.kind;
    if syntax.arguments.is_empty() {
        walk.diagnostics.error(kind.span(), format!("`{kind}` needs {help}"));
        return None;
    }
    let mut found = Vec::new();
    for argument in &syntax.arguments {
        if let ArgumentValue::Unreadable(_) = argument.value {
            found.push(None);
            continue;
        }
        let name = match (&argument.name, &argument.value) {
            (None, ArgumentValue::Expr(value)) => match &**value {
                syn::Expr::Path(path) => path.path.get_ident(),
                _ => None,
            },
            _ => None,
        };
        match name {
            Some(name) => found.push(walk.earlier(name).map(|wire| (name.clone(), wire))),
            None => {
                let message = format!("`{kind}` takes {help}, not `{}`", argument.text());
                walk.diagnostics.error(argument.span(), message);
                found.push(None);
            }
        }
    }
    found.into_iter().collect()
}
