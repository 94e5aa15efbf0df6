//! `#[budget(parameters <= 22_000, macs <= 500_000, scratch <= 64KiB)]`: a net that costs more does not compile.

use prelu_runtime::scratch::kept_output;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use crate::check::{Checked, Graph};
use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::layers::{Constants, Value, evaluate, outside};
use crate::plan::Plan;
use crate::syntax::{Declaration, LimitSyntax};

/// What can be limited.
const KINDS: [&str; 3] = ["parameters", "macs", "scratch"];

/// A limit whose number is known.
pub(crate) struct Limit<'a> {
    syntax: &'a LimitSyntax,
    most: u64,
}

/// Reads the limits of a declaration.
pub(crate) fn limits<'a>(
    declaration: &'a Declaration,
    constants: &Constants,
    diagnostics: &mut Diagnostics,
) -> Vec<Limit<'a>> {
    let mut limits = Vec::new();
    for syntax in &declaration.budget {
        let what = syntax.what.to_string();
        if !KINDS.contains(&what.as_str()) {
            let guess = did_you_mean(&what, KINDS);
            let help = "`parameters`, `macs` and `scratch` can be limited";
            diagnostics.error(syntax.what.span(), format!("there is no budget of `{what}`{guess}\nhelp: {help}"));
        } else if let Some(most) = value(syntax, constants, diagnostics) {
            limits.push(Limit { syntax, most });
        }
    }
    limits
}

/// Compares a net with its limits. The size of a scratch depends on the processor that is compiled for, which a macro does
/// not know: what is to be said of it is given as tokens for each kind.
pub(crate) fn check(
    declaration: &Declaration,
    limits: &[Limit<'_>],
    graph: &Graph,
    plan: &Plan,
    diagnostics: &mut Diagnostics,
) -> TokenStream {
    let mut tokens = TokenStream::new();
    for Limit { syntax: limit, most } in limits {
        let over = |found: u64, what: &str, unit: &str, costs: &dyn Fn(&Checked) -> u64| {
            (found > *most).then(|| message(declaration, graph, limit, found, what, unit, costs))
        };
        match limit.what.to_string().as_str() {
            "parameters" => {
                let costs = |layer: &Checked| layer.learned() as u64;
                let found = graph.layers.iter().map(&costs).sum();
                if let Some(message) = over(found, "has", "parameters", &costs) {
                    diagnostics.error(limit.span, message);
                }
            }
            "macs" => {
                let costs = |layer: &Checked| layer.macs;
                let found = graph.layers.iter().map(&costs).sum();
                if let Some(message) = over(found, "takes", "multiply-adds", &costs) {
                    diagnostics.error(limit.span, message);
                }
            }
            _ => {
                let x86 = quote_spanned!(limit.span=> target_arch = "x86_64");
                for (line, target) in [(64, x86.clone()), (16, quote_spanned!(limit.span=> not(#x86)))] {
                    // One line more holds the level.
                    let bytes = |floats: usize| line * (4 * floats as u64).div_ceil(line);
                    let costs = |layer: &Checked| bytes(layer.output.elements());
                    let found = bytes(plan.scratch()) + bytes(kept_output(graph.output.elements())) + line;
                    if let Some(message) = over(found, "needs a scratch of", "bytes", &costs) {
                        tokens.extend(quote_spanned!(limit.span=> #[cfg(#target)] ::core::compile_error!(#message);));
                    }
                }
            }
        }
    }
    tokens
}

/// The number that a limit says.
fn value(limit: &LimitSyntax, constants: &Constants, diagnostics: &mut Diagnostics) -> Option<u64> {
    let wrong = |diagnostics: &mut Diagnostics, at: Span| {
        let what = "a limit is a whole number, also in KiB or MiB: `#[budget(parameters <= 22_000, scratch <= 64KiB)]`";
        diagnostics.error(at, what);
        None
    };
    if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(n), .. }) = &limit.limit {
        let unit = match n.suffix() {
            "" => 1,
            "KiB" => 1 << 10,
            "MiB" => 1 << 20,
            _ => return wrong(diagnostics, n.span()),
        };
        return match n.base10_parse::<u64>().ok().and_then(|n| n.checked_mul(unit)) {
            Some(n) => Some(n),
            None => wrong(diagnostics, n.span()),
        };
    }
    match evaluate(&limit.limit, constants) {
        Ok(Value::Int(n)) if n >= 0 => Some(n.try_into().unwrap_or(u64::MAX)),
        Ok(Value::Unknown) => None,
        Ok(Value::Word(word)) => {
            diagnostics.push(outside(&word, constants));
            None
        }
        Ok(_) => wrong(diagnostics, limit.limit.span()),
        Err(error) => {
            diagnostics.push(error);
            None
        }
    }
}

/// What is over budget, and the three layers that cost most.
fn message(
    declaration: &Declaration,
    graph: &Graph,
    limit: &LimitSyntax,
    found: u64,
    verb: &str,
    unit: &str,
    costs: &dyn Fn(&Checked) -> u64,
) -> String {
    let limit = crate::syntax::text(&limit.limit);
    let mut layers: Vec<_> = graph.layers.iter().map(|layer| (costs(layer), layer)).collect();
    layers.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
    let mut message = format!("`{}` {verb} {found} {unit}, over its budget of {limit}", declaration.name);
    for (cost, layer) in layers.iter().take(3).filter(|(cost, _)| *cost > 0) {
        message += &format!("\n  {}: {}  {cost}", layer.path, layer.text);
    }
    message + "\nhelp: make one of these smaller, or raise the budget"
}
