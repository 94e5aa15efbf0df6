//! The way through a declaration: bodies, scopes, keys, and layers one by one.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};
use quote::quote;
use syn::Expr;
use syn::ext::IdentExt;

use super::scope::Scope;
use super::{COMBINATORS, Checked, Flow, Graph, Wire, Work, gain, is_layer, shape, unknown};
use crate::diagnostics::{Diagnostics, guess, nearest, wrapped};
use crate::layers::{Arguments, Constants, Layer, Parameters, Slopes, Surroundings, TABLE, Takes, evaluate, trail};
use crate::path::{Path, Segment};
use crate::shape::Shape;
use crate::syntax::{Body, Declaration, Item, LayerSyntax, Stated, word, written};

/// More than any net has that compiles in a lifetime: a `repeat` within a `repeat` reaches it soon.
pub(super) const MOST_ITEMS: usize = 5_000;

/// Braces within one another, those of the blocks that are used included.
const MOST_DEEP: usize = 100;

pub(super) struct Walk<'a> {
    pub(super) declaration: &'a Declaration,
    pub(super) graph: Graph,
    pub(super) diagnostics: &'a mut Diagnostics,
    /// The declaration's constants.
    pub(super) globals: Constants,
    /// They, and within a block its parameters.
    pub(super) constants: Constants,
    /// From the outermost braces to those around the layer that is looked at. Never empty.
    scopes: Vec<Scope>,
    /// What each layer made of its input, for messages.
    trail: Vec<String>,
    /// The blocks that are being used, outermost first.
    pub(super) within: Vec<String>,
    /// The blocks in which there is a mistake, already reported.
    pub(super) wrong_blocks: Vec<String>,
    /// The blocks that are used somewhere.
    used_blocks: Vec<String>,
    /// The kinds of the combinators around that have no key, and so no scope of their own.
    pub(super) unnamed: Vec<String>,
    /// The numbers of the repetitions around, the outermost first.
    pub(super) repetitions: Vec<Span>,
    /// How many layers and combinators were looked at, repetitions included.
    items: usize,
    /// How many of them are being looked at, one within the other.
    depth: usize,
    /// Whether they were too many, which is reported once.
    too_deep: bool,
    /// Where the names of other braces are, which cannot be used here.
    elsewhere: BTreeMap<String, Path>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(declaration: &'a Declaration, constants: Constants, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            declaration,
            graph: Graph::new(constants.clone()),
            diagnostics,
            globals: constants.clone(),
            constants,
            scopes: vec![Scope::default()],
            trail: Vec::new(),
            within: Vec::new(),
            wrong_blocks: Vec::new(),
            used_blocks: Vec::new(),
            unnamed: Vec::new(),
            repetitions: Vec::new(),
            items: 0,
            depth: 0,
            too_deep: false,
            elsewhere: BTreeMap::new(),
        }
    }

    /// Checks the whole net, from its input to its output as far as they are known.
    pub(super) fn net(mut self, input: Option<Shape>, output: Option<Shape>) -> Graph {
        let declaration = self.declaration;
        self.block_names();
        let wire = input.as_ref().map(|shape| Wire { value: 0, shape: shape.clone(), layer: None });
        self.graph.begin(input, output.clone());
        let found = self.items(&declaration.body, false, wire);
        if let (Some(found), Some(output)) = (&found, output) {
            self.graph.result = found.value;
            self.end(&found.shape, &output);
        }
        if found.is_none() && self.diagnostics.is_empty() {
            // Never emit a net that was not understood.
            let message = "this net could not be checked, which is a mistake of `network!`: please report it";
            self.diagnostics.error(declaration.name.span(), message);
        }
        self.unused_blocks();
        gain::resolve(&mut self.graph);
        self.graph
    }

    /// The layers of a body in the scope around it. `alone`: whether a layer without a name that is the only one needs no
    /// key of its own.
    pub(super) fn items(&mut self, body: &Body, alone: bool, mut flow: Flow) -> Flow {
        let mut branches = 0;
        for item in &body.items {
            flow = match item {
                Item::Unreadable => None,
                Item::Layer(layer) => self.layer(layer, alone && body.items.len() == 1, flow),
                Item::Branch(branch) => {
                    branches += 1;
                    // Those that follow are the same mistake.
                    if branches == 1 {
                        let message = "only `concat` has branches: `concat { { … }, { … } }`\n\
                                       help: `sequence { … }` groups layers";
                        self.diagnostics.error(branch.span, message);
                    }
                    None
                }
            };
        }
        flow
    }

    /// The layers of a body in a scope of its own.
    pub(super) fn scoped(&mut self, segment: impl Into<Segment>, body: &Body, alone: bool, flow: Flow) -> Flow {
        let path = self.path(segment);
        let outer = std::mem::take(&mut self.unnamed);
        self.enter(path);
        let flow = self.items(body, alone, flow);
        self.leave();
        self.unnamed = outer;
        flow
    }

    /// The layers of a combinator: in a scope of their own where it has a key, else among those around.
    pub(super) fn keyed(&mut self, syntax: &LayerSyntax, path: &Path, go: impl FnOnce(&mut Self) -> Flow) -> Flow {
        match syntax.key {
            Some(_) => {
                let outer = std::mem::take(&mut self.unnamed);
                self.enter(path.clone());
                let flow = go(self);
                self.leave();
                self.unnamed = outer;
                flow
            }
            None => {
                self.unnamed.push(syntax.kind.to_string());
                let flow = go(self);
                self.unnamed.pop();
                flow
            }
        }
    }

    /// Begins a scope, which must be [left](Self::leave).
    pub(super) fn enter(&mut self, path: Path) {
        self.scopes.push(Scope::new(path));
    }

    pub(super) fn leave(&mut self) {
        if let Some(scope) = self.scopes.pop() {
            let names = scope.layers.into_keys();
            self.elsewhere.extend(names.map(|name| (name, scope.path.clone())));
        }
    }

    /// The layers in braces behind what combines layers. Reports that there are none.
    pub(super) fn body<'s>(&mut self, syntax: &'s LayerSyntax, such_as: &str) -> Option<&'s Body> {
        if syntax.body.is_none() {
            let message = format!("`{}` needs its layers in braces, such as {such_as}", syntax.kind);
            self.diagnostics.error(syntax.kind.span(), message);
        }
        syntax.body.as_ref()
    }

    /// Reports layers in braces where none may be.
    pub(super) fn no_body(&mut self, syntax: &LayerSyntax) {
        if let Some(body) = &syntax.body {
            let message = format!("`{}` has no layers in braces; what follows it stands behind a comma", syntax.kind);
            self.diagnostics.error(body.span, message);
        }
    }

    /// Reports arguments where none may be.
    pub(super) fn no_arguments(&mut self, syntax: &LayerSyntax) {
        if let Some(argument) = syntax.arguments.first() {
            let message = format!("`{}` takes no argument here; remove `{}`", syntax.kind, argument.text());
            self.diagnostics.error(argument.span(), message);
        }
    }

    /// The scope around the layer that is looked at.
    fn scope(&mut self) -> &mut Scope {
        self.scopes.last_mut().expect("the outermost scope is never left")
    }

    pub(super) fn path(&mut self, segment: impl Into<Segment>) -> Path {
        self.scope().path.join(segment.into())
    }

    /// The key of a layer: its name, else kind and ordinal. Reports one that is taken.
    pub(super) fn key(&mut self, syntax: &LayerSyntax) -> Ident {
        let ordinal = self.scope().ordinal(&syntax.kind);
        if let Some(key) = &syntax.key {
            self.claim(key);
            return key.clone();
        }
        if self.taken(&ordinal) {
            let message = format!(
                "two layers are named `{ordinal}`: that is what this one is called as long as it has no name\n\
                 help: give it one, such as `other: {}`",
                syntax.text()
            );
            self.diagnostics.error(syntax.kind.span(), message);
        }
        ordinal
    }

    /// Reports a key that is taken in this scope.
    pub(super) fn claim(&mut self, key: &Ident) {
        if self.taken(key) {
            let name = key.unraw();
            let message = match self.unnamed.last() {
                None => format!("two layers are named `{name}`; rename one"),
                Some(kind) => format!(
                    "two layers are named `{name}`: those of a `{kind}` without a name are among the ones around it\n\
                     help: `block1: {kind} {{ … }}` has keys of its own, such as `block1.{name}`"
                ),
            };
            self.diagnostics.error(key.span(), message);
        }
    }

    /// Whether a key is taken in this scope; it is from now on.
    fn taken(&mut self, key: &Ident) -> bool {
        !self.scope().keys.insert(word(key))
    }

    /// Looks into the blocks that are used nowhere, as far as one can without their input and arguments.
    fn unused_blocks(&mut self) {
        if self.full() {
            return;
        }
        self.items = 0;
        for block in &self.declaration.blocks {
            if !self.used_blocks.contains(&word(&block.name)) {
                super::block::unused(self, block);
            }
        }
    }

    /// Says what the layer of a key gives.
    pub(super) fn gives(&mut self, key: &Ident, flow: &Flow) {
        self.scope().layers.insert(word(key), flow.clone());
    }

    /// What an earlier layer gives: looked up in the braces around, outward. Reports a name that is not there.
    pub(super) fn earlier(&mut self, name: &Ident) -> Flow {
        let text = word(name);
        if let Some(found) = self.scopes.iter().rev().find_map(|scope| scope.layers.get(&text)) {
            return found.clone();
        }
        let names: BTreeSet<&str> =
            self.scopes.iter().flat_map(|scope| scope.layers.keys()).map(String::as_str).collect();
        let shown = written(&text);
        let near = nearest(&text, names.iter().copied());
        let message = if self.scopes.iter().any(|scope| scope.keys.contains(&text)) {
            format!("`{shown}` is not finished here: only what an earlier layer gives can be used")
        } else if let Some(path) = self.elsewhere.get(&text) {
            let around = self.scopes.last().map_or(0, |scope| scope.path.segments().len());
            let whole = path.segments().get(around).map_or(String::new(), |whole| format!(", or use all of `{whole}`"));
            format!("`{shown}` is known only in the braces of `{path}`\nhelp: move it out of them{whole}")
        } else if has_key(&self.declaration.body, &text) {
            format!("`{shown}` comes later: only what an earlier layer gives can be used")
        } else if near.is_some() || names.is_empty() {
            format!("no earlier layer is named `{shown}`{}", guess(near))
        } else {
            format!("no earlier layer is named `{shown}`\nearlier layers: {}", wrapped(names))
        };
        self.diagnostics.error(name.span(), message);
        None
    }

    /// Reports blocks whose names are taken, and parameters of the same name.
    fn block_names(&mut self) {
        let blocks = &self.declaration.blocks;
        for (index, block) in blocks.iter().enumerate() {
            let name = &block.name;
            if is_layer(&word(name)) {
                self.diagnostics
                    .error(name.span(), format!("`{name}` is a layer already; give the block another name"));
            } else if blocks[..index].iter().any(|other| other.name.unraw() == name.unraw()) {
                self.diagnostics.error(name.span(), format!("two blocks are named `{name}`; rename one"));
            }
            let parameters = block.parameters.as_deref().unwrap_or(&[]);
            for (index, parameter) in parameters.iter().enumerate() {
                let name = &parameter.name;
                if parameters[..index].iter().any(|other| other.name.unraw() == name.unraw()) {
                    self.diagnostics.error(name.span(), format!("two parameters are named `{name}`; rename one"));
                }
            }
        }
    }

    /// Checks a layer, or what combines layers, and gives its output, if both its input is known and all is right.
    fn layer(&mut self, syntax: &LayerSyntax, alone: bool, input: Flow) -> Flow {
        if !self.counts(syntax) {
            return None;
        }
        self.depth += 1;
        let flow = self.any_layer(syntax, alone, input);
        self.depth -= 1;
        flow
    }

    /// Whether the net has not become too large with one more layer.
    fn counts(&mut self, syntax: &LayerSyntax) -> bool {
        self.items += 1;
        if self.items == MOST_ITEMS + 1 {
            let message = match self.repetitions.first() {
                Some(_) => format!("with this repetition, the net has more than {MOST_ITEMS} layers"),
                None => format!("the net has more than {MOST_ITEMS} layers, those of its blocks included"),
            };
            let at = self.repetitions.first().copied().unwrap_or(syntax.kind.span());
            self.diagnostics.error(at, message);
        }
        if self.depth == MOST_DEEP && !self.too_deep {
            self.too_deep = true;
            let message = format!("braces within one another, blocks included, more than {MOST_DEEP} deep");
            self.diagnostics.error(syntax.kind.span(), message);
        }
        self.items <= MOST_ITEMS && self.depth < MOST_DEEP
    }

    /// Whether there are too many layers.
    pub(super) fn full(&self) -> bool {
        self.too_deep || self.items > MOST_ITEMS
    }

    fn any_layer(&mut self, syntax: &LayerSyntax, alone: bool, input: Flow) -> Flow {
        let kind = word(&syntax.kind);
        let stated = match &syntax.shape {
            Stated::Shape(stated) => shape(stated, &self.constants, self.diagnostics),
            Stated::Nothing | Stated::Unreadable => None,
        };
        let declaration = self.declaration;
        let mark = self.trail.len();
        let flow = if let Some(combinator) = COMBINATORS.iter().find(|combinator| combinator.name == kind) {
            (combinator.check)(self, syntax, input.clone())
        } else if let Some(block) = declaration.blocks.iter().find(|block| block.name.unraw() == kind) {
            self.used_blocks.push(kind);
            super::block::check(self, syntax, block, alone, input.clone())
        } else {
            let key = self.key(syntax);
            let flow = self.plain(syntax, &kind, &key, input.clone(), stated.as_ref());
            self.gives(&key, &flow);
            let path = self.path(key);
            return self.annotated(syntax, &path.to_string(), stated, flow);
        };
        // What is inside has had its say.
        self.trail.truncate(mark);
        let name = syntax.key.as_ref().map_or(syntax.text(), |key| self.path(key.clone()).to_string());
        if let (Some(x), Some(y)) = (&input, &flow) {
            let key = if syntax.key.is_some() { format!("{name}: ") } else { String::new() };
            self.trail.push(format!("{key}{}  {} -> {}", self.text(syntax), x.shape, y.shape));
        }
        self.annotated(syntax, &name, stated, flow)
    }

    /// Compares a stated shape with the inferred one. Where nothing could be inferred, what follows can be checked with
    /// the stated shape all the same.
    fn annotated(&mut self, syntax: &LayerSyntax, name: &str, stated: Option<Shape>, flow: Flow) -> Flow {
        let Some(found) = flow else { return stated.map(|shape| Wire { value: 0, shape, layer: None }) };
        if let (Some(shape), Stated::Shape(place)) = (stated.filter(|shape| *shape != found.shape), &syntax.shape) {
            let what = format!("`{name}` gives {}, not {shape}", found.shape);
            self.misfit(place.span, &what, &format!("write `-> {}`", found.shape));
        }
        Some(found)
    }

    /// A layer of the table.
    fn plain(&mut self, syntax: &LayerSyntax, kind: &str, key: &Ident, input: Flow, stated: Option<&Shape>) -> Flow {
        let Some(definition) = TABLE.iter().find(|definition| definition.name == kind) else {
            self.diagnostics.error(syntax.kind.span(), unknown::message(kind, &self.declaration.blocks));
            return None;
        };
        self.no_body(syntax);
        let path = self.path(key.clone());
        let takes = Takes { kind, names: definition.arguments, unnamed: 1 };
        // Without a shape the arguments can still be wrong in themselves; any shape serves to read them.
        let shape = input.as_ref().map_or(Shape(vec![1]), |wire| wire.shape.clone());
        let layer = self.arguments(syntax, &path, takes, &input, |arguments| {
            arguments.state(stated);
            let layer = (definition.check)(arguments, &shape)?;
            let frozen = arguments.frozen(layer.parameters.as_ref())?;
            Some((layer, frozen))
        });
        let ((layer, frozen), input) = layer.zip(input)?;
        let output = layer.output.clone();
        self.trail.push(format!("{path}: {}  {} -> {output}", self.text(syntax), input.shape));
        Some(self.push(syntax, path, key, input, layer, frozen))
    }

    /// A layer as written, but with the values of constants.
    pub(super) fn text(&self, syntax: &LayerSyntax) -> String {
        syntax.text_with(|value| match value {
            Expr::Lit(_) => None,
            Expr::Unary(unary) if matches!(*unary.expr, Expr::Lit(_)) => None,
            value => evaluate(value, &self.constants).ok().map(|value| value.to_string()),
        })
    }

    /// Adds a layer to the graph, and gives what it ends with.
    fn push(&mut self, syntax: &LayerSyntax, path: Path, key: &Ident, input: Wire, layer: Layer, frozen: bool) -> Wire {
        if let (Some(Parameters::Own { tensors, .. }), "prelu") = (&layer.parameters, &*word(&syntax.kind)) {
            let slopes = Slopes { path: path.clone(), shape: tensors[0].shape.clone(), frozen };
            self.scope().slopes.insert(word(key), slopes);
        }
        let mut value = input.value;
        for operation in layer.operations {
            let elements = operation.output;
            let learns = operation.parameters && !frozen;
            value = self.graph.node(Work::Call(Box::new(operation)), vec![value], elements, learns);
        }
        let index = self.graph.layers.len();
        let output = layer.output.clone();
        let text = self.text(syntax);
        self.graph.layers.push(Checked {
            docs: syntax.docs.clone(),
            path,
            text,
            from: vec![input.layer],
            input: input.shape,
            output: layer.output,
            parameters: layer.parameters,
            frozen,
            macs: layer.macs,
            formula: layer.formula,
        });
        Wire { value, shape: output, layer: Some(index) }
    }

    /// Adds what joins several values to the graph.
    pub(super) fn join(
        &mut self,
        syntax: &LayerSyntax,
        path: Path,
        work: Work,
        inputs: &[Wire],
        output: Shape,
    ) -> Wire {
        let formula = if matches!(work, Work::Add) { quote!(Add) } else { quote!(Concat) };
        let values = inputs.iter().map(|wire| wire.value).collect();
        let value = self.graph.node(work, values, output.elements(), false);
        let (index, text) = (self.graph.layers.len(), self.text(syntax));
        self.graph.layers.push(Checked {
            docs: syntax.docs.clone(),
            path,
            text,
            from: inputs.iter().map(|wire| wire.layer).collect(),
            input: inputs[0].shape.clone(),
            output: output.clone(),
            parameters: None,
            frozen: false,
            macs: 0,
            formula,
        });
        Wire { value, shape: output, layer: Some(index) }
    }

    /// Reads the arguments of a layer or combinator with `read`; `None` where any is wrong.
    pub(super) fn arguments<T>(
        &mut self,
        syntax: &LayerSyntax,
        path: &Path,
        takes: Takes<'_>,
        input: &Flow,
        read: impl FnOnce(&mut Arguments<'_>) -> Option<T>,
    ) -> Option<T> {
        let (name, text) = (path.to_string(), self.text(syntax));
        let slopes: Vec<_> = self.scopes.iter().map(|scope| &scope.slopes).collect();
        let around = Surroundings {
            key: &name,
            input: input.as_ref().map(|wire| &wire.shape),
            net_input: &self.graph.input,
            text: &text,
            trail: &self.trail,
            slopes: &slopes,
            constants: &self.constants,
        };
        let mut arguments = Arguments::new(takes, syntax, &around, self.diagnostics);
        let found = read(&mut arguments);
        found.filter(|_| !arguments.failed())
    }

    /// Reports that what leads here does not fit together: with the last layers, and a fix.
    pub(super) fn misfit(&mut self, at: Span, what: &str, help: &str) {
        let message = format!("{what}{}\nhelp: {help}", trail(&self.trail));
        self.diagnostics.error(at, message);
    }

    /// Where the lines of messages are, to go [`back_to`](Self::back_to).
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Forgets the lines of a branch, before the next one begins.
    pub(super) fn back_to(&mut self, mark: usize) {
        self.trail.truncate(mark);
    }

    /// Compares the last layer's shape with the declared output.
    fn end(&mut self, found: &Shape, declared: &Shape) {
        if found == declared {
            return;
        }
        let span = self.declaration.output.as_ref().map_or(Span::call_site(), |output| output.span);
        let help = match (&declared.0[..], self.graph.layers.last()) {
            ([n], Some(last)) if last.text.starts_with("linear") => {
                format!("declare `-> {found}`, or give `{}` {n} outputs", last.path)
            }
            ([n], _) => format!("declare `-> {found}`, or end with `linear({n})`"),
            _ => format!("declare `-> {found}`"),
        };
        let name = &self.declaration.name;
        let what = format!("`{name}` is declared to give {declared}, but its last layer gives {found}");
        self.misfit(span, &what, &help);
    }
}

/// Whether a layer of these braces, or of those within, has a key.
fn has_key(body: &Body, name: &str) -> bool {
    body.items.iter().any(|item| match item {
        Item::Layer(layer) => {
            layer.key.as_ref().is_some_and(|key| key.unraw() == name)
                || layer.body.as_ref().is_some_and(|body| has_key(body, name))
        }
        Item::Branch(body) => has_key(body, name),
        Item::Unreadable => false,
    })
}
