//! `Network`: the tables, and the programs as one call per layer and direction.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::array;
use crate::check::{Graph, Node};
use crate::layers::{Backward, Constant, Init, Parameters, Tensor};
use crate::plan::{Pass, Plan, Program, Slot, Step};
use crate::shape::Shape;
use crate::syntax::Declaration;

pub(super) fn emit(krate: &TokenStream, declaration: &Declaration, graph: &Graph, plan: &Plan) -> TokenStream {
    let name = &declaration.name;
    let (input, output) = (array(&graph.input.0), array(&graph.output.0));
    let geometries = graph.nodes.iter().filter_map(|node| {
        let Constant::Geometry(items) = &node.operation.constant else { return None };
        let (ty, module) = (geometry(name, graph, node), format_ident!("{}", node.operation.module));
        Some(quote! {
            #[derive(::core::clone::Clone, ::core::marker::Copy)]
            struct #ty;
            impl layers::#module::Geometry for #ty { #items }
        })
    });
    let (summary, parameters) = summary(name, graph);
    let macs: u64 = graph.layers.iter().map(|layer| layer.macs).sum();
    let scratch = plan.predict.buffers.iter().chain([&0]).sum::<usize>().max(plan.calibrate.buffers.iter().sum());
    let training: usize = plan.train.buffers.iter().sum();
    let calibrations = graph.nodes.iter().filter(|node| node.operation.calibrates).count();
    let emitter = Emitter { name, graph };
    let predict = emitter.program(&plan.predict);
    let train = emitter.program(&plan.train);
    let calibrate = emitter.program(&plan.calibrate);
    quote! {
        #[allow(unused_variables, clippy::all, clippy::pedantic)]
        const _: () = {
            use #krate::runtime as runtime;
            use runtime::kernels::pack::{Pack, Unpack};
            use runtime::layers;
            use runtime::scratch::split;
            use runtime::simd::Simd;
            use runtime::{Loss, Network, Summary};

            #(#geometries)*

            impl Network for #name {
                type Input = #input;
                type Output = #output;
                const PARAMETERS: usize = #parameters;
                const MACS: u64 = #macs;
                const SUMMARY: &'static Summary = &#summary;
                const SCRATCH_LINES: usize = #scratch;
                const TRAINING_LINES: usize = #training;
                const CALIBRATIONS: usize = #calibrations;

                fn predict_block<S: Simd>(
                    &self,
                    s: S,
                    xs: &[Self::Input],
                    ys: &mut [Self::Output],
                    memory: &mut [S::V],
                ) {
                    #predict
                }

                fn train_block<S: Simd, L: Loss>(
                    &self,
                    s: S,
                    block: &runtime::network::Block<'_, Self, L>,
                    memory: &mut [S::V],
                    gradient: &mut Self,
                ) -> f64 {
                    let xs = block.inputs;
                    #train
                    loss
                }

                fn calibrate_block<S: Simd>(
                    &self,
                    s: S,
                    xs: &[Self::Input],
                    memory: &mut [S::V],
                    counts: &mut Self,
                ) {
                    #calibrate
                }
            }
        };
    }
}

/// The type that stands for an operation's shape. It begins with the net's name, so it cannot be the net's name.
fn geometry(name: &Ident, graph: &Graph, node: &Node) -> Ident {
    let mut camel = String::new();
    for part in graph.layers[node.layer].key.to_string().split('_') {
        let mut letters = part.chars();
        camel.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        camel.extend(letters);
    }
    // Keys may differ in underscores alone; the number tells them apart.
    format_ident!("{name}{camel}Layer{}", node.layer)
}

struct Emitter<'a> {
    name: &'a Ident,
    graph: &'a Graph,
}

impl Emitter<'_> {
    fn program(&self, program: &Program) -> TokenStream {
        let lengths = &program.buffers;
        let buffers = (0..lengths.len()).map(|i| format_ident!("b{i}"));
        let steps = program.steps.iter().map(|step| self.step(step));
        quote! {
            let [#(#buffers),*] = split(memory, [#(#lengths),*]);
            #(#steps)*
        }
    }

    fn step(&self, step: &Step) -> TokenStream {
        match step {
            Step::Pack { y } => {
                let y = slot(y);
                quote!(s.call(Pack { xs, y: #y });)
            }
            Step::Unpack { x } => {
                let x = slot(x);
                quote!(s.call(Unpack { x: #x, ys });)
            }
            Step::Loss { d, temporary } => {
                let (d, temporary) = (slot(d), slot(temporary));
                quote!(let loss = block.loss.block(s, #d, block.targets, block.scale, #temporary);)
            }
            Step::Accumulate { x, y } => {
                let (x, y) = (slot(x), slot(y));
                quote!(s.call(layers::add::Accumulate { x: #x, y: #y });)
            }
            Step::Call { node, pass, slots } => self.call(&self.graph.nodes[*node], *pass, slots),
        }
    }

    /// `s.call(layers::conv::Forward { layer: DigitsConv1, parameters: &self.conv1, x: &b0[..784], y: &mut b1[..5760] });`
    fn call(&self, node: &Node, pass: Pass, slots: &[(&str, Slot)]) -> TokenStream {
        let operation = &node.operation;
        let module = format_ident!("{}", operation.module);
        let call = format_ident!("{pass:?}");
        let layer = match &operation.constant {
            _ if pass == Pass::Calibrate => None,
            Constant::None => None,
            Constant::Value(value) => Some(quote!(layer: layers::#value,)),
            Constant::Geometry(_) => {
                let ty = geometry(self.name, self.graph, node);
                Some(quote!(layer: #ty,))
            }
        };
        let key = self.owner(node);
        let forward = matches!(pass, Pass::Forward | Pass::ForwardInPlace);
        let in_place = matches!(operation.backward, Backward::InPlace { .. });
        // Every call reads the parameters but the one that makes their gradient from x and dy.
        let reads = operation.parameters && !matches!(pass, Pass::BackwardWeight | Pass::Calibrate);
        let parameters = reads.then(|| quote!(parameters: &self.#key,));
        let makes = operation.parameters && (pass == Pass::BackwardWeight || (pass == Pass::Backward && in_place));
        let gradient = makes.then(|| quote!(gradient: &mut gradient.#key,));
        let counts = (pass == Pass::Calibrate).then(|| quote!(counts: &mut counts.#key, samples: xs.len(),));
        let draw = (operation.draws && forward).then(|| {
            let layer = node.layer as u64;
            quote!(draw: block.draw.layer(#layer),)
        });
        let slots = slots.iter().map(|(field, memory)| {
            let (field, memory) = (format_ident!("{field}"), slot(memory));
            quote!(#field: #memory)
        });
        quote!(s.call(layers::#module::#call { #layer #parameters #gradient #counts #draw #(#slots),* });)
    }

    /// The field of the net that a node's parameters are in.
    fn owner(&self, node: &Node) -> &Ident {
        let layer = &self.graph.layers[node.layer];
        match &layer.parameters {
            Some(Parameters::Tied(owner)) => owner,
            _ => &layer.key,
        }
    }
}

fn slot(slot: &Slot) -> TokenStream {
    let (buffer, len) = (format_ident!("b{}", slot.buffer), slot.len);
    if slot.written { quote!(&mut #buffer[..#len]) } else { quote!(&#buffer[..#len]) }
}

/// The `Summary`, and how many parameters there are.
fn summary(name: &Ident, graph: &Graph) -> (TokenStream, usize) {
    let name = name.to_string();
    let (input, output) = (&graph.input.0, &graph.output.0);
    let mut offset = 0;
    let mut tensors_of = Vec::new();
    let layers: Vec<_> = graph
        .layers
        .iter()
        .map(|layer| {
            let tensors: &[Tensor] = match &layer.parameters {
                Some(Parameters::Own { tensors, .. }) => tensors,
                _ => &[],
            };
            for tensor in tensors {
                tensors_of.push(tensor_summary(&layer.key, tensor, offset));
                offset += tensor.elements();
            }
            let (key, declaration) = (layer.key.to_string(), &layer.text);
            let (output, macs) = (&layer.output.0, layer.macs);
            let parameters: usize = tensors.iter().map(Tensor::elements).sum();
            quote!(runtime::summary::LayerSummary {
                key: #key,
                declaration: #declaration,
                output: &[#(#output),*],
                parameters: #parameters,
                macs: #macs,
            })
        })
        .collect();
    let summary = quote!(Summary {
        name: #name,
        input: &[#(#input),*],
        output: &[#(#output),*],
        layers: &[#(#layers),*],
        parameters: &[#(#tensors_of),*],
    });
    (summary, offset)
}

fn tensor_summary(key: &Ident, tensor: &Tensor, offset: usize) -> TokenStream {
    let (key, shape) = (format!("{key}.{}", tensor.name), &tensor.shape);
    let (len, decays) = (tensor.elements(), tensor.decays);
    let init = match tensor.init {
        Init::Uniform(bound) => {
            let bound = bound as f32;
            quote!(Uniform(#bound))
        }
        Init::Constant(value) => {
            let value = value as f32;
            quote!(Constant(#value))
        }
        Init::FromData { inputs_per_slope } => quote!(FromData { inputs_per_slope: #inputs_per_slope }),
    };
    quote!(runtime::summary::ParameterSummary {
        key: #key,
        shape: &[#(#shape),*],
        offset: #offset,
        len: #len,
        init: runtime::summary::Init::#init,
        decays: #decays,
    })
}

pub(super) fn placeholder(
    krate: &TokenStream,
    declaration: &Declaration,
    input: &Shape,
    output: &Shape,
) -> TokenStream {
    let name = &declaration.name;
    let text = name.to_string();
    let (input, output) = (array(&input.0), array(&output.0));
    quote! {
        const _: () = {
            use #krate::runtime as runtime;
            use runtime::simd::Simd;

            impl runtime::Network for #name {
                type Input = #input;
                type Output = #output;
                const PARAMETERS: usize = 0;
                const MACS: u64 = 0;
                const SUMMARY: &'static runtime::Summary =
                    &runtime::Summary { name: #text, input: &[], output: &[], layers: &[], parameters: &[] };
                const SCRATCH_LINES: usize = 0;
                const TRAINING_LINES: usize = 0;
                const CALIBRATIONS: usize = 0;

                fn predict_block<S: Simd>(&self, _: S, _: &[Self::Input], _: &mut [Self::Output], _: &mut [S::V]) {}

                fn train_block<S: Simd, L: runtime::Loss>(
                    &self,
                    _: S,
                    _: &runtime::network::Block<'_, Self, L>,
                    _: &mut [S::V],
                    _: &mut Self,
                ) -> f64 {
                    0.0
                }

                fn calibrate_block<S: Simd>(&self, _: S, _: &[Self::Input], _: &mut [S::V], _: &mut Self) {}
            }
        };
    }
}
