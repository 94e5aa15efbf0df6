//! The declaration as written, with its spans. Knows no layer.

use std::borrow::Cow;

use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, LitStr, Visibility};

/// `#[…] pub struct Name: [..] -> [..] { … }`
pub(crate) struct Declaration {
    /// Those that are passed on.
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) budget: Vec<LimitSyntax>,
    /// The file that weights are baked from.
    pub(crate) weights: Option<LitStr>,
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
    /// `None` where it could not be read.
    pub(crate) value: Option<Expr>,
}

/// `block name(parameter, parameter = default) { item, … }`
pub(crate) struct BlockSyntax {
    pub(crate) name: Ident,
    /// `None` where they could not be read.
    pub(crate) parameters: Option<Vec<ParameterSyntax>>,
    /// `None` where they could not be read.
    pub(crate) body: Option<Body>,
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
    /// The shape that is stated behind it.
    pub(crate) shape: Stated,
}

/// `-> shape` behind a layer.
pub(crate) enum Stated {
    Nothing,
    Shape(ShapeSyntax),
    /// A mistake, already reported.
    Unreadable,
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
    /// A mistake, already reported.
    Unreadable(Span),
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

impl ArgumentSyntax {
    /// The argument as written.
    pub(crate) fn text(&self) -> String {
        self.text_with(|_| None)
    }

    fn text_with(&self, shown: impl Fn(&Expr) -> Option<String>) -> String {
        let value = match &self.value {
            ArgumentValue::Expr(value) => shown(value).unwrap_or_else(|| text(value)),
            ArgumentValue::Body(_) => "{ … }".to_owned(),
            ArgumentValue::Unreadable(_) => "…".to_owned(),
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
            Self::Unreadable(span) => *span,
        }
    }
}

/// What a name is, whether it is written as a raw identifier or not.
pub(crate) fn word(name: &Ident) -> String {
    name.unraw().to_string()
}

/// How a name is written: `r#match`, for one that is a keyword. `true` and `false` are values.
pub(crate) fn written(name: &str) -> Cow<'_, str> {
    let is_name = |text: &str| syn::parse_str::<Ident>(text).is_ok();
    let raw = format!("r#{name}");
    let as_it_is = is_name(name) || !is_name(&raw) || matches!(name, "true" | "false");
    if as_it_is { name.into() } else { raw.into() }
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
                        c @ ('+' | '-' | '*' | '/' | '%' | '=') if !unary && p.spacing() == Spacing::Alone => {
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
