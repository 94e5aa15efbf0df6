//! The struct, its documentation, and `Parameters`.

use proc_macro2::TokenStream;
use quote::quote;

use super::zeros;
use crate::check::{Checked, Graph};
use crate::layers::{Parameters, Tensor};
use crate::syntax::Declaration;

/// A layer with parameters of its own.
struct Field<'a> {
    layer: &'a Checked,
    kind: &'a TokenStream,
    tensors: &'a [Tensor],
}

fn fields(graph: &Graph) -> impl Iterator<Item = Field<'_>> {
    graph.layers.iter().filter_map(|layer| match &layer.parameters {
        Some(Parameters::Own { kind, tensors }) => Some(Field { layer, kind, tensors }),
        _ => None,
    })
}

pub(super) fn emit(krate: &TokenStream, declaration: &Declaration, graph: &Graph) -> TokenStream {
    let Declaration { attributes, visibility, name, .. } = declaration;
    let table = table(graph);
    let members = fields(graph).map(|Field { layer, kind, .. }| {
        let key = &layer.key;
        let doc = format!("`{}`: {} → {}", layer.text, layer.input, layer.output);
        let docs = &layer.docs;
        // A blank line parts the two.
        let break_ = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
        quote!(#(#docs)* #break_ #[doc = #doc] pub #key: #krate::runtime::layers::#kind)
    });
    let keys: Vec<_> = fields(graph).map(|field| &field.layer.key).collect();
    let zeroed = fields(graph).map(|Field { layer, kind, tensors }| {
        let key = &layer.key;
        let values = tensors.iter().map(|tensor| {
            let (name, zeros) = (quote::format_ident!("{}", tensor.name), zeros(&tensor.shape));
            quote!(#name: #zeros)
        });
        // A path in an expression needs `::` before its generic arguments; the struct's name alone has it inferred.
        let kind = kind.clone().into_iter().next();
        let bias = needs_empty_bias(tensors);
        quote!(#key: #krate::runtime::layers::#kind { #(#values,)* #bias })
    });
    quote! {
        #(#attributes)*
        #[doc = #table]
        #[repr(C)]
        #visibility struct #name { #(#members,)* }

        const _: () = {
            use #krate::runtime as runtime;
            use runtime::{Parameters, Tensor, parameters::Prototype};

            impl Parameters for #name {
                const ZEROED: Self = Self { #(#zeroed,)* };

                fn prototype() -> &'static Prototype<Self> {
                    static PROTOTYPE: Prototype<#name> = Prototype::new();
                    &PROTOTYPE
                }

                #[inline]
                fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
                    #(each(Tensor::floats(&self.#keys));)*
                }

                #[inline]
                fn visit_mut<'a>(&'a mut self, mut each: impl ::core::ops::FnMut(&'a mut [f32])) {
                    #(each(Tensor::floats_mut(&mut self.#keys));)*
                }
            }
        };
    }
}

/// The field `bias` of an affine layer without one: an array of no elements.
fn needs_empty_bias(tensors: &[Tensor]) -> Option<TokenStream> {
    let affine = tensors[0].decays;
    (affine && tensors.len() == 1).then(|| quote!(bias: [],))
}

pub(super) fn placeholder(krate: &TokenStream, declaration: &Declaration) -> TokenStream {
    let Declaration { attributes, visibility, name, .. } = declaration;
    quote! {
        #(#attributes)*
        #[doc = "Its declaration has mistakes."]
        #visibility struct #name {}

        const _: () = {
            use #krate::runtime as runtime;
            use runtime::{Parameters, parameters::Prototype};

            impl Parameters for #name {
                const ZEROED: Self = Self {};

                fn prototype() -> &'static Prototype<Self> {
                    static PROTOTYPE: Prototype<#name> = Prototype::new();
                    &PROTOTYPE
                }

                fn visit<'a>(&'a self, _: impl ::core::ops::FnMut(&'a [f32])) {}

                fn visit_mut<'a>(&'a mut self, _: impl ::core::ops::FnMut(&'a mut [f32])) {}
            }
        };
    }
}

/// The table of layers in the struct's documentation.
fn table(graph: &Graph) -> String {
    let mut table = format!(
        "\n\nInput {}, output {}.\n\n| key | layer | output | parameters | MACs | state-dict keys |\n|---|---|---|--:|--:|---|\n| | input | {} | | | |\n",
        graph.input, graph.output, graph.input
    );
    let (mut parameters, mut macs) = (0, 0);
    for layer in &graph.layers {
        let (count, keys) = match &layer.parameters {
            Some(Parameters::Own { tensors, .. }) => (
                tensors.iter().map(Tensor::elements).sum(),
                tensors
                    .iter()
                    .map(|t| format!("`{}.{}` {:?}", layer.key, t.name, t.shape))
                    .collect::<Vec<_>>()
                    .join(", "),
            ),
            Some(Parameters::Tied(name)) => (0, format!("tied to `{name}`")),
            None => (0, String::new()),
        };
        parameters += count;
        macs += layer.macs;
        table +=
            &format!("| `{}` | `{}` | {} | {count} | {} | {keys} |\n", layer.key, layer.text, layer.output, layer.macs);
    }
    table + &format!("| total | | | {parameters} | {macs} | |\n")
}
