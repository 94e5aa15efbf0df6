//! Names of Rust in Python.

use std::collections::HashSet;

/// What cannot be a name.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del", "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
];

/// What an `nn.Module` has already: `dir(nn.Module())` of PyTorch 2, but for what begins with `_`.
#[rustfmt::skip]
const OF_MODULE: &[&str] = &[
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu", "cuda",
    "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state", "get_parameter",
    "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers", "named_children",
    "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer", "register_forward_hook",
    "register_forward_pre_hook", "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module", "register_parameter",
    "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "set_extra_state", "set_submodule",
    "share_memory", "state_dict", "to", "to_empty", "train", "training", "type", "xpu", "zero_grad",
];

/// The module of a layer: `self.blocks[0].conv1`.
pub(super) fn access(key: &str) -> String {
    key.split('.').fold("self".to_owned(), |base, segment| member(&base, segment))
}

/// A module within another: an element of a list, else an attribute; by way of the dictionary of modules where the name
/// cannot be one.
pub(super) fn member(base: &str, segment: &str) -> String {
    if is_index(segment) {
        format!("{base}[{segment}]")
    } else if is_plain(segment) && !segment.starts_with('_') && !OF_MODULE.contains(&segment) {
        format!("{base}.{segment}")
    } else {
        format!("{base}._modules[\"{segment}\"]")
    }
}

/// Whether a segment of a key is the number of a repetition or a branch.
pub(super) fn is_index(segment: &str) -> bool {
    segment.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether Python takes a name of Rust as it is. Beyond ASCII, the two disagree on which names are the same.
fn is_plain(name: &str) -> bool {
    name.is_ascii() && !KEYWORDS.contains(&name)
}

/// The names that are taken.
pub(super) struct Names(HashSet<String>);

impl Names {
    pub(super) fn new() -> Self {
        Self(["nn", "self", "super", "torch", "x"].map(String::from).into())
    }

    /// The name of the net's class. Those of other classes begin with `_`.
    pub(super) fn class(&mut self, name: &str) -> String {
        let name = if name.starts_with('_') { format!("Net{name}") } else { name.to_owned() };
        self.free(name)
    }

    /// A variable for what a layer gives.
    pub(super) fn variable(&mut self, key: &str) -> String {
        let name = key.replace('.', "_");
        // A key begins with a name.
        self.free(if name.is_ascii() { name } else { "value".to_owned() })
    }

    fn free(&mut self, mut name: String) -> String {
        while !is_plain(&name) || !self.0.insert(name.clone()) {
            name.push('_');
        }
        name
    }
}
