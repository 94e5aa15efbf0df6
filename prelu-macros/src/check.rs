//! From the declaration and the layers' rules to a typed graph.

use std::collections::HashMap;

use proc_macro2::{Ident, Span};

use crate::diagnostics::{Diagnostics, did_you_mean};
use crate::layers::{
    Arguments, Constants, Layer, Operation, Parameters, Surroundings, TABLE, Value, evaluate, outside, trail,
};
use crate::shape::Shape;
use crate::syntax::{Declaration, Item, LayerSyntax, ShapeSyntax};

/// A net whose shapes are right: values, and the operations between them, in an order in which they can run.
pub(crate) struct Graph {
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) layers: Vec<Checked>,
    /// Elements of each value; value 0 is the input.
    pub(crate) values: Vec<usize>,
    pub(crate) nodes: Vec<Node>,
    /// The value that is the net's output.
    pub(crate) result: usize,
}

/// A layer of the graph, as its tables show it.
pub(crate) struct Checked {
    pub(crate) docs: Vec<syn::Attribute>,
    pub(crate) key: Ident,
    pub(crate) text: String,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    pub(crate) parameters: Option<Parameters>,
    pub(crate) macs: u64,
}

/// An operation between values.
pub(crate) struct Node {
    /// The layer that it is of.
    pub(crate) layer: usize,
    pub(crate) operation: Operation,
    pub(crate) x: usize,
    pub(crate) y: usize,
}

/// The shapes that the net's type is made of, known even where its layers are wrong.
pub(crate) struct Signature {
    pub(crate) input: Shape,
    pub(crate) output: Shape,
}

/// Checks a declaration. The signature is given wherever it can be read; the graph only where nothing is wrong.
pub(crate) fn check(declaration: &Declaration, diagnostics: &mut Diagnostics) -> (Option<Signature>, Option<Graph>) {
    let constants = constants(declaration, diagnostics);
    let mut read = |syntax: &Option<ShapeSyntax>| syntax.as_ref().and_then(|s| shape(s, &constants, diagnostics));
    let (input, output) = (read(&declaration.input), read(&declaration.output));
    let (Some(input), Some(output)) = (input, output) else { return (None, None) };

    let mut walk = Walk {
        constants: &constants,
        graph: Graph {
            values: vec![input.elements()],
            input: input.clone(),
            output: output.clone(),
            layers: Vec::new(),
            nodes: Vec::new(),
            result: 0,
        },
        keys: HashMap::new(),
        ordinals: HashMap::new(),
        slopes: HashMap::new(),
        trail: Vec::new(),
    };
    // A shape that could not be inferred is unknown from there on: one mistake is one error.
    let mut current = Some(input.clone());
    for item in &declaration.items {
        let Item::Layer(layer) = item else {
            current = None;
            continue;
        };
        // Where a shape is stated, what follows can be checked all the same.
        let found = walk.layer(layer, current, diagnostics);
        current =
            found.or_else(|| layer.shape.as_ref().and_then(|s| shape(s, &constants, &mut Diagnostics::ignored())));
    }
    if let Some(found) = current {
        walk.end(declaration, &found, diagnostics);
    }
    let graph = diagnostics.is_empty().then_some(walk.graph);
    (Some(Signature { input, output }), graph)
}

fn constants(declaration: &Declaration, diagnostics: &mut Diagnostics) -> Constants {
    let mut constants = Constants::new();
    for constant in &declaration.constants {
        match evaluate(&constant.value, &constants) {
            Ok(Value::Word(word)) => {
                diagnostics.error(syn::spanned::Spanned::span(&constant.value), outside(&word));
            }
            Ok(value) => {
                if constants.insert(constant.name.to_string(), value).is_some() {
                    diagnostics
                        .error(constant.name.span(), format!("the constant `{}` is declared twice", constant.name));
                }
            }
            Err(error) => diagnostics.push(error),
        }
    }
    constants
}

/// A shape of the declaration: one size to three, each at least 1.
fn shape(syntax: &ShapeSyntax, constants: &Constants, diagnostics: &mut Diagnostics) -> Option<Shape> {
    let mut sizes = Vec::new();
    for size in &syntax.sizes {
        match evaluate(size, constants) {
            Ok(Value::Int(n)) if (1..=1 << 40).contains(&n) => sizes.push(n as usize),
            Ok(other) => {
                let at = syn::spanned::Spanned::span(size);
                let message = match other {
                    Value::Word(word) => outside(&word),
                    other => format!("a size must be a whole number of at least 1, not `{other}`"),
                };
                diagnostics.error(at, message);
            }
            Err(error) => diagnostics.push(error),
        }
    }
    if sizes.len() < syntax.sizes.len() {
        return None;
    }
    let shape = Shape(sizes);
    if !matches!(shape.0.len(), 1..=3) {
        let message =
            format!("a shape has one size to three, `[features]` or `[channels, height, width]`, not {shape}");
        diagnostics.error(syntax.span, message);
        return None;
    }
    if shape.checked_elements().is_none_or(|n| n > 1 << 40) {
        diagnostics.error(syntax.span, format!("{shape} is more than memory can hold"));
        return None;
    }
    Some(shape)
}

struct Walk<'a> {
    constants: &'a Constants,
    graph: Graph,
    keys: HashMap<String, ()>,
    /// How many layers of each kind there were.
    ordinals: HashMap<String, usize>,
    /// The slopes of prelus, by key.
    slopes: HashMap<String, Vec<usize>>,
    /// What each layer made of its input, for messages.
    trail: Vec<String>,
}

impl Walk<'_> {
    /// Checks a layer and gives its output's shape, if both that of its input is known and all is right.
    fn layer(&mut self, syntax: &LayerSyntax, input: Option<Shape>, diagnostics: &mut Diagnostics) -> Option<Shape> {
        let kind = syntax.kind.to_string();
        let ordinal = self.ordinals.entry(kind.clone()).or_insert(0);
        *ordinal += 1;
        let key = syntax.key.clone().unwrap_or_else(|| Ident::new(&format!("{kind}{ordinal}"), syntax.kind.span()));
        if self.keys.insert(key.to_string(), ()).is_some() {
            diagnostics.error(key.span(), format!("two layers are named `{key}`; rename one"));
        }
        let Some(definition) = TABLE.iter().find(|definition| definition.name == kind) else {
            let guess = did_you_mean(&kind, TABLE.iter().map(|definition| definition.name));
            let known: Vec<_> = TABLE.iter().map(|definition| definition.name).collect();
            let message = format!("unknown layer `{kind}`{guess}\nknown layers: {}", known.join(", "));
            diagnostics.error(syntax.kind.span(), message);
            return None;
        };
        let name = key.to_string();
        let around = Surroundings {
            key: &name,
            input: input.as_ref(),
            net_input: &self.graph.input,
            trail: &self.trail,
            slopes: &self.slopes,
            constants: self.constants,
        };
        let mut arguments = Arguments::new(definition, syntax, &around, diagnostics);
        // Without a shape the arguments can still be wrong in themselves; any shape serves to read them.
        let stand_in = Shape(vec![1]);
        let layer = (definition.check)(&mut arguments, input.as_ref().unwrap_or(&stand_in));
        let (layer, input) = layer.filter(|_| !arguments.failed()).zip(input)?;
        let output = layer.output.clone();
        self.trail.push(format!("{key}: {}  {input} -> {output}", syntax.text()));
        self.annotation(syntax, &key, &output, diagnostics);
        self.add(syntax, key, input, layer);
        Some(output)
    }

    /// Compares a stated shape with the inferred one.
    fn annotation(&self, syntax: &LayerSyntax, key: &Ident, output: &Shape, diagnostics: &mut Diagnostics) {
        let Some(stated) = &syntax.shape else { return };
        let Some(shape) = shape(stated, self.constants, diagnostics) else { return };
        if shape != *output {
            let message =
                format!("`{key}` gives {output}, not {shape}{}\nhelp: write `-> {output}`", trail(&self.trail));
            diagnostics.error(stated.span, message);
        }
    }

    fn add(&mut self, syntax: &LayerSyntax, key: Ident, input: Shape, layer: Layer) {
        let index = self.graph.layers.len();
        if let (Some(Parameters::Own { tensors, .. }), "prelu") = (&layer.parameters, &*syntax.kind.to_string()) {
            self.slopes.insert(key.to_string(), tensors[0].shape.clone());
        }
        for operation in layer.operations {
            let (x, y) = (self.graph.result, self.graph.values.len());
            self.graph.values.push(operation.output);
            self.graph.nodes.push(Node { layer: index, operation, x, y });
            self.graph.result = y;
        }
        self.graph.layers.push(Checked {
            docs: syntax.docs.clone(),
            key,
            text: syntax.text(),
            input,
            output: layer.output,
            parameters: layer.parameters,
            macs: layer.macs,
        });
    }

    /// Compares the last layer's shape with the declared output.
    fn end(&self, declaration: &Declaration, found: &Shape, diagnostics: &mut Diagnostics) {
        let declared = &self.graph.output;
        if found == declared {
            return;
        }
        let span = declaration.output.as_ref().map_or(Span::call_site(), |output| output.span);
        let help = match (&declared.0[..], self.graph.layers.last()) {
            ([n], Some(last)) if last.text.starts_with("linear") => {
                format!("declare `-> {found}`, or give `{}` {n} outputs", last.key)
            }
            ([n], _) => format!("declare `-> {found}`, or end with `linear({n})`"),
            _ => format!("declare `-> {found}`"),
        };
        let name = &declaration.name;
        let message = format!(
            "`{name}` is declared to give {declared}, but its last layer gives {found}{}\nhelp: {help}",
            trail(&self.trail)
        );
        diagnostics.error(span, message);
    }
}
