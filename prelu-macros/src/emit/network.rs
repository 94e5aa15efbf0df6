//! `Network`: the tables, and the programs as one call per layer and direction.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{net, own_type};
use crate::check::{Checked, ConvPool, Graph, Node, Work};
use crate::layers::{Backward, Constant, Init, Operation, Parameters, Temporary, Tensor};
use crate::path::Path;
use crate::plan::{Pass, Phase, Plan, Program, Slot, Step};
use crate::shape::Shape;
use crate::syntax::Declaration;

pub(super) fn emit(declaration: &Declaration, graph: &Graph, plan: &Plan) -> TokenStream {
    let (name, net) = (&declaration.name, net(declaration));
    let (input, output) = (graph.input.array(), graph.output.array());
    let geometries = Geometries::new(name, graph);
    let shapes = geometries.emit();
    let (summary, parameters) = summary(name, graph);
    let formulas = graph.layers.iter().map(|layer| &layer.formula);
    let macs: u64 = graph.layers.iter().map(|layer| layer.macs).sum();
    let scratch = plan.scratch();
    let (convs, pooled) = (geometries.of("conv"), geometries.of("conv_pool"));
    let training: usize = plan.train.buffers.iter().sum();
    let calibrations = graph.nodes.iter().filter_map(Node::operation).filter(|operation| operation.calibrates).count();
    let [predict, train, calibrate] = [&plan.predict, &plan.train, &plan.calibrate].map(|program| {
        let emitter = Emitter { declaration, graph, geometries: &geometries, program };
        emitter.program()
    });
    let phases = plan.train.phases.iter().map(|phase| {
        let Range { start, end } = phase.sums;
        quote!(#start..#end)
    });
    let least =
        graph.nodes.iter().filter_map(Node::operation).map(|operation| operation.least_batch).max().unwrap_or(1);
    let batch_statistics = batch_statistics(graph, plan);
    let begun = begun(graph, plan).into_iter().map(|Range { start, end }| quote!(#start..#end));
    quote! {
        #(#shapes)*

        impl runtime::Network for #net {
            type Input = #input;
            type Output = #output;
            const PARAMETERS: usize = #parameters;
            const MACS: u64 = #macs;
            const SUMMARY: &'static runtime::Summary = &#summary;
            const FORMULAS: &'static [formula::Formula] = &[#(formula::Formula::#formulas),*];
            const VECTORS: usize = #scratch;
            const TEMPORARY: usize = runtime::scratch::largest(&[
                #(layers::conv::temporary::<#convs>(),)* #(layers::conv_pool::shared::<#pooled>(),)*
            ]);
            const TRAINING_LINES: usize = #training;
            const CALIBRATIONS: usize = #calibrations;
            const PHASES: &'static [::core::ops::Range<usize>] = &[#(#phases),*];
            const LEAST_BATCH: usize = #least;
            const BEGUN: &'static [::core::ops::Range<usize>] = &[#(#begun),*];

            fn predict_block<S: simd::Simd>(
                &self,
                s: S,
                xs: &[Self::Input],
                ys: &mut [Self::Output],
                memory: &mut [S::V],
                temporary: &mut [S::V],
            ) {
                #predict
            }

            fn train_block<S: simd::Simd, L: runtime::Loss>(
                &self,
                s: S,
                phase: usize,
                block: &runtime::network::Block<'_, Self, L>,
                memory: &mut [S::V],
                temporary: &mut [S::V],
                gradient: &mut Self,
                sums: &mut [f64],
            ) -> f64 {
                let xs = block.inputs;
                let mut loss = 0.0;
                #train
                loss
            }

            fn batch_statistics(&self, sums: &[f64], samples: usize, gradient: &mut Self) {
                #batch_statistics
            }

            fn calibrate_block<S: simd::Simd>(
                &self,
                s: S,
                xs: &[Self::Input],
                memory: &mut [S::V],
                temporary: &mut [S::V],
                counts: &mut Self,
            ) {
                #calibrate
            }
        }
    }
}

/// Whether a call overwrites a gradient where the block is a shard's first: `linear` does that of its weights.
fn begins(operation: &Operation, pass: Pass) -> bool {
    operation.module == "linear" && pass == Pass::BackwardWeight
}

/// The places of the gradients that are overwritten, in order.
fn begun(graph: &Graph, plan: &Plan) -> Vec<Range<usize>> {
    let written: HashSet<usize> = plan
        .train
        .phases
        .iter()
        .flat_map(|phase| &phase.steps)
        .filter_map(|step| match step {
            Step::Call { node, pass, .. } => {
                let node = &graph.nodes[*node];
                node.operation().is_some_and(|operation| begins(operation, *pass)).then_some(node.layer)
            }
            _ => None,
        })
        .collect();
    let mut end = 0;
    let places = graph.layers.iter().enumerate().filter_map(|(index, layer)| {
        let lens: Vec<usize> = layer.parameters.iter().flat_map(Parameters::tensors).map(Tensor::elements).collect();
        let start = end;
        end += lens.iter().sum::<usize>();
        // The weights come first.
        written.contains(&index).then(|| start..start + lens[0])
    });
    places.collect()
}

/// The running statistics of a batch, which its gradient carries.
fn batch_statistics(graph: &Graph, plan: &Plan) -> TokenStream {
    let calls = graph.nodes.iter().enumerate().filter_map(|(index, node)| {
        let (operation, [forward, _]) = (node.operation()?, plan.train.sums[index].clone()?);
        let (module, Constant::Value(layer)) = (format_ident!("{}", operation.module), &operation.constant) else {
            return None;
        };
        let (path, sums) = (&graph.layers[node.layer].path, range(&forward));
        Some(quote! {
            layers::#module::batch_statistics(layers::#layer, &self.#path, &sums[#sums], samples, &mut gradient.#path);
        })
    });
    quote!(#(#calls)*)
}

/// The types that stand for operations' shapes; operations of the same shape share one, and so their code.
struct Geometries {
    types: Vec<Geometry>,
    /// The place of a type by module and items.
    places: HashMap<(&'static str, String), usize>,
}

struct Geometry {
    name: Ident,
    module: &'static str,
    items: TokenStream,
}

impl Geometries {
    fn new(name: &Ident, graph: &Graph) -> Self {
        let mut this = Self { types: Vec::new(), places: HashMap::new() };
        for node in &graph.nodes {
            // The type begins with the net's name, so it cannot be the net's name. Keys may differ in underscores
            // alone; the number tells them apart.
            let of = |layer: usize, fused: &str| {
                format_ident!("{name}{}Layer{layer}{fused}", graph.layers[layer].path.camel())
            };
            match &node.work {
                Work::Call(operation) => this.operation(operation, || of(node.layer, "")),
                Work::ConvPool(fused) => {
                    this.operation(&fused.conv, || of(node.layer, ""));
                    this.operation(&fused.pool.1, || of(fused.pool.0, ""));
                    let items = this.conv_pool(fused);
                    this.add("conv_pool", items, || of(node.layer, "Pooled"));
                }
                Work::Add | Work::Concat => {}
            }
        }
        this
    }

    fn operation(&mut self, operation: &Operation, name: impl FnOnce() -> Ident) {
        if let Constant::Geometry(items) = &operation.constant {
            self.add(operation.module, items.clone(), name);
        }
    }

    fn add(&mut self, module: &'static str, items: TokenStream, name: impl FnOnce() -> Ident) {
        let types = &mut self.types;
        self.places.entry((module, items.to_string())).or_insert_with(|| {
            types.push(Geometry { name: name(), module, items });
            types.len() - 1
        });
    }

    /// What the geometry of a fused pool is made of.
    fn conv_pool(&self, fused: &ConvPool) -> TokenStream {
        let (conv, pool, tiles) = (self.find(&fused.conv), self.find(&fused.pool.1), &fused.tiles);
        quote!(type Conv = #conv; type Pool = #pool; #tiles)
    }

    /// The type of an operation that has one.
    fn find(&self, operation: &Operation) -> Option<&Ident> {
        match &operation.constant {
            Constant::Geometry(items) => self.get(operation.module, items),
            _ => None,
        }
    }

    fn get(&self, module: &'static str, items: &TokenStream) -> Option<&Ident> {
        self.places.get(&(module, items.to_string())).map(|&place| &self.types[place].name)
    }

    /// The types of a module's operations.
    fn of(&self, module: &str) -> impl Iterator<Item = &Ident> {
        self.types.iter().filter(move |geometry| geometry.module == module).map(|geometry| &geometry.name)
    }

    /// The types, in the order of the nodes.
    fn emit(&self) -> impl Iterator<Item = TokenStream> {
        self.types.iter().map(|Geometry { name, module, items }| {
            let module = format_ident!("{module}");
            quote! {
                #[derive(::core::clone::Clone, ::core::marker::Copy)]
                struct #name;
                impl layers::#module::Geometry for #name { #items }
            }
        })
    }
}

/// Emits a program.
struct Emitter<'a> {
    declaration: &'a Declaration,
    graph: &'a Graph,
    geometries: &'a Geometries,
    program: &'a Program,
}

impl Emitter<'_> {
    fn program(&self) -> TokenStream {
        let lengths = &self.program.buffers;
        if lengths.is_empty() {
            return TokenStream::new();
        }
        let buffers = (0..lengths.len()).map(buffer);
        let phases: Vec<_> = self.program.phases.iter().map(|phase| self.phase(phase)).collect();
        let phases = match &phases[..] {
            [one] => one.clone(),
            phases => {
                let numbers = 0..phases.len();
                quote!(match phase { #(#numbers => { #phases })* _ => {} })
            }
        };
        quote! {
            let [#(#buffers),*] = split(memory, [#(#lengths),*]);
            #phases
        }
    }

    fn phase(&self, phase: &Phase) -> TokenStream {
        let steps = phase.steps.iter().map(|step| self.step(step));
        quote!(#(#steps)*)
    }

    fn step(&self, step: &Step) -> TokenStream {
        match step {
            Step::Pack { y } if y.sample => {
                let y = slot(&Slot { sample: false, ..*y });
                quote!(let samples = s.call(pack::PackToRead { xs, y: #y });)
            }
            Step::Pack { y } => {
                let y = slot(y);
                quote!(s.call(pack::Pack { xs, y: #y });)
            }
            Step::Unpack { x } => {
                let x = slot(x);
                quote!(s.call(pack::Unpack { x: #x, ys });)
            }
            Step::Loss { d, temporary } => {
                let (d, temporary) = (slot(d), slot(temporary));
                quote!(loss = block.loss.block(s, #d, block.targets, block.scale, #temporary);)
            }
            Step::Accumulate { x, y, then: None } => {
                let (x, y) = (slot(x), slot(y));
                quote!(s.call(layers::add::Accumulate { x: #x, y: #y });)
            }
            Step::Accumulate { x, y, then: Some(node) } => {
                let (x, y, activation) = (slot(x), slot(y), self.then(*node));
                let channels = self.graph.layers[self.graph.nodes[*node].layer].output.channels();
                quote!(s.call(layers::add::AccumulateThen { activation: #activation, channels: #channels, x: #x, y: #y });)
            }
            Step::Add { a, b, y } => {
                let (a, b, y) = (slot(a), slot(b), slot(y));
                quote!(s.call(layers::add::Add { a: #a, b: #b, y: #y });)
            }
            Step::Copy { x, y } => {
                let (x, y) = (slot(x), slot(y));
                quote!(s.call(layers::concat::Copy { x: #x, y: #y });)
            }
            Step::Call { node, pass, then, slots } => self.call(*node, *pass, *then, slots),
        }
    }

    /// `s.call(layers::linear::Forward { layer: DigitsFc1, parameters: &self.fc1, x: &b0[..784], y: &mut b1[..50] });`
    fn call(&self, index: usize, pass: Pass, then: Option<usize>, slots: &[(&str, Slot)]) -> TokenStream {
        let node = &self.graph.nodes[index];
        let operation = match &node.work {
            Work::Call(operation) => operation,
            Work::ConvPool(fused) => return self.conv_pool(node, fused, pass, slots),
            Work::Add | Work::Concat => return TokenStream::new(),
        };
        let module = format_ident!("{}", operation.module);
        let call = format_ident!("{pass:?}");
        let layer = match &operation.constant {
            _ if matches!(pass, Pass::Calibrate) => None,
            Constant::None => None,
            Constant::Value(value) => Some(quote!(layer: layers::#value,)),
            Constant::Custom { path, arguments } => {
                let ty = own_type(self.declaration, node.layer, path).map_or(quote!(#path), |name| quote!(#name));
                // What is wrong with the type is reported where it stands.
                let call = quote_spanned!(path.span()=> custom::call::<#ty, #arguments>());
                Some(quote!(layer: layers::#call,))
            }
            Constant::Geometry(_) => self.geometries.find(operation).map(|ty| quote!(layer: #ty,)),
        };
        let path = self.owner(node.layer);
        let forward = matches!(pass, Pass::Forward | Pass::ForwardInPlace);
        let together = matches!(operation.backward, Backward::InPlace { .. } | Backward::Apart { .. });
        // Every call reads the parameters but those that take statistics, or make the parameters' gradient.
        let blind = matches!(pass, Pass::BackwardWeight | Pass::Calibrate | Pass::Statistics);
        let parameters = (operation.parameters && !blind).then(|| quote!(parameters: &self.#path,));
        let makes = matches!(pass, Pass::BackwardWeight | Pass::BackwardStatistics)
            || (pass == Pass::Backward && operation.parameters && together);
        let gradient = makes.then(|| quote!(gradient: &mut gradient.#path,));
        let first = begins(operation, pass).then(|| quote!(first: block.first,));
        let counts = (pass == Pass::Calibrate).then(|| quote!(counts: &mut counts.#path, samples: xs.len(),));
        let draw = (operation.draws && forward).then(|| {
            let layer = node.layer as u64;
            quote!(draw: block.draw.layer(#layer),)
        });
        let batch = self.program.sums[index].as_ref().map(|[forward, backward]| {
            let (forward, backward) = (range(forward), range(backward));
            match pass {
                Pass::Statistics => quote!(sums: &mut sums[#forward], samples: xs.len(),),
                Pass::Forward => quote!(sums: &block.sums[#forward], batch: block.batch,),
                Pass::BackwardStatistics => quote! {
                    statistics: &block.sums[#forward], sums: &mut sums[#backward], samples: xs.len(), batch: block.batch,
                },
                _ => quote! {
                    statistics: &block.sums[#forward], sums: &block.sums[#backward], samples: xs.len(), batch: block.batch,
                },
            }
        });
        let shares = operation.backward == Backward::Affine { temporary: Temporary::Shared };
        let (slots, temporary) = match (slots, shares) {
            ([slots @ .., ("temporary", single)], true) => {
                let single = slot(single);
                (slots, Some(quote!(temporary: runtime::scratch::temporary(#single, temporary),)))
            }
            (_, true) => (slots, Some(quote!(temporary: &mut *temporary,))),
            (_, false) => (slots, None),
        };
        let slots = fields(slots);
        let activated = operation.backward == Backward::Coupled && pass != Pass::Statistics;
        let activation = activated.then(|| {
            let (activation, slopes) = self.activation(operation.activation.as_ref());
            let slopes = (pass == Pass::BackwardStatistics).then(|| quote!(slopes: #slopes,));
            quote!(activation: #activation, #slopes)
        });
        let then = (operation.module == "conv" && pass == Pass::Forward).then(|| {
            let then = then.map_or_else(|| quote!(layers::Nothing), |node| self.then(node));
            quote!(then: #then,)
        });
        quote!(s.call(layers::#module::#call {
            #layer #parameters #then #activation #gradient #first #counts #draw #batch #temporary #slots
        });)
    }

    /// A node's operation, as part of the call before it.
    fn then(&self, node: usize) -> TokenStream {
        let node = &self.graph.nodes[node];
        let Some(operation) = node.operation() else { return TokenStream::new() };
        let path = self.owner(node.layer);
        match &operation.constant {
            Constant::Value(shape) if operation.backward == Backward::Coupled => {
                let (activation, _) = self.activation(operation.activation.as_ref());
                quote!(&layers::BatchNorm::then(&self.#path, layers::#shape, #activation))
            }
            _ if operation.parameters => quote!(&self.#path),
            Constant::Value(value) => quote!(layers::#value),
            _ => quote!(layers::Nothing),
        }
    }

    /// An activation that is fused with what is before it, if there is one, and the gradient of its slopes.
    fn activation(&self, activation: Option<&(usize, Box<Operation>)>) -> (TokenStream, TokenStream) {
        match activation.map(|(layer, operation)| (layer, &**operation)) {
            Some((layer, Operation { parameters: true, .. })) => {
                let path = self.owner(*layer);
                (quote!(&self.#path), quote!(&mut gradient.#path))
            }
            Some((_, Operation { constant: Constant::Value(value), .. })) => (quote!(layers::#value), quote!(&mut ())),
            _ => (quote!(layers::Nothing), quote!(&mut ())),
        }
    }

    /// The calls of a fused pool.
    fn conv_pool(&self, node: &Node, fused: &ConvPool, pass: Pass, slots: &[(&str, Slot)]) -> TokenStream {
        let call = format_ident!("{pass:?}");
        let layer = self.geometries.get("conv_pool", &self.geometries.conv_pool(fused));
        let path = self.owner(node.layer);
        let (activation, slopes) = self.activation(fused.activation.as_ref());
        let gradient = (pass == Pass::Backward).then(|| {
            quote! {
                gradient: &mut gradient.#path, slopes: #slopes, shared: &mut *temporary,
            }
        });
        let (slots, temporary) = match slots {
            [slots @ .., ("temporary", single)] if pass == Pass::Forward => {
                let single = slot(single);
                (slots, Some(quote!(temporary: runtime::scratch::temporary(#single, temporary),)))
            }
            slots => (slots, None),
        };
        let unwanted = pass == Pass::Backward && !slots.iter().any(|(field, _)| *field == "dx");
        let dx = unwanted.then(|| quote!(dx: layers::conv_pool::NotWanted,));
        let slots = fields(slots);
        quote!(s.call(layers::conv_pool::#call {
            layer: #layer, parameters: &self.#path, activation: #activation, #gradient #temporary #dx #slots
        });)
    }

    /// The field of the net that a layer's parameters are in.
    fn owner(&self, layer: usize) -> &Path {
        let layer = &self.graph.layers[layer];
        match &layer.parameters {
            Some(Parameters::Tied(owner)) => owner,
            _ => &layer.path,
        }
    }
}

/// `x: &b0[..784], y: &mut b1[..5760]`
fn fields(slots: &[(&str, Slot)]) -> TokenStream {
    let slots = slots.iter().map(|(field, memory)| {
        let (field, memory) = (format_ident!("{field}"), slot(memory));
        quote!(#field: #memory)
    });
    quote!(#(#slots),*)
}

/// The variable of a buffer. `__private` hides what the program may call like the first of them; what is called like the
/// others is the macro's alone.
fn buffer(index: usize) -> Ident {
    if index < 64 { format_ident!("b{index}") } else { format_ident!("__prelu_b{index}") }
}

fn slot(slot: &Slot) -> TokenStream {
    let buffer = if slot.sample { format_ident!("samples") } else { buffer(slot.buffer) };
    let range = range(&(slot.start..slot.start + slot.len));
    if slot.written { quote!(&mut #buffer[#range]) } else { quote!(&#buffer[#range]) }
}

/// `..5` or `3..5`
fn range(range: &Range<usize>) -> TokenStream {
    let Range { start, end } = range;
    if *start == 0 { quote!(..#end) } else { quote!(#start..#end) }
}

/// The `Summary`, and how many parameters there are.
fn summary(name: &Ident, graph: &Graph) -> (TokenStream, usize) {
    let name = name.unraw().to_string();
    let (input, output) = (&graph.input.0, &graph.output.0);
    let (mut offset, mut count) = (0, 0);
    let (mut parameters, mut buffers) = (Vec::new(), Vec::new());
    let layers: Vec<_> = graph
        .layers
        .iter()
        .map(|layer| {
            let mut own = 0;
            let tensors = layer.parameters.iter().flat_map(Parameters::tensors);
            for tensor in tensors.filter(|tensor| tensor.elements() > 0) {
                let summary = tensor_summary(layer, tensor, offset);
                offset += tensor.elements();
                match tensor.init {
                    Init::Running { .. } => buffers.push(summary),
                    _ => {
                        parameters.push(summary);
                        own += tensor.elements();
                    }
                }
            }
            count += own;
            let (key, declaration) = (layer.path.to_string(), &layer.text);
            let (output, macs) = (&layer.output.0, layer.macs);
            let from = layer.from.iter().map(|from| match from {
                Some(index) => quote!(Some(#index)),
                None => quote!(None),
            });
            quote!(summary::LayerSummary {
                key: #key,
                declaration: #declaration,
                inputs: &[#(#from),*],
                output: &[#(#output),*],
                parameters: #own,
                macs: #macs,
            })
        })
        .collect();
    let summary = quote!(runtime::Summary {
        name: #name,
        input: &[#(#input),*],
        output: &[#(#output),*],
        layers: &[#(#layers),*],
        parameters: &[#(#parameters),*],
        buffers: &[#(#buffers),*],
    });
    (summary, count)
}

fn tensor_summary(layer: &Checked, tensor: &Tensor, offset: usize) -> TokenStream {
    let (key, shape, frozen) = (format!("{}.{}", layer.path, tensor.name), &tensor.shape, layer.frozen);
    let (len, decays) = (tensor.elements(), tensor.decays);
    let init = match tensor.init {
        Init::Running { value, momentum } => {
            let (value, momentum) = (value as f32, momentum as f32);
            return quote!(summary::BufferSummary {
                key: #key,
                shape: &[#(#shape),*],
                offset: #offset,
                len: #len,
                init: #value,
                momentum: #momentum,
            });
        }
        Init::Uniform(bound) => {
            let bound = bound as f32;
            quote!(Uniform(#bound))
        }
        // Its deviation was found when the net was checked.
        Init::He { fan_in } => {
            let deviation = (1.0 / fan_in as f64).sqrt() as f32;
            quote!(Normal(#deviation))
        }
        Init::Normal(deviation) => {
            let deviation = deviation as f32;
            quote!(Normal(#deviation))
        }
        Init::Constant(value) => {
            let value = value as f32;
            quote!(Constant(#value))
        }
        Init::FromData { inputs_per_slope } => quote!(FromData { inputs_per_slope: #inputs_per_slope }),
    };
    quote!(summary::ParameterSummary {
        key: #key,
        shape: &[#(#shape),*],
        offset: #offset,
        len: #len,
        init: summary::Init::#init,
        decays: #decays,
        frozen: #frozen,
    })
}

pub(super) fn placeholder(declaration: &Declaration, input: &Shape, output: &Shape) -> TokenStream {
    let net = net(declaration);
    let text = declaration.name.unraw().to_string();
    let (input, output) = (input.array(), output.array());
    quote! {
        impl runtime::Network for #net {
            type Input = #input;
            type Output = #output;
            const PARAMETERS: usize = 0;
            const MACS: u64 = 0;
            const SUMMARY: &'static runtime::Summary =
                &runtime::Summary { name: #text, input: &[], output: &[], layers: &[], parameters: &[], buffers: &[] };
            const FORMULAS: &'static [runtime::formula::Formula] = &[];
            const VECTORS: usize = 0;
            const TEMPORARY: usize = 0;
            const TRAINING_LINES: usize = 0;
            const CALIBRATIONS: usize = 0;
            const BEGUN: &'static [::core::ops::Range<usize>] = &[];
            const PHASES: &'static [::core::ops::Range<usize>] = &[];
            const LEAST_BATCH: usize = 1;

            fn predict_block<S: simd::Simd>(
                &self,
                _: S,
                _: &[Self::Input],
                _: &mut [Self::Output],
                _: &mut [S::V],
                _: &mut [S::V],
            ) {}

            fn train_block<S: simd::Simd, L: runtime::Loss>(
                &self,
                _: S,
                _: usize,
                _: &runtime::network::Block<'_, Self, L>,
                _: &mut [S::V],
                _: &mut [S::V],
                _: &mut Self,
                _: &mut [f64],
            ) -> f64 {
                0.0
            }

            fn batch_statistics(&self, _: &[f64], _: usize, _: &mut Self) {}

            fn calibrate_block<S: simd::Simd>(
                &self,
                _: S,
                _: &[Self::Input],
                _: &mut [S::V],
                _: &mut [S::V],
                _: &mut Self,
            ) {}
        }
    }
}
