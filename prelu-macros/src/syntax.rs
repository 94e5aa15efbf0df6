//! The declaration as written, with its spans. Knows no layer.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Token, Visibility, bracketed, parenthesized, token};

use crate::diagnostics::Diagnostics;

/// `#[…] pub struct Name: [..] -> [..] { … }`
pub(crate) struct Declaration {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    /// `None` where it could not be read.
    pub(crate) input: Option<ShapeSyntax>,
    pub(crate) output: Option<ShapeSyntax>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) items: Vec<Item>,
}

/// What stands between two commas.
pub(crate) enum Item {
    Layer(LayerSyntax),
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

/// `[key:] kind[(arguments)] [-> shape]`
pub(crate) struct LayerSyntax {
    /// Its doc comments.
    pub(crate) docs: Vec<Attribute>,
    pub(crate) key: Option<Ident>,
    pub(crate) kind: Ident,
    pub(crate) arguments: Vec<ArgumentSyntax>,
    pub(crate) shape: Option<ShapeSyntax>,
}

/// `value` or `name = value`
pub(crate) struct ArgumentSyntax {
    pub(crate) name: Option<Ident>,
    pub(crate) value: Expr,
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
    let mut declaration = Declaration {
        attributes,
        visibility,
        name,
        input: None,
        output: None,
        constants: Vec::new(),
        items: Vec::new(),
    };
    let body = |input: ParseStream<'_>| {
        shapes(input, &mut declaration)?;
        let end = input.cursor().group(Delimiter::Brace).map(|(_, _, after)| after);
        if end.is_none() {
            return Err(input.error("expected the layers in braces: `{ conv1: conv(10, kernel = 5), … }`"));
        }
        let group: proc_macro2::Group = input.parse()?;
        items(group.stream(), &mut declaration, diagnostics);
        if input.is_empty() {
            Ok(())
        } else {
            Err(input.error("nothing may follow the layers: one net in a `network!`"))
        }
    };
    if let Err(error) = body.parse2(rest) {
        diagnostics.push(error);
    }
    Some(declaration)
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

/// The items of a body. After a mistake, reading goes on behind the next comma or semicolon.
fn items(tokens: TokenStream, declaration: &mut Declaration, diagnostics: &mut Diagnostics) {
    let read = |input: ParseStream<'_>| {
        while !input.is_empty() {
            if let Err(error) = item(input, declaration, diagnostics) {
                diagnostics.push(error);
                declaration.items.push(Item::Unreadable);
                skip(input);
            }
        }
        Ok(())
    };
    if let Err(error) = read.parse2(tokens) {
        diagnostics.push(error);
    }
}

fn item(input: ParseStream<'_>, declaration: &mut Declaration, diagnostics: &mut Diagnostics) -> syn::Result<()> {
    let docs = input.call(Attribute::parse_outer)?;
    for attribute in docs.iter().filter(|attribute| !attribute.path().is_ident("doc")) {
        diagnostics
            .error(attribute.span(), "only doc comments may stand on a layer; other attributes go on the struct");
    }
    if input.peek(Token![const]) {
        declaration.constants.push(input.parse()?);
        return Ok(());
    }
    let mut layer: LayerSyntax = input.parse()?;
    layer.docs = docs;
    let text = layer.text();
    declaration.items.push(Item::Layer(layer));
    if input.is_empty() {
        Ok(())
    } else if input.peek(Token![,]) {
        input.parse::<Token![,]>().map(drop)
    } else if input.peek(syn::Ident) || input.peek(Token![const]) {
        // What follows is read as the next item: one mistake, one error.
        diagnostics.error(input.span(), format!("missing `,` after `{text}`"));
        Ok(())
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

impl Parse for LayerSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
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
                syn::Error::new(
                    error.span(),
                    format!("expected a layer after `{first}:`, such as `{first}: linear(10)`"),
                )
            })?;
            (Some(first), kind)
        } else {
            (None, first)
        };
        let mut arguments = Vec::new();
        if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            arguments.extend(content.parse_terminated(ArgumentSyntax::parse, Token![,])?);
        }
        let shape = if input.peek(Token![->]) {
            input.parse::<Token![->]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Self { docs: Vec::new(), key, kind, arguments, shape })
    }
}

impl LayerSyntax {
    /// The layer as written, without key and shape.
    pub(crate) fn text(&self) -> String {
        let arguments: Vec<_> = self.arguments.iter().map(ArgumentSyntax::text).collect();
        if arguments.is_empty() { self.kind.to_string() } else { format!("{}({})", self.kind, arguments.join(", ")) }
    }
}

impl Parse for ArgumentSyntax {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            let name = input.parse()?;
            input.parse::<Token![=]>()?;
            Some(name)
        } else {
            None
        };
        let value = input.parse().map_err(|error: syn::Error| {
            let what = name.as_ref().map_or("an argument".to_owned(), |name| format!("the value of `{name}`"));
            syn::Error::new(error.span(), format!("cannot read {what}: {error}"))
        })?;
        Ok(Self { name, value })
    }
}

impl ArgumentSyntax {
    /// The argument as written.
    pub(crate) fn text(&self) -> String {
        let value = text(&self.value);
        self.name.as_ref().map_or(value.clone(), |name| format!("{name} = {value}"))
    }

    pub(crate) fn span(&self) -> Span {
        self.name.as_ref().map_or(self.value.span(), |name| name.span().join(self.value.span()).unwrap_or(name.span()))
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
