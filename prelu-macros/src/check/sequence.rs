//! `sequence { … }`: layers under a key of their own, or, without a name, among those around.

use super::Flow;
use super::walk::Walk;
use crate::syntax::LayerSyntax;

pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, input: Flow) -> Flow {
    walk.no_arguments(syntax);
    let body = walk.body(syntax, "`sequence { conv(16, kernel = 3), relu }`");
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    let flow = body.and_then(|body| walk.keyed(syntax, &path, |walk| walk.items(body, false, input)));
    walk.gives(&key, &flow);
    flow
}
