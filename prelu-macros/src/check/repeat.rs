//! `repeat(n) { … }`: the layers n times, each time with parameters of their own, under the keys 0, 1, ….

use super::Flow;
use super::walk::Walk;
use crate::layers::Takes;
use crate::path::Segment;
use crate::syntax::LayerSyntax;

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    let body = walk.body(syntax, "`repeat(3) { conv(16, kernel = 3, padding = 1), relu }`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let takes = Takes { kind: "repeat", names: &["times"], unnamed: 1 };
    let times = walk.arguments(syntax, &path, takes, &input, |arguments| {
        arguments.required("times", "how often, such as `repeat(3) { … }`")
    });
    let flow = body.and_then(|body| {
        let mut flow = input;
        walk.enter(path);
        let errors = walk.diagnostics.len();
        // Where the number is wrong, the layers can be looked at all the same.
        for index in 0..times.unwrap_or(1) {
            flow = walk.scoped(Segment::Index(index), body, true, flow);
            if walk.diagnostics.len() > errors {
                // What is wrong once is wrong each time.
                flow = None;
                break;
            }
        }
        walk.leave();
        flow.filter(|_| times.is_some())
    });
    walk.gives(&key, &flow);
    flow
}
