//! From tokens to the declaration as written. After a mistake, reading goes on where the next part begins, so that all of
//! them are reported, and what is known stays known.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::discouraged::Speculative;
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, LitStr, Token, Visibility, braced, bracketed, parenthesized, token};

use crate::diagnostics::Diagnostics;
use crate::nesting;
use crate::syntax::{
    ArgumentSyntax, ArgumentValue, BlockSyntax, Body, Constant, Declaration, Item, LayerSyntax, LimitSyntax,
    ParameterSyntax, ShapeSyntax, Stated,
};

const LAYER: &str = "expected a layer, such as `conv1: conv(10, kernel = 5)` or `relu`";
const NET: &str = "a net is declared as `pub struct Name: [1, 28, 28] -> [10] { … }`";
const CONSTANT: &str = "a constant is written `const NAME: usize = 3;`";
const BLOCK: &str = "a block is written `block name(width, stride = 1) { conv(width, kernel = 3), relu }`";
const WEIGHTS: &str = "expected a file, once: `#[weights(\"net.safetensors\")]`";
const LIMIT: &str = "expected a limit, such as `parameters <= 22_000`, `macs <= 500_000` or `scratch <= 64KiB`";

/// Reads a declaration. `is_layer` knows the names of layers; it is asked only to tell a missing `:` from a missing `,`.
/// `None` where not even the net's name could be read.
pub(crate) fn parse(
    tokens: TokenStream,
    is_layer: fn(&str) -> bool,
    diagnostics: &mut Diagnostics,
) -> Option<Declaration> {
    // Before anything recurses into them.
    let (tokens, too_deep) = nesting::cut(tokens);
    if let Some(at) = too_deep {
        let message = format!(
            "parentheses and braces within one another, more than {} deep\nhelp: a `block` gives inner layers a name",
            nesting::MOST_DEEP
        );
        diagnostics.error(at, message);
    }
    let mut reader = Reader { diagnostics, is_layer, constants: Vec::new(), blocks: Vec::new() };
    let (header, rest) = reader.header(tokens)?;
    let mut declaration = Declaration {
        attributes: header.attributes,
        budget: header.budget,
        weights: header.weights,
        visibility: header.visibility,
        body: Body { items: Vec::new(), span: header.name.span() },
        name: header.name,
        input: None,
        output: None,
        constants: Vec::new(),
        blocks: Vec::new(),
    };
    if too_deep.is_some() {
        return Some(declaration);
    }
    let read = |input: ParseStream<'_>| reader.rest(input, &mut declaration);
    if let Err(error) = read.parse2(rest) {
        reader.diagnostics.push(error);
    }
    (declaration.constants, declaration.blocks) = (reader.constants, reader.blocks);
    Some(declaration)
}

/// What stands before the shapes.
struct Header {
    attributes: Vec<Attribute>,
    budget: Vec<LimitSyntax>,
    weights: Option<LitStr>,
    visibility: Visibility,
    name: Ident,
}

struct Reader<'a> {
    diagnostics: &'a mut Diagnostics,
    is_layer: fn(&str) -> bool,
    /// Wherever they stand: those that are misplaced are reported, but known.
    constants: Vec<Constant>,
    blocks: Vec<BlockSyntax>,
}

impl Reader<'_> {
    fn error(&mut self, at: Span, message: impl std::fmt::Display) {
        self.diagnostics.error(at, message);
    }

    /// `#[…] pub struct Name`, and what follows.
    fn header(&mut self, tokens: TokenStream) -> Option<(Header, TokenStream)> {
        let (mut budget, mut weights) = (Vec::new(), None);
        let read = |input: ParseStream<'_>| {
            let attributes = attributes(input)?;
            let visibility: Visibility = input.parse()?;
            if !input.peek(Token![struct]) {
                return Err(input.error(format!("expected `struct`: {NET}")));
            }
            input.parse::<Token![struct]>()?;
            let name = input
                .parse::<Ident>()
                .map_err(|error| syn::Error::new(error.span(), format!("expected the net's name: {NET}")))?;
            Ok((attributes, visibility, name, input.parse::<TokenStream>()?))
        };
        let (all, visibility, name, rest) = match read.parse2(tokens) {
            Ok(header) => header,
            Err(error) => {
                self.diagnostics.push(error);
                return None;
            }
        };
        let mut attributes = Vec::new();
        for attribute in all {
            if attribute.path().is_ident("weights") {
                match attribute.parse_args::<LitStr>() {
                    Ok(file) if weights.is_none() => weights = Some(file),
                    _ => self.error(attribute.span(), WEIGHTS),
                }
                continue;
            }
            if !attribute.path().is_ident("budget") {
                attributes.push(attribute);
                continue;
            }
            let read = |input: ParseStream<'_>| Ok(self.list(input, "limits", Self::limit));
            match attribute.parse_args_with(read) {
                Ok(limits) => budget.extend(limits.into_iter().flatten()),
                Err(_) => self.error(attribute.span(), LIMIT),
            }
        }
        Some((Header { attributes, budget, weights, visibility, name }, rest))
    }

    /// `parameters <= 22_000`
    fn limit(&mut self, input: ParseStream<'_>) -> syn::Result<LimitSyntax> {
        let form = |error: syn::Error| syn::Error::new(error.span(), LIMIT);
        let what: Ident = input.parse().map_err(form)?;
        input.parse::<Token![<=]>().map_err(form)?;
        let limit = self.value(input).map_err(form)?;
        let span = what.span().join(limit.span()).unwrap_or(what.span());
        Ok(LimitSyntax { what, limit, span })
    }

    /// `: [..] -> [..] { … }`
    fn rest(&mut self, input: ParseStream<'_>, declaration: &mut Declaration) -> syn::Result<()> {
        let shapes = self.shapes(input, declaration);
        let understood = shapes.is_ok();
        shapes.unwrap_or_else(|error| self.diagnostics.push(error));
        // Behind a mistake, the layers are what stands in the next braces.
        while !understood && !input.is_empty() && !input.peek(token::Brace) {
            input.parse::<TokenTree>()?;
        }
        if input.peek(token::Brace) {
            declaration.body = self.body(input, true)?;
        } else if understood {
            return Err(input.error("expected the layers in braces: `{ conv1: conv(10, kernel = 5), … }`"));
        }
        if understood && !input.is_empty() {
            self.error(input.span(), "nothing may follow the layers: one net in a `network!`");
        }
        input.parse::<TokenStream>().map(drop)
    }

    /// `: [..] -> [..]`
    fn shapes(&mut self, input: ParseStream<'_>, declaration: &mut Declaration) -> syn::Result<()> {
        let help = "expected `: [input shape] -> [output shape]` after the name, such as `: [1, 28, 28] -> [10]`";
        let expect = |found: bool| if found { Ok(()) } else { Err(input.error(help)) };
        if input.peek(Token![<]) {
            return Err(input.error("a net has no generic parameters: all its sizes are known when it is compiled"));
        }
        expect(input.peek(Token![:]))?;
        input.parse::<Token![:]>()?;
        expect(input.peek(token::Bracket))?;
        declaration.input = self.shape(input)?;
        expect(input.peek(Token![->]))?;
        input.parse::<Token![->]>()?;
        expect(input.peek(token::Bracket))?;
        declaration.output = self.shape(input)?;
        Ok(())
    }

    /// `[20, 8, 8]`; `None` where a size could not be read.
    fn shape(&mut self, input: ParseStream<'_>) -> syn::Result<Option<ShapeSyntax>> {
        let content;
        let bracket = bracketed!(content in input);
        let sizes = self.list(&content, "sizes", Self::value);
        let sizes: Option<Vec<_>> = sizes.into_iter().collect();
        Ok(sizes.map(|sizes| ShapeSyntax { sizes, span: bracket.span.join() }))
    }

    /// An expression that is not so long that it could be deep.
    fn value(&mut self, input: ParseStream<'_>) -> syn::Result<Expr> {
        nesting::check(input)?;
        // A type with generic arguments, as `custom` takes it, is not an expression.
        let fork = input.fork();
        if let Ok(path) = fork.parse::<syn::Path>()
            && (fork.is_empty() || fork.peek(Token![,]))
        {
            input.advance_to(&fork);
            return Ok(Expr::Path(syn::ExprPath { attrs: Vec::new(), qself: None, path }));
        }
        input.parse()
    }

    /// What stands between commas; `None` for what could not be read, and was reported.
    fn list<T>(
        &mut self,
        input: ParseStream<'_>,
        what: &str,
        read: impl Fn(&mut Self, ParseStream<'_>) -> syn::Result<T>,
    ) -> Vec<Option<T>> {
        let mut found = Vec::new();
        while !input.is_empty() {
            let value = read(self, input).and_then(|value| {
                if input.peek(Token![,]) {
                    input.parse::<Token![,]>()?;
                } else if begins_value(input) {
                    // What follows is read as the next one: one mistake, one error.
                    self.error(input.span(), format!("missing `,`: {what} are separated by commas"));
                } else if !input.is_empty() {
                    return Err(input.error(format!("expected `,`: {what} are separated by commas")));
                }
                Ok(value)
            });
            found.push(self.or_skip(value, input));
        }
        found
    }

    /// The value; or the mistake is reported, and reading goes on behind the next comma.
    fn or_skip<T>(&mut self, value: syn::Result<T>, input: ParseStream<'_>) -> Option<T> {
        value
            .map_err(|error| {
                self.diagnostics.push(error);
                skip(input);
            })
            .ok()
    }

    /// `{ item, … }`
    fn body(&mut self, input: ParseStream<'_>, outermost: bool) -> syn::Result<Body> {
        let content;
        let brace = braced!(content in input);
        let mut items = Vec::new();
        while !content.is_empty() {
            let item = self.item(&content, outermost);
            items.extend(self.or_skip(item, &content).unwrap_or(Some(Item::Unreadable)));
        }
        Ok(Body { items, span: brace.span.join() })
    }

    /// A layer or a branch, with the comma behind it; or `None` for what is not an item but belongs to the declaration.
    fn item(&mut self, input: ParseStream<'_>, outermost: bool) -> syn::Result<Option<Item>> {
        let docs = self.docs(input)?;
        if let Some(last) = docs.last().filter(|_| input.is_empty()) {
            let message = "a comment with three slashes documents the layer that follows, but none does";
            return Err(syn::Error::new(last.span(), message));
        }
        if input.peek(Token![const]) {
            self.at_home(
                input,
                outermost,
                "constants hold for the whole declaration, and stand in its outermost braces",
            );
            return self.constant(input).map(|()| None);
        }
        if starts_block(input) {
            self.at_home(input, outermost, "blocks hold for the whole declaration, and stand in its outermost braces");
            return self.block(input).map(|()| None);
        }
        let (item, text) = if input.peek(token::Brace) {
            (Item::Branch(self.body(input, false)?), "{ … }".to_owned())
        } else {
            let mut layer = self.layer(input)?;
            layer.docs = docs;
            let text = layer.text();
            (Item::Layer(layer), text)
        };
        self.end_of_item(input, &text)?;
        Ok(Some(item))
    }

    fn at_home(&mut self, input: ParseStream<'_>, outermost: bool, message: &str) {
        if !outermost {
            self.error(input.span(), message);
        }
    }

    /// Doc comments; other attributes are reported.
    fn docs(&mut self, input: ParseStream<'_>) -> syn::Result<Vec<Attribute>> {
        let mut docs = attributes(input)?;
        docs.retain(|attribute| {
            let doc = matches!(&attribute.meta, syn::Meta::NameValue(meta) if meta.path.is_ident("doc"));
            if !doc {
                let message = "only doc comments may stand on a layer; other attributes go on the struct";
                self.diagnostics.error(attribute.path().span(), message);
            }
            doc
        });
        Ok(docs)
    }

    /// What must stand between an item and the next.
    fn end_of_item(&mut self, input: ParseStream<'_>, text: &str) -> syn::Result<()> {
        if input.is_empty() {
            return Ok(());
        }
        if input.peek(Token![,]) {
            return input.parse::<Token![,]>().map(drop);
        }
        if input.peek(Token![;]) {
            self.error(input.span(), format!("`,` follows `{text}`, not `;`"));
            return input.parse::<Token![;]>().map(drop);
        }
        if begins_item(input) {
            // What follows is read as the next item: one mistake, one error.
            self.error(input.span(), format!("missing `,` after `{text}`"));
            return Ok(());
        }
        if input.peek(Token![=>]) {
            return Err(input.error("a shape is stated with `->`, such as `-> [10, 24, 24]`"));
        }
        Err(input.error(format!("expected `,` after `{text}`")))
    }

    /// `const NAME: usize = value;`
    fn constant(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        let form = |error: syn::Error| syn::Error::new(error.span(), format!("{error}: {CONSTANT}"));
        input.parse::<Token![const]>()?;
        let name = input.parse().map_err(form)?;
        // It is known from here on, so that its uses are right.
        self.constants.push(Constant { name, value: None });
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            nesting::check(input)?;
            input.parse::<syn::Type>().map_err(form)?;
        }
        input.parse::<Token![=]>().map_err(form)?;
        let value = self.value(input).map_err(form)?;
        if let Some(constant) = self.constants.last_mut() {
            constant.value = Some(value);
        }
        if input.peek(Token![;]) {
            return input.parse::<Token![;]>().map(drop);
        }
        let (at, found) = (input.span(), input.peek(Token![,]));
        self.error(at, "a constant ends with `;`, such as `const NAME: usize = 3;`");
        if found { input.parse::<Token![,]>().map(drop) } else { Ok(()) }
    }

    /// `block name(parameter, parameter = default) { item, … }`
    fn block(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        input.parse::<Ident>()?;
        let name: Ident = input.parse()?;
        let mut block = BlockSyntax { name, parameters: Some(Vec::new()), body: None };
        if input.peek(token::Paren) {
            let content;
            parenthesized!(content in input);
            block.parameters = self.list(&content, "parameters", Self::parameter).into_iter().collect();
        }
        let braces = input.peek(token::Brace);
        if braces {
            block.body = Some(self.body(input, false)?);
        }
        // It is known, so that its uses are right.
        let name = block.name.clone();
        self.blocks.push(block);
        if !braces {
            return Err(input.error(format!("expected the layers of `{name}` in braces: {BLOCK}")));
        }
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
        Ok(())
    }

    /// `name` or `name = default`
    fn parameter(&mut self, input: ParseStream<'_>) -> syn::Result<ParameterSyntax> {
        let name = input.parse().map_err(|error: syn::Error| {
            syn::Error::new(error.span(), format!("expected the name of a parameter: {BLOCK}"))
        })?;
        if input.peek(Token![:]) {
            let what = format!("`{name}` needs no type: {BLOCK}");
            return Err(input.error(what));
        }
        let mut default = None;
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            default = Some(self.value(input)?);
        }
        Ok(ParameterSyntax { name, default })
    }

    /// `[key:] kind[(arguments)] [{ item, … }] [-> shape]`
    fn layer(&mut self, input: ParseStream<'_>) -> syn::Result<LayerSyntax> {
        let first = layer_name(input)?;
        if input.peek(Token![::]) {
            return Err(syn::Error::new(first.span(), "a layer is one word, not a path"));
        }
        let (key, kind) = if self.key_follows(input, &first)? {
            let kind = input.parse().map_err(|error: syn::Error| {
                let what = format!("expected a layer after `{first}:`, such as `{first}: linear(10)`");
                syn::Error::new(error.span(), what)
            })?;
            (Some(first), kind)
        } else {
            (None, first)
        };
        if input.peek(token::Bracket) {
            return Err(input.error(format!("the arguments of a layer stand in parentheses: `{kind}(…)`")));
        }
        let arguments = if input.peek(token::Paren) { self.arguments(input)? } else { Vec::new() };
        let body = if input.peek(token::Brace) { Some(self.body(input, false)?) } else { None };
        let shape = if input.peek(Token![->]) { self.stated(input)? } else { Stated::Nothing };
        Ok(LayerSyntax { docs: Vec::new(), key, kind, arguments, body, shape })
    }

    /// Whether a word is the key of a layer that follows. Reports what else than `:` stands between them.
    fn key_follows(&mut self, input: ParseStream<'_>, first: &Ident) -> syn::Result<bool> {
        if input.peek(Token![:]) {
            input.parse::<Token![:]>()?;
            return Ok(true);
        }
        let name = first.unraw();
        if input.peek(Token![=]) && !input.peek(Token![==]) && !input.peek(Token![=>]) {
            self.error(input.span(), format!("the name of a layer is followed by `:`, not `=`: `{name}: conv(…)`"));
            input.parse::<Token![=]>()?;
            return Ok(true);
        }
        if input.peek(syn::Ident) && !(self.is_layer)(&name.to_string()) && !self.is_block(&name) {
            let message = format!("missing `:` after the name `{name}`, or `,` if it is a layer");
            self.error(input.span(), message);
            return Ok(true);
        }
        Ok(false)
    }

    fn is_block(&self, name: &Ident) -> bool {
        self.blocks.iter().any(|block| block.name.unraw() == *name)
    }

    /// `-> [10, 24, 24]`
    fn stated(&mut self, input: ParseStream<'_>) -> syn::Result<Stated> {
        input.parse::<Token![->]>()?;
        if !input.peek(token::Bracket) {
            let message = "a shape stands in brackets, such as `-> [10]` or `-> [10, 24, 24]`";
            self.error(input.span(), message);
            while !(input.is_empty() || input.peek(Token![,]) || input.peek(Token![;])) {
                input.parse::<TokenTree>()?;
            }
            return Ok(Stated::Unreadable);
        }
        Ok(self.shape(input)?.map_or(Stated::Unreadable, Stated::Shape))
    }

    /// `(argument, …)`
    fn arguments(&mut self, input: ParseStream<'_>) -> syn::Result<Vec<ArgumentSyntax>> {
        let content;
        let parenthesis = parenthesized!(content in input);
        let unreadable = || ArgumentSyntax { name: None, value: ArgumentValue::Unreadable(parenthesis.span.join()) };
        let arguments = self.list(&content, "arguments", Self::argument);
        Ok(arguments.into_iter().map(|argument| argument.unwrap_or_else(unreadable)).collect())
    }

    /// `value` or `name = value`
    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<ArgumentSyntax> {
        let mut name = None;
        if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) && !input.peek2(Token![=>]) {
            name = Some(input.parse::<Ident>()?);
            input.parse::<Token![=]>()?;
        } else if input.peek(syn::Ident)
            && (input.peek2(Token![:]) && !input.peek2(Token![::]) || input.peek2(Token![==]))
        {
            let word = input.parse::<Ident>()?;
            self.error(input.span(), format!("an argument is given with `=`: `{word} = …`"));
            match input.peek(Token![:]) {
                true => input.parse::<Token![:]>().map(drop)?,
                false => input.parse::<Token![==]>().map(drop)?,
            }
            name = Some(word);
        }
        if input.peek(token::Brace) {
            return Ok(ArgumentSyntax { name, value: ArgumentValue::Body(self.body(input, false)?) });
        }
        let at = input.span();
        if let Some(word) = name.as_ref().filter(|_| input.is_empty() || input.peek(Token![,])) {
            self.error(word.span(), format!("`{word}` needs a value: `{word} = …`"));
            return Ok(ArgumentSyntax { name, value: ArgumentValue::Unreadable(at) });
        }
        let value = match self.value(input) {
            Ok(value) => ArgumentValue::Expr(Box::new(value)),
            Err(error) => {
                let what = name.as_ref().map_or("an argument".to_owned(), |name| format!("the value of `{name}`"));
                self.error(error.span(), format!("cannot read {what}: {error}"));
                while !(input.is_empty() || input.peek(Token![,])) {
                    input.parse::<TokenTree>()?;
                }
                ArgumentValue::Unreadable(at)
            }
        };
        Ok(ArgumentSyntax { name, value })
    }
}

/// The word that a layer begins with.
fn layer_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        return Err(input.error("the name of a layer is a word without quotes: `conv1: conv(10, kernel = 5)`"));
    }
    input.parse().map_err(|error: syn::Error| {
        let why = match input.cursor().ident() {
            Some((word, _)) => format!("{LAYER}; `{word}` is a keyword of Rust and cannot be a layer's name"),
            None => LAYER.to_owned(),
        };
        syn::Error::new(error.span(), why)
    })
}

/// `#[…]`, any number of them.
fn attributes(input: ParseStream<'_>) -> syn::Result<Vec<Attribute>> {
    nesting::check_attributes(input)?;
    input.call(Attribute::parse_outer)
}

/// Whether `block name` follows, which no layer begins with.
fn starts_block(input: ParseStream<'_>) -> bool {
    input.cursor().ident().is_some_and(|(word, after)| word == "block" && after.ident().is_some())
}

fn begins_item(input: ParseStream<'_>) -> bool {
    input.peek(syn::Ident) || input.peek(Token![const]) || input.peek(token::Brace) || input.peek(Token![#])
}

fn begins_value(input: ParseStream<'_>) -> bool {
    input.peek(syn::Ident) || input.peek(syn::Lit) || input.peek(token::Paren)
}

/// Goes to behind the next comma or semicolon.
fn skip(input: ParseStream<'_>) {
    while let Ok(token) = input.parse::<TokenTree>() {
        if matches!(&token, TokenTree::Punct(p) if matches!(p.as_char(), ',' | ';')) {
            break;
        }
    }
}
