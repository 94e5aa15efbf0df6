//! `repeat(n) { … }`: the layers n times, each time with parameters of their own, under the keys 0, 1, ….

use super::Flow;
use super::walk::{MOST_ITEMS, Walk};
use crate::layers::Takes;
use crate::path::Segment;
use crate::syntax::{ArgumentSyntax, LayerSyntax};

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let body = walk.body(syntax, "`repeat(3) { conv(16, kernel = 3, padding = 1), relu }`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let takes = Takes { kind: "repeat", names: &["times"], unnamed: 1 };
    let times = walk.arguments(syntax, &path, takes, &input, |arguments| {
        arguments.required("times", "how often, such as `repeat(3) { … }`")
    });
    let at = syntax.arguments.first().map_or(syntax.kind.span(), ArgumentSyntax::span);
    let most = times.is_some_and(|times| times > MOST_ITEMS);
    if most {
        walk.diagnostics.error(at, format!("too often: a net has at most {MOST_ITEMS} layers"));
    }
    let times = times.filter(|_| !most);
    if let Some(body) = body.filter(|body| body.items.is_empty()) {
        walk.diagnostics.error(body.span, "there is nothing to repeat in these braces");
    }
    let flow = body.and_then(|body| {
        let mut flow = input;
        walk.enter(path);
        walk.repetitions.push(at);
        let errors = walk.diagnostics.len();
        // Where the number is wrong, the layers can be looked at all the same.
        for index in 0..times.unwrap_or(1) {
            flow = walk.scoped(Segment::Index(index), body, true, flow);
            if walk.diagnostics.len() > errors {
                // What is wrong once is wrong each time.
                flow = None;
                if index > 0 && !walk.full() {
                    let round = format!(
                        "\nnote: this is round {} of {}; each receives what the one before gives",
                        index + 1,
                        times.unwrap_or(1)
                    );
                    walk.diagnostics.amend(errors, &round);
                }
            }
            if flow.is_none() || body.items.is_empty() {
                break;
            }
        }
        walk.repetitions.pop();
        walk.leave();
        flow.filter(|_| times.is_some())
    });
    walk.gives(&key, &flow);
    flow
}
