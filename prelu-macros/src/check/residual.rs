//! `residual { … }` and `residual(shortcut = { … }) { … }`: y = f(x) + x, or f(x) + shortcut(x) (He et al. 2016,
//! equations 1 and 2).

use proc_macro2::Ident;
use syn::ext::IdentExt;

use super::walk::Walk;
use super::{Flow, Work};
use crate::diagnostics::did_you_mean;
use crate::shape::Shape;
use crate::syntax::{ArgumentValue, Body, LayerSyntax, text};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let body = walk.body(syntax, "`residual { conv(16, kernel = 3, padding = 1), relu }`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let input_shape = input.as_ref().map(|wire| wire.shape.clone());
    let shortcut = shortcut(walk, syntax);
    let mut side = None;
    let layers = walk.keyed(syntax, &path, |walk| {
        let layers = body.and_then(|body| walk.items(body, false, input.clone()));
        side = match &shortcut {
            Ok(None) => input,
            Ok(Some((name, body))) => {
                walk.claim(name);
                let side = walk.scoped((*name).clone(), body, false, input);
                walk.gives(name, &side);
                side
            }
            Err(()) => None,
        };
        layers
    });
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
            _ => format!(
                "`{path}` adds what its layers and its shortcut give, but its layers give {a}, and its shortcut {b}"
            ),
        };
        walk.misfit(syntax.kind.span(), &what, &help(a, &input_shape?, matches!(shortcut, Ok(None))));
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
            (Some(name), ArgumentValue::Body(body)) if name.unraw() == "shortcut" => {
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
            (Some(name), ArgumentValue::Expr(value)) if name.unraw() == "shortcut" => {
                format!("`shortcut` is layers in braces: `shortcut = {{ {} }}`", text(value))
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

/// How the sides of a residual could be made alike: from what its layers give, and its input.
fn help(layers: &Shape, input: &Shape, plain: bool) -> String {
    const NONE: &str = "both sides must have the same shape";
    let (Some((channels, sizes)), Some((_, before))) = (layers.0.split_first(), input.0.split_first()) else {
        return NONE.to_owned();
    };
    if layers.0.len() != input.0.len() {
        return NONE.to_owned();
    }
    let project = |layer: String| match plain {
        true => format!("`residual(shortcut = {{ {layer} }}) {{ … }}` makes them alike"),
        false => format!("`shortcut = {{ {layer} }}` gives {layers}"),
    };
    // Windows of one pixel, `stride` apart.
    let fits = |stride: usize| sizes.iter().zip(before).all(|(n, m)| (m - 1) / stride + 1 == *n);
    let keep = "`padding = same` keeps the size in layers that should not change it";
    match (1..=8).find(|&stride| fits(stride)) {
        _ if sizes.is_empty() => project(format!("linear({channels})")),
        Some(1) => project(format!("conv({channels}, kernel = 1)")),
        Some(stride) => project(format!("conv({channels}, kernel = 1, stride = {stride})")) + ", and " + keep,
        None if sizes.iter().zip(before).all(|(n, m)| n <= m) => keep.to_owned(),
        None => NONE.to_owned(),
    }
}
