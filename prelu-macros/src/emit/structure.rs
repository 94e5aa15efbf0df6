//! The structs of parameters, their documentation, and `Parameters`.
//!
//! The net is a struct with a field for each layer that has parameters; braces with a key are a struct of their own, and
//! repetitions and branches a tuple: `net.blocks.0.conv1.weight`. These structs are in a module of the net's, `__prelu_Net`,
//! for beside it they could be called like something of the program's.

use proc_macro2::{Group as TokenGroup, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::{block, zeros};
use crate::check::{Checked, Graph};
use crate::layers::{Parameters, Tensor};
use crate::path::{Path, Segment};
use crate::syntax::{Declaration, word};

/// A layer with parameters of its own.
struct Leaf<'a> {
    layer: &'a Checked,
    kind: &'a TokenStream,
    tensors: &'a [Tensor],
}

/// What a field holds.
enum Field<'a> {
    Leaf(Leaf<'a>),
    Group(Group<'a>),
}

/// The fields within braces, in memory order.
#[derive(Default)]
struct Group<'a> {
    path: Path,
    /// The name of its struct.
    ty: Option<Ident>,
    fields: Vec<(Segment, Field<'a>)>,
}

impl<'a> Group<'a> {
    /// Puts a layer where its path says. One whose place is taken is left out: that is a mistake, reported already.
    fn insert(&mut self, segments: &[Segment], leaf: Leaf<'a>) {
        let Some((first, rest)) = segments.split_first() else { return };
        let index = self.fields.iter().position(|(segment, _)| segment == first);
        match (index, rest) {
            (Some(index), [_, ..]) => {
                if let Field::Group(group) = &mut self.fields[index].1 {
                    group.insert(rest, leaf);
                }
            }
            (Some(_), []) => {}
            (None, []) => self.fields.push((first.clone(), Field::Leaf(leaf))),
            (None, _) => {
                let mut group = Group { path: self.path.join(first.clone()), ..Group::default() };
                group.insert(rest, leaf);
                self.fields.push((first.clone(), Field::Group(group)));
            }
        }
    }

    /// Gives the groups within names that differ.
    fn name(&mut self, taken: &mut Vec<String>) {
        for (_, field) in &mut self.fields {
            let Field::Group(group) = field else { continue };
            let mut stem = group.path.camel();
            // A key may be underscores alone, or they and digits.
            if stem.chars().next().is_none_or(|c| c.is_ascii_digit()) {
                stem.insert_str(0, "Group");
            }
            let mut name = stem.clone();
            let mut count = 1;
            while taken.contains(&name) {
                count += 1;
                name = format!("{stem}Of{count}");
            }
            taken.push(name.clone());
            group.ty = Some(Ident::new(&name, Span::call_site()));
            group.name(taken);
        }
    }

    /// The fields of a tuple, with gaps where there are no parameters; `None` for a struct with names.
    fn positions(&self) -> Option<Vec<Option<&Field<'a>>>> {
        let mut positions = Vec::new();
        for (segment, field) in &self.fields {
            let Segment::Index(index) = segment else { return None };
            positions.resize_with((*index + 1).max(positions.len()), || None);
            positions[*index] = Some(field);
        }
        Some(positions).filter(|positions| !positions.is_empty())
    }

    /// The layers in memory order.
    fn leaves(&self) -> Vec<&Leaf<'a>> {
        let fields = self.fields.iter();
        fields
            .flat_map(|(_, field)| match field {
                Field::Leaf(leaf) => vec![leaf],
                Field::Group(group) => group.leaves(),
            })
            .collect()
    }

    /// The groups within, each before those within it.
    fn groups(&self) -> Vec<&Group<'a>> {
        let groups = self.fields.iter().filter_map(|(_, field)| match field {
            Field::Group(group) => Some(group),
            Field::Leaf(_) => None,
        });
        groups.flat_map(|group| [vec![group], group.groups()].concat()).collect()
    }

    /// What stands behind the struct's name: its fields with their types, those of groups by way of `module`, if it is not
    /// the one around.
    fn declaration(&self, krate: &TokenStream, module: Option<&Ident>) -> TokenStream {
        if let Some(positions) = self.positions() {
            let types = positions.iter().map(|field| match field {
                Some(field) => {
                    let (ty, doc) = (field.ty(krate, module), field.doc());
                    quote!(#doc pub #ty)
                }
                None => quote!(#[doc = " A branch without parameters."] pub ()),
            });
            return quote!((#(#types,)*););
        }
        let members = self.fields.iter().map(|(key, field)| {
            let (ty, doc) = (field.ty(krate, module), field.doc());
            quote!(#doc pub #key: #ty)
        });
        quote!({ #(#members,)* })
    }

    /// What stands behind the struct's name in an expression.
    fn value(&self, krate: &TokenStream, module: &Ident, tensor: Value<'_>) -> TokenStream {
        if let Some(positions) = self.positions() {
            let values =
                positions.iter().map(|field| field.map_or(quote!(()), |field| field.value(krate, module, tensor)));
            return quote!((#(#values,)*));
        }
        let values = self.fields.iter().map(|(key, field)| {
            let value = field.value(krate, module, tensor);
            quote!(#key: #value)
        });
        quote!({ #(#values,)* })
    }
}

impl Field<'_> {
    fn ty(&self, krate: &TokenStream, module: Option<&Ident>) -> TokenStream {
        match self {
            Self::Leaf(leaf) => {
                let kind = absolute(leaf.kind.clone());
                quote!(#krate::runtime::layers::#kind)
            }
            Self::Group(group) => {
                let (ty, module) = (&group.ty, module.into_iter());
                quote!(#(#module::)* #ty)
            }
        }
    }

    fn doc(&self) -> TokenStream {
        match self {
            Self::Leaf(Leaf { layer, .. }) => {
                let doc = format!(" `{}`: {} → {}", layer.text, layer.input, layer.output);
                let docs = &layer.docs;
                // A blank line parts the two.
                let break_ = (!docs.is_empty()).then(|| quote!(#[doc = ""]));
                quote!(#(#docs)* #break_ #[doc = #doc])
            }
            Self::Group(group) => {
                let doc = format!(" The parameters of `{}`.", group.path);
                quote!(#[doc = #doc])
            }
        }
    }

    fn value(&self, krate: &TokenStream, module: &Ident, value: Value<'_>) -> TokenStream {
        match self {
            Self::Leaf(Leaf { kind, tensors, layer }) => {
                let values = tensors.iter().map(|tensor| {
                    let (name, value) = (format_ident!("{}", tensor.name), value(layer, tensor));
                    quote!(#name: #value)
                });
                // A path in an expression needs `::` before its generic arguments; the struct's name alone has it
                // inferred.
                let kind = (*kind).clone().into_iter().next();
                let bias = needs_empty_bias(tensors);
                quote!(#krate::runtime::layers::#kind { #(#values,)* #bias })
            }
            Self::Group(group) => {
                let (ty, value) = (&group.ty, group.value(krate, module, value));
                quote!(#module::#ty #value)
            }
        }
    }
}

/// A type with `f32` by its whole path: the program may have one of that name.
fn absolute(ty: TokenStream) -> TokenStream {
    let token = |token: TokenTree| match token {
        TokenTree::Ident(name) if name == "f32" => quote!(::core::primitive::f32),
        TokenTree::Group(group) => TokenTree::from(TokenGroup::new(group.delimiter(), absolute(group.stream()))).into(),
        token => token.into(),
    };
    ty.into_iter().flat_map(token).collect()
}

/// The field `bias` of an affine layer without one: an array of no elements.
fn needs_empty_bias(tensors: &[Tensor]) -> Option<TokenStream> {
    let affine = tensors[0].decays;
    (affine && tensors.len() == 1).then(|| quote!(bias: [],))
}

/// An expression for a tensor of a layer.
type Value<'a> = &'a dyn Fn(&Checked, &Tensor) -> TokenStream;

/// The structs of a net.
pub(super) struct Structure<'a> {
    net: Group<'a>,
    /// The module of those of its groups.
    module: Ident,
}

impl<'a> Structure<'a> {
    pub(super) fn new(declaration: &Declaration, graph: &'a Graph) -> Self {
        let mut net = Group::default();
        for layer in &graph.layers {
            if let Some(Parameters::Own { kind, tensors }) = &layer.parameters {
                net.insert(layer.path.segments(), Leaf { layer, kind, tensors });
            }
        }
        net.name(&mut vec!["Self".to_owned()]);
        Self { net, module: format_ident!("__prelu_{}", word(&declaration.name)) }
    }

    /// What stands behind the net's name in an expression.
    pub(super) fn value(&self, krate: &TokenStream, tensor: Value<'_>) -> TokenStream {
        self.net.value(krate, &self.module, tensor)
    }

    /// The structs; of a net with mistakes (`whole` is false), as far as it is known.
    pub(super) fn emit(
        &self,
        krate: &TokenStream,
        declaration: &Declaration,
        graph: &Graph,
        whole: bool,
    ) -> TokenStream {
        let Self { net, module } = self;
        let Declaration { attributes, visibility, name, .. } = declaration;
        let table = if whole { table(graph) } else { "Its declaration has mistakes.".to_owned() };
        let groups = self.groups(krate, declaration);
        let (members, zeroed) =
            (net.declaration(krate, Some(module)), self.value(krate, &|_, tensor| zeros(&tensor.shape)));
        let paths: Vec<_> = net.leaves().iter().map(|leaf| &leaf.layer.path).collect();
        let ty = super::net(declaration);
        let parameters = quote! {
            impl runtime::Parameters for #ty {
                const ZEROED: Self = Self #zeroed;

                fn prototype() -> &'static runtime::parameters::Prototype<Self> {
                    static PROTOTYPE: runtime::parameters::Prototype<#ty> = runtime::parameters::Prototype::new();
                    &PROTOTYPE
                }

                #[inline]
                fn visit<'a>(&'a self, mut each: impl ::core::ops::FnMut(&'a [f32])) {
                    #(each(runtime::Tensor::floats(&self.#paths));)*
                }

                #[inline]
                fn visit_mut<'a>(&'a mut self, mut each: impl ::core::ops::FnMut(&'a mut [f32])) {
                    #(each(runtime::Tensor::floats_mut(&mut self.#paths));)*
                }
            }
        };
        let parameters = block(krate, &parameters);
        quote! {
            #(#attributes)*
            #[doc = #table]
            #[repr(C)]
            #visibility struct #name #members

            #groups

            #parameters
        }
    }

    /// The module of the groups' structs, if there are any. It is as visible as the net, and they are in it.
    fn groups(&self, krate: &TokenStream, declaration: &Declaration) -> Option<TokenStream> {
        let Self { net, module } = self;
        let Declaration { visibility, name, .. } = declaration;
        let groups = net.groups();
        if groups.is_empty() {
            return None;
        }
        // The links of their documentation begin beside the net.
        let documented = groups.iter().flat_map(|group| group.leaves()).any(|leaf| !leaf.layer.docs.is_empty());
        let links = documented.then(|| {
            quote! {
                #[allow(unused_imports)]
                use super::*;
            }
        });
        let structs = groups.into_iter().map(|group| {
            let (ty, fields) = (&group.ty, group.declaration(krate, None));
            let doc = format!(" The parameters of `{}` of [`{name}`](super::{name}).", group.path);
            quote! {
                #[doc = #doc]
                #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
                #[repr(C)]
                pub struct #ty #fields
            }
        });
        let doc = format!(" The parameters within braces of [`{name}`](super::{name}).");
        Some(quote! {
            #[doc = #doc]
            // It is as visible as the net says, wherever that is.
            #[allow(non_snake_case, unreachable_pub, clippy::redundant_pub_crate)]
            #visibility mod #module {
                #links

                #(#structs)*
            }
        })
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
        let tensors = layer.parameters.as_ref().map_or(&[][..], Parameters::tensors);
        let count = layer.learned();
        let keys = match &layer.parameters {
            Some(Parameters::Tied(name)) => format!("tied to `{name}`"),
            _ => {
                let keys = tensors.iter().map(|t| format!("`{}.{}` {:?}", layer.path, t.name, t.shape));
                keys.collect::<Vec<_>>().join(", ")
            }
        };
        parameters += count;
        macs += layer.macs;
        table += &format!(
            "| `{}` | `{}` | {} | {count} | {} | {keys} |\n",
            layer.path, layer.text, layer.output, layer.macs
        );
    }
    table + &format!("| total | | | {parameters} | {macs} | |\n")
}
