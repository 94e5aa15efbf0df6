//! The declaration as written, with its spans. Knows no layer.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Token, Visibility, braced, bracketed, parenthesized, token};

use crate::diagnostics::Diagnostics;

/// `#[…] pub struct Name: [..] -> [..] { … }`
pub(crate) struct Declaration {
    /// Those that are passed on.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) budget: Vec<LimitSyntax>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// `None` where it could not be read.
    pub(crate) input: Option<ShapeSyntax>,
    pub(crate) output: Option<ShapeSyntax>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) blocks: Vec<BlockSyntax>,
    pub(crate) body: Body,
}

/// `parameters <= 22_000`
pub(crate) struct LimitSyntax {
    pub(crate) what: Ident,
    pub(crate) limit: Expr,
    pub(crate) span: Span,
}

/// `{ item, … }`
pub(crate) struct Body {
    pub(crate) items: Vec<Item>,
    pub(crate) span: Span,
}

/// What stands between two commas.
pub(crate) enum Item {
    Layer(LayerSyntax),
    /// `{ item, … }`
    Branch(Body),
    /// A mistake, already reported: what follows has an input of unknown shape.
    Unreadable,
}

/// `[20, 8, 8]`, of values.
pub(crate) struct ShapeSyntax {
    pub(crate) sizes: Vec<Expr>,
    pub(crate) span: Span,
}

/// `const NAME: usize = value;`
pub(crate) struct Constant {
    pub(crate) name: Ident,
    pub(crate) value: Expr,
}

/// `block name(parameter, parameter = default) { item, … }`
pub(crate) struct BlockSyntax {
    pub(crate) name: Ident,
    pub(crate) parameters: Vec<ParameterSyntax>,
    pub(crate) body: Body,
}

/// `name` or `name = default`
pub(crate) struct ParameterSyntax {
    pub(crate) name: Ident,
    pub(crate) default: Option<Expr>,
}

/// `[key:] kind[(arguments)] [{ item, … }] [-> shape]`
pub(crate) struct LayerSyntax {
    /// Its doc comments.
    pub(crate) docs: Vec<Attribute>,
    pub(crate) key: Option<Ident>,
    pub(crate) kind: Ident,
    pub(crate) arguments: Vec<ArgumentSyntax>,
    pub(crate) body: Option<Body>,
    pub(crate) shape: Option<ShapeSyntax>,
}

/// `value` or `name = value`
pub(crate) struct ArgumentSyntax {
    pub(crate) name: Option<Ident>,
    pub(crate) value: ArgumentValue,
}

/// What an argument is.
pub(crate) enum ArgumentValue {
    Expr(Box<Expr>),
    /// `{ item, … }`
    Body(Body),
}

/// Reads a declaration. Errors within its parts are gathered and reading goes on; `None` where not even the name is
/// known.
pub(crate) fn parse(tokens: TokenStream, diagnostics: &mut Diagnostics) -> Option<Declaration> {
    let header = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        if !input.peek(Token![struct]) {
            return Err(
                input.error("expected `struct`: a net is declared as `pub struct Name: [1, 28, 28] -> [10] { … }`")
            );
        }
        input.parse::<Token![struct]>()?;
        let name: Ident = input.parse()?;
        let rest: TokenStream = input.parse()?;
        Ok((attributes, visibility, name, rest))
    };
    let (attributes, visibility, name, rest) = match header.parse2(tokens) {
        Ok(header) => header,
        Err(error) => {
            diagnostics.push(error);
            return None;
        }
    };
    let (ours, attributes): (Vec<_>, _) =
        attributes.into_iter().partition(|attribute: &Attribute| attribute.path().is_ident("budget"));
    let mut budget = Vec::new();
    for attribute in ours {
        match attribute.parse_args_with(Punctuated::<_, Token![,]>::parse_terminated) {
            Ok(limits) => budget.extend(limits),
            Err(error) => diagnostics.push(error),
        }
    }
    let mut declaration = Declaration {
        attributes,
        budget,
        visibility,
        body: Body { items: Vec::new(), span: name.span() },
        name,
        input: None,
        output: None,
        constants: Vec::new(),
        blocks: Vec::new(),
    };
    let read = |input: ParseStream<'_>| {
        shapes(input, &mut declaration)?;
        if !input.peek(token::Brace) {
            return Err(input.error("expected the layers in braces: `{ conv1: conv(10, kernel = 5), … }`"));
        }
        let mut top = Top { constants: Vec::new(), blocks: Vec::new() };
        declaration.body = body(input, Some(&mut top), diagnostics)?;
        (declaration.constants, declaration.blocks) = (top.constants, top.blocks);
        if input.is_empty() {
            Ok(())
        } else {
            Err(input.error("nothing may follow the layers: one net in a `network!`"))
        }
    };
    if let Err(error) = read.parse2(rest) {
        diagnostics.push(error);
    }
    Some(declaration)
}

impl Parse for LimitSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let form = "expected a limit, such as `parameters <= 22_000`, `macs <= 500_000` or `scratch <= 64KiB`";
        let what: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), form))?;
        input.parse::<Token![<=]>().map_err(|error| syn::Error::new(error.span(), form))?;
        let limit: Expr = input.parse().map_err(|error| syn::Error::new(error.span(), form))?;
        let span = what.span().join(limit.span()).unwrap_or(what.span());
        Ok(Self { what, limit, span })
    }
}

/// What may stand in the outermost braces beside layers.
struct Top {
    constants: Vec<Constant>,
    blocks: Vec<BlockSyntax>,
}

/// `: [..] -> [..]`
fn shapes(input: ParseStream<'_>, declaration: &mut Declaration) -> syn::Result<()> {
    let help = "expected `: [input shape] -> [output shape]` after the name, such as `: [1, 28, 28] -> [10]`";
    let expect = |found: bool| if found { Ok(()) } else { Err(input.error(help)) };
    expect(input.peek(Token![:]))?;
    input.parse::<Token![:]>()?;
    expect(input.peek(token::Bracket))?;
    declaration.input = Some(input.parse()?);
    expect(input.peek(Token![->]))?;
    input.parse::<Token![->]>()?;
    expect(input.peek(token::Bracket))?;
    declaration.output = Some(input.parse()?);
    Ok(())
}

impl Parse for ShapeSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let content;
        let bracket = bracketed!(content in input);
        let sizes = content.parse_terminated(Expr::parse, Token![,])?;
        Ok(Self { sizes: sizes.into_iter().collect(), span: bracket.span.join() })
    }
}

/// `{ item, … }`. After a mistake, reading goes on behind the next comma or semicolon.
fn body(input: ParseStream<'_>, mut top: Option<&mut Top>, diagnostics: &mut Diagnostics) -> syn::Result<Body> {
    let content;
    let brace = braced!(content in input);
    let mut items = Vec::new();
    while !content.is_empty() {
        match item(&content, top.as_deref_mut(), diagnostics) {
            Ok(item) => items.extend(item),
            Err(error) => {
                diagnostics.push(error);
                items.push(Item::Unreadable);
                skip(&content);
            }
        }
    }
    Ok(Body { items, span: brace.span.join() })
}

/// A layer or a branch, with the comma behind it; or `None` for what is not an item but belongs to the declaration.
fn item(input: ParseStream<'_>, top: Option<&mut Top>, diagnostics: &mut Diagnostics) -> syn::Result<Option<Item>> {
    let docs = input.call(Attribute::parse_outer)?;
    for attribute in docs.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        diagnostics
            .error(attribute.span(), "only doc comments may stand on a layer; other attributes go on the struct");
    }
    if input.peek(Token![const]) || starts_block(input) {
        let (what, at) = (if input.peek(Token![const]) { "constants" } else { "blocks" }, input.span());
        let mut misplaced = Top { constants: Vec::new(), blocks: Vec::new() };
        if top.is_none() {
            diagnostics.error(at, format!("{what} stand in the outermost braces of the declaration: move it there"));
        }
        let top = top.unwrap_or(&mut misplaced);
        match what {
            "constants" => top.constants.push(input.parse()?),
            _ => top.blocks.push(block(input, diagnostics)?),
        }
        return Ok(None);
    }
    let (item, text) = if input.peek(token::Brace) {
        (Item::Branch(body(input, None, diagnostics)?), "{ … }".to_owned())
    } else {
        let mut layer = layer(input, diagnostics)?;
        layer.docs = docs;
        let text = layer.text();
        (Item::Layer(layer), text)
    };
    if input.is_empty() {
        Ok(Some(item))
    } else if input.peek(Token![,]) {
        input.parse::<Token![,]>().map(|_| Some(item))
    } else if input.peek(syn::Ident) || input.peek(Token![const]) || input.peek(token::Brace) {
        // What follows is read as the next item: one mistake, one error.
        diagnostics.error(input.span(), format!("missing `,` after `{text}`"));
        Ok(Some(item))
    } else {
        Err(input.error(format!("expected `,` after `{text}`")))
    }
}

/// Goes to behind the next comma or semicolon.
fn skip(input: ParseStream<'_>) {
    while let Ok(token) = input.parse::<TokenTree>() {
        if matches!(&token, TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';')) {
            break;
        }
    }
}

impl Parse for Constant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse::<Token![const]>()?;
        let name = input.parse()?;
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            input.parse::<syn::Type>()?;
        }
        input.parse::<Token![=]>()?;
        let value = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok(Self { name, value })
    }
}

/// Whether `block name` follows, which no layer begins with.
fn starts_block(input: ParseStream<'_>) -> bool {
    input.cursor().ident().is_some_and(|(word, after)| word == "block" && after.ident().is_some())
}

fn block(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<BlockSyntax> {
    input.parse::<Ident>()?;
    let name = input.parse()?;
    let mut parameters = Vec::new();
    if input.peek(token::Paren) {
        let content;
        parenthesized!(content in input);
        parameters.extend(content.parse_terminated(ParameterSyntax::parse, Token![,])?);
    }
    if !input.peek(token::Brace) {
        return Err(input.error(format!("expected the layers of the block in braces: `block {name}(…) {{ … }}`")));
    }
    let body = body(input, None, diagnostics)?;
    if input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
    }
    Ok(BlockSyntax { name, parameters, body })
}

impl Parse for ParameterSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse().map_err(|error| {
            syn::Error::new(error.span(), "expected the name of a parameter, such as `block basic(width, stride = 1)`")
        })?;
        let default = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { name, default })
    }
}

fn layer(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<LayerSyntax> {
    let expected = "expected a layer, such as `conv1: conv(10, kernel = 5)` or `relu`";
    let first: Ident = input.parse().map_err(|error| {
        let word = input.cursor().ident().map(|(word, _)| word.to_string());
        let why = match word {
            Some(word) => format!("{expected}; `{word}` is a keyword of Rust and cannot be a layer's name"),
            None => expected.to_owned(),
        };
        syn::Error::new(error.span(), why)
    })?;
    let (key, kind) = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        let kind = input.parse().map_err(|error| {
            let what = format!("expected a layer after `{first}:`, such as `{first}: linear(10)`");
            syn::Error::new(error.span(), what)
        })?;
        (Some(first), kind)
    } else {
        (None, first)
    };
    let arguments = if input.peek(token::Paren) { arguments(input, diagnostics)? } else { Vec::new() };
    let body = if input.peek(token::Brace) { Some(body(input, None, diagnostics)?) } else { None };
    let shape = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    Ok(LayerSyntax { docs: Vec::new(), key, kind, arguments, body, shape })
}

impl LayerSyntax {
    /// The layer as written, without key and shape.
    pub(crate) fn text(&self) -> String {
        self.text_with(|_| None)
    }

    /// The layer without key and shape, with another text for some of the values.
    pub(crate) fn text_with(&self, shown: impl Fn(&Expr) -> Option<String>) -> String {
        let arguments: Vec<_> = self.arguments.iter().map(|argument| argument.text_with(&shown)).collect();
        let body = if self.body.is_some() { " { … }" } else { "" };
        match &arguments[..] {
            [] => format!("{}{body}", self.kind),
            arguments => format!("{}({}){body}", self.kind, arguments.join(", ")),
        }
    }
}

/// `(argument, …)`
fn arguments(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<Vec<ArgumentSyntax>> {
    let content;
    parenthesized!(content in input);
    let mut arguments = Vec::new();
    while !content.is_empty() {
        arguments.push(argument(&content, diagnostics)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(arguments)
}

fn argument(input: ParseStream<'_>, diagnostics: &mut Diagnostics) -> syn::Result<ArgumentSyntax> {
    let name = if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        let name = input.parse()?;
        input.parse::<Token![=]>()?;
        Some(name)
    } else {
        None
    };
    let value = if input.peek(token::Brace) {
        ArgumentValue::Body(body(input, None, diagnostics)?)
    } else {
        let value = input.parse().map_err(|error: syn::Error| {
            let what = name.as_ref().map_or("an argument".to_owned(), |name| format!("the value of `{name}`"));
            syn::Error::new(error.span(), format!("cannot read {what}: {error}"))
        })?;
        ArgumentValue::Expr(Box::new(value))
    };
    Ok(ArgumentSyntax { name, value })
}

impl ArgumentSyntax {
    /// The argument as written.
    pub(crate) fn text(&self) -> String {
        self.text_with(|_| None)
    }

    fn text_with(&self, shown: impl Fn(&Expr) -> Option<String>) -> String {
        let value = match &self.value {
            ArgumentValue::Expr(value) => shown(value).unwrap_or_else(|| text(value)),
            ArgumentValue::Body(_) => "{ … }".to_owned(),
        };
        self.name.as_ref().map_or(value.clone(), |name| format!("{name} = {value}"))
    }

    pub(crate) fn span(&self) -> Span {
        let value = self.value.span();
        self.name.as_ref().map_or(value, |name| name.span().join(value).unwrap_or(name.span()))
    }
}

impl ArgumentValue {
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Expr(value) => value.span(),
            Self::Body(body) => body.span,
        }
    }
}

/// An expression as a person would write it.
pub(crate) fn text(value: &Expr) -> String {
    fn write(tokens: TokenStream, out: &mut String) {
        let mut unary = true;
        for token in tokens {
            match token {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    out.push_str(open);
                    write(group.stream(), out);
                    out.push_str(close);
                    unary = false;
                }
                TokenTree::Punct(p) => {
                    match p.as_char() {
                        ',' => out.push_str(", "),
                        c @ ('+' | '-' | '*' | '/' | '%') if !unary => {
                            out.push(' ');
                            out.push(c);
                            out.push(' ');
                        }
                        c => out.push(c),
                    }
                    unary = true;
                }
                other => {
                    out.push_str(&other.to_string());
                    unary = false;
                }
            }
        }
    }
    let mut out = String::new();
    write(quote::ToTokens::to_token_stream(value), &mut out);
    out
}
