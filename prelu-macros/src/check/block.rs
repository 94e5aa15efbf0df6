//! A use of a block of the declaration: `basic(16, stride = 2)`.

use super::Flow;
use super::walk::Walk;
use crate::layers::{Takes, evaluate};
use crate::syntax::{BlockSyntax, LayerSyntax};

/// The layers of a block, with its parameters as constants. `alone`: whether it needs no key of its own.
pub(super) fn check(walk: &mut Walk<'_>, syntax: &LayerSyntax, block: &BlockSyntax, alone: bool, input: Flow) -> Flow {
    let name = block.name.to_string();
    walk.no_body(syntax);
    let key = walk.key(syntax);
    let path = walk.path(key.clone());
    if walk.within.contains(&name) {
        let chain: Vec<_> = walk.within.iter().chain([&name]).map(|name| format!("`{name}`")).collect();
        walk.diagnostics.error(syntax.kind.span(), format!("a block cannot contain itself: {}", chain.join(" uses ")));
        return None;
    }
    let names: Vec<String> = block.parameters.iter().map(|parameter| parameter.name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let takes = Takes { kind: &name, names: &names, unnamed: names.len() };
    let mut constants = walk.globals.clone();
    let read = walk.arguments(syntax, &path, takes, &input, |arguments| {
        for parameter in &block.parameters {
            let name = parameter.name.to_string();
            let value = match (arguments.value(&name)?, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => match evaluate(default, &constants) {
                    Ok(value) => value,
                    Err(error) => {
                        arguments.refuse(error);
                        continue;
                    }
                },
                (None, None) => arguments.missing(&name, &format!("a parameter of `block {}`", arguments.kind()))?,
            };
            constants.insert(name, value);
        }
        Some(())
    });
    let flow = read.and_then(|()| {
        let outer = std::mem::replace(&mut walk.constants, constants);
        walk.within.push(name.clone());
        let errors = walk.diagnostics.len();
        let flow = match alone && syntax.key.is_none() {
            true => walk.items(&block.body, false, input),
            false => walk.scoped(key.clone(), &block.body, false, input),
        };
        walk.within.pop();
        walk.constants = outer;
        if walk.diagnostics.len() == errors {
            return flow;
        }
        // A mistake in a block is reported where it is first used.
        if walk.wrong_blocks.contains(&name) {
            walk.diagnostics.truncate(errors);
        } else {
            walk.wrong_blocks.push(name);
        }
        None
    });
    walk.gives(&key, &flow);
    flow
}
