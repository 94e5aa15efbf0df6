//! A use of a block of the declaration: `basic(16, stride = 2)`.

use super::Flow;
use super::walk::Walk;
use crate::layers::{Constants, Takes, Value, evaluate};
use crate::syntax::{BlockSyntax, LayerSyntax, word};

/// The layers of a block, with its parameters as constants. `alone`: whether it needs no key of its own.
pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, block: &BlockSyntax, alone: bool, input: Flow) -> Flow {
    let name = word(&block.name);
    if let Some(body) = &syntax.body {
        walk.diagnostics.error(body.span, format!("`{name}` is a block: its layers stand where it is declared"));
    }
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    if walk.within.contains(&name) {
        let chain: Vec<_> = walk.within.iter().chain([&name]).map(|name| format!("`{name}`")).collect();
        let message = format!(
            "a block cannot contain itself: {}\nhelp: `repeat(n) {{ … }}` has layers more than once",
            chain.join(" uses ")
        );
        walk.diagnostics.error(syntax.kind.span(), message);
        walk.gives(&key, &None);
        return None;
    }
    let (Some(parameters), Some(body)) = (&block.parameters, &block.body) else {
        // A mistake in the block, already reported.
        walk.gives(&key, &None);
        return None;
    };
    let names: Vec<String> = parameters.iter().map(|parameter| word(&parameter.name)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let takes = Takes { kind: &name, names: &names, unnamed: names.len() };
    let mut constants = walk.globals.clone();
    let read = walk.arguments(syntax, &path, takes, &input, |arguments| {
        for parameter in parameters {
            let name = word(&parameter.name);
            let value = match (arguments.value(&name), &parameter.default) {
                (Some(Some(value)), _) => Some(value),
                (None, _) => None,
                (_, Some(default)) => evaluate(default, &constants).map_err(|error| arguments.refuse(error)).ok(),
                (_, None) => arguments.missing(&name, "a parameter of the block, without a default"),
            };
            constants.insert(name, value.unwrap_or(Value::Unknown));
        }
        Some(())
    });
    // Where arguments are wrong, the layers can be looked at all the same.
    let input = read.and(input);
    let errors = walk.diagnostics.len();
    let mut flow = inside(walk, &name, constants, |walk| match alone && syntax.key.is_none() {
        true => walk.items(body, false, input),
        false => walk.scoped(key.clone(), body, false, input),
    });
    if walk.diagnostics.len() > errors {
        flow = None;
        // A mistake in a block is reported where it is first used.
        if walk.wrong_blocks.contains(&name) {
            walk.diagnostics.truncate(errors);
        } else {
            let used = format!("\nnote: in `block {name}`, used as `{path}: {}`", walk.text(syntax));
            walk.diagnostics.amend(errors, &used);
            walk.wrong_blocks.push(name);
        }
    }
    let flow = flow.filter(|_| read.is_some());
    walk.gives(&key, &flow);
    flow
}

/// Looks into a block that is not used: its arguments and its input are unknown.
pub(super) fn unused(walk: &mut Walk<'_>, block: &BlockSyntax) {
    let Some(body) = &block.body else { return };
    let mut constants = walk.globals.clone();
    let parameters = block.parameters.iter().flatten();
    constants.extend(parameters.map(|parameter| (word(&parameter.name), Value::Unknown)));
    let name = word(&block.name);
    inside(walk, &name, constants, |walk| walk.scoped(block.name.clone(), body, false, None));
}

/// Walks within a block, where its parameters are constants.
fn inside(walk: &mut Walk<'_>, name: &str, constants: Constants, go: impl FnOnce(&mut Walk<'_>) -> Flow) -> Flow {
    let outer = std::mem::replace(&mut walk.constants, constants);
    walk.within.push(name.to_owned());
    let flow = go(walk);
    walk.within.pop();
    walk.constants = outer;
    flow
}
