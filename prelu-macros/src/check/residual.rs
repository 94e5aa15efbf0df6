//! `residual { … }` and `residual(shortcut = { … }) { … }`: y = f(x) + x, or f(x) + shortcut(x) (He et al. 2016,
//! equations 1 and 2).

use proc_macro2::Ident;

use super::walk::Walk;
use super::{Flow, Work};
use crate::diagnostics::did_you_mean;
use crate::shape::Shape;
use crate::syntax::{ArgumentValue, Body, LayerSyntax};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let body = walk.body(syntax, "`residual { conv(16, kernel = 3, padding = 1), relu }`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    if syntax.key.is_some() {
        walk.enter(path.clone());
    }
    let layers = body.and_then(|body| walk.items(body, false, input.clone()));
    let shortcut = shortcut(walk, syntax);
    let side = match &shortcut {
        Ok(None) => input,
        Ok(Some((name, body))) => {
            walk.claim(name);
            let side = walk.scoped((*name).clone(), body, false, input);
            walk.gives(name, &side);
            side
        }
        Err(()) => None,
    };
    if syntax.key.is_some() {
        walk.leave();
    }
    let flow = layers.zip(side).and_then(|(layers, side)| {
        let (a, b) = (&layers.shape, &side.shape);
        if a == b {
            let shape = a.clone();
            return Some(walk.join(syntax, path.clone(), Work::Add, &[layers, side], shape));
        }
        let what = match shortcut {
            Ok(None) => {
                format!("`{path}` adds its input to what its layers give, but they give {a}, and its input is {b}")
            }
            _ => format!("`{path}` adds what its layers and its shortcut give, but they give {a} and {b}"),
        };
        walk.misfit(syntax.kind.span(), &what, &help(a, b, matches!(shortcut, Ok(None))));
        None
    });
    walk.gives(&key, &flow);
    flow
}

/// The argument `shortcut`, if there is one.
fn shortcut<'s>(walk: &mut Walk<'_>, syntax: &'s LayerSyntax) -> Result<Option<(&'s Ident, &'s Body)>, ()> {
    let form = "`residual(shortcut = { conv(16, kernel = 1) }) { … }`";
    let mut found = Ok(None);
    for argument in &syntax.arguments {
        let message = match (&argument.name, &argument.value) {
            (Some(name), ArgumentValue::Body(body)) if name == "shortcut" => {
                if let Ok(None) = found {
                    found = Ok(Some((name, body)));
                    continue;
                }
                "`shortcut` is given twice".to_owned()
            }
            (_, ArgumentValue::Unreadable(_)) => {
                found = Err(());
                continue;
            }
            (Some(name), ArgumentValue::Expr(_)) if name == "shortcut" => {
                format!("`shortcut` must be layers in braces: {form}")
            }
            (Some(name), _) => {
                let guess = did_you_mean(&name.to_string(), ["shortcut"]);
                format!("unknown argument `{name}`{guess}\nhelp: `residual` takes `shortcut`, layers in braces: {form}")
            }
            (None, _) => format!("`residual` takes `shortcut`, layers in braces: {form}"),
        };
        walk.diagnostics.error(argument.span(), message);
        found = Err(());
    }
    found
}

/// How the sides of a residual could be made alike.
fn help(layers: &Shape, side: &Shape, plain: bool) -> String {
    let (Some((channels, sizes)), Some((_, before))) = (layers.0.split_first(), side.0.split_first()) else {
        return String::new();
    };
    let project = |layer: String| match plain {
        true => format!("`residual(shortcut = {{ {layer} }}) {{ … }}` makes them alike"),
        false => format!("end the shortcut with {layers}"),
    };
    if layers.0.len() != side.0.len() {
        return "both sides must have the same shape".to_owned();
    }
    // Windows of one pixel, `stride` apart.
    let stride = |stride: usize| sizes.iter().zip(before).all(|(n, m)| (m - 1) / stride + 1 == *n);
    match (1..=8).find(|&s| stride(s)) {
        _ if sizes.is_empty() => project(format!("linear({channels})")),
        Some(1) => project(format!("conv({channels}, kernel = 1)")),
        Some(stride) => project(format!("conv({channels}, kernel = 1, stride = {stride})")),
        None if sizes.iter().zip(before).all(|(n, m)| n <= m) => {
            "convolutions with `padding = same` keep the height and width".to_owned()
        }
        None => "both sides must have the same shape".to_owned(),
    }
}
