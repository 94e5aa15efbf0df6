//! Values of a declaration: numbers, words, pairs, and arithmetic on constants.

use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{BinOp, Expr, Lit, UnOp};

use crate::diagnostics::{guess, nearest};
use crate::syntax;

/// No size is larger: so that what is computed of a few of them is a number too.
pub(super) const MOST: usize = 1 << 30;

/// Suffixes of whole numbers, which change nothing here.
const SUFFIXES: &[&str] = &["", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];

/// A value of the declaration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Int(i128),
    Float(f64),
    Bool(bool),
    Word(Word),
    Pair(Box<Value>, Box<Value>),
    /// That of a constant that is a mistake, already reported.
    Unknown,
}

/// A word, and where it stands: one that reaches a layer through a block is wrong where the block is used.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(super) text: String,
    pub(crate) at: Span,
}

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Word {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Value {
    /// Whether it is this word.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if **found == *word)
    }

    pub(super) fn unknown(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Pair(a, b) => a.unknown() || b.unknown(),
            _ => false,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Int(n) => Some(*n as f64),
            Self::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// The first word in it.
    pub(super) fn stranger(&self) -> Option<&Word> {
        match self {
            Self::Word(word) => Some(word),
            Self::Pair(a, b) => a.stranger().or_else(|| b.stranger()),
            _ => None,
        }
    }

    /// A size: a whole number that is no smaller than `least` and not absurd.
    pub(super) fn size(&self, least: usize) -> Option<usize> {
        match self {
            Self::Int(n) => usize::try_from(*n).ok().filter(|n| (least..=MOST).contains(n)),
            _ => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(n) => n.fmt(f),
            Self::Float(x) => x.fmt(f),
            Self::Bool(b) => b.fmt(f),
            Self::Word(word) => f.write_str(&syntax::written(word)),
            Self::Pair(a, b) => write!(f, "({a}, {b})"),
            Self::Unknown => f.write_str("?"),
        }
    }
}

/// The constants of a declaration.
pub(crate) type Constants = HashMap<String, Value>;

/// The value of an expression.
pub(crate) fn evaluate(value: &Expr, constants: &Constants) -> syn::Result<Value> {
    let unsupported = |what: &str| Err(syn::Error::new(value.span(), what));
    match value {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(n) => match n.base10_parse() {
                Ok(value) if SUFFIXES.contains(&n.suffix()) => Ok(Value::Int(value)),
                Ok(_) => unsupported(&format!("`{n}` is not a number; sizes have no unit")),
                Err(_) => unsupported(&format!("`{n}` is too large")),
            },
            Lit::Float(x) if !["", "f32", "f64"].contains(&x.suffix()) => {
                unsupported(&format!("`{x}` is not a number; numbers have no unit"))
            }
            Lit::Float(x) => Ok(Value::Float(x.base10_parse()?)),
            Lit::Bool(b) => Ok(Value::Bool(b.value)),
            Lit::Str(word) => unsupported(&format!("words have no quotes here: `{}`", word.value())),
            _ => unsupported("expected a number, `true`, `false` or a word"),
        },
        Expr::Paren(inner) => evaluate(&inner.expr, constants),
        Expr::Group(inner) => evaluate(&inner.expr, constants),
        Expr::Tuple(pair) => match pair.elems.iter().collect::<Vec<_>>()[..] {
            [a, b] => Ok(Value::Pair(Box::new(evaluate(a, constants)?), Box::new(evaluate(b, constants)?))),
            _ => unsupported("a pair is written `(height, width)`"),
        },
        Expr::Array(_) => unsupported("a pair stands in parentheses: `(height, width)`"),
        Expr::Path(path) => match path.path.get_ident() {
            Some(word) => {
                let (text, at) = (syntax::word(word), word.span());
                Ok(constants.get(&text).cloned().unwrap_or(Value::Word(Word { text, at })))
            }
            None => Ok(Value::Word(Word { text: syntax::text(value), at: value.span() })),
        },
        Expr::Unary(unary) if matches!(unary.op, UnOp::Neg(_)) => match evaluate(&unary.expr, constants)? {
            Value::Int(n) => {
                n.checked_neg().map_or_else(|| unsupported("the number is too large"), |n| Ok(Value::Int(n)))
            }
            Value::Float(x) => Ok(Value::Float(-x)),
            Value::Unknown => Ok(Value::Unknown),
            Value::Word(word) => Err(outside(&word, constants)),
            other => unsupported(&format!("cannot negate `{other}`")),
        },
        Expr::Binary(binary) => {
            let a = evaluate(&binary.left, constants)?;
            let b = evaluate(&binary.right, constants)?;
            if let Some(word) = a.stranger().or(b.stranger()) {
                return Err(outside(word, constants));
            }
            arithmetic(&binary.op, &a, &b).map_err(|why| syn::Error::new(value.span(), why))
        }
        _ => unsupported("expected a number, a word, a pair `(height, width)` or arithmetic on numbers"),
    }
}

/// Reports a name that the macro cannot look up.
pub(crate) fn outside(word: &Word, constants: &Constants) -> syn::Error {
    syn::Error::new(word.at, not_a_constant(word, constants))
}

pub(super) fn not_a_constant(name: &str, constants: &Constants) -> String {
    if let near @ Some(_) = nearest(name, constants.keys().map(String::as_str)) {
        return format!("`{}` is not a constant of this declaration{}", syntax::written(name), guess(near));
    }
    let (name, local) = (syntax::written(name), syntax::written(name.rsplit("::").next().unwrap_or(name).trim()));
    format!(
        "`{name}` is not a constant of this declaration, and a macro cannot read others\n\
         help: add `const {local}: usize = …;` at the top of the outermost braces"
    )
}

fn arithmetic(op: &BinOp, a: &Value, b: &Value) -> Result<Value, String> {
    if a.unknown() || b.unknown() {
        return Ok(Value::Unknown);
    }
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        let result = match op {
            BinOp::Add(_) => a.checked_add(*b),
            BinOp::Sub(_) => a.checked_sub(*b),
            BinOp::Mul(_) => a.checked_mul(*b),
            BinOp::Div(_) | BinOp::Rem(_) if *b == 0 => return Err("division by zero".to_owned()),
            BinOp::Div(_) => a.checked_div(*b),
            BinOp::Rem(_) => a.checked_rem(*b),
            _ => return Err("only + - * / % are known here".to_owned()),
        };
        return result.map(Value::Int).ok_or("the number is too large".to_owned());
    }
    let (Some(x), Some(y)) = (a.number(), b.number()) else {
        return Err(format!("arithmetic needs numbers, not `{a}` and `{b}`"));
    };
    Ok(Value::Float(match op {
        BinOp::Add(_) => x + y,
        BinOp::Sub(_) => x - y,
        BinOp::Mul(_) => x * y,
        BinOp::Div(_) => x / y,
        BinOp::Rem(_) => x % y,
        _ => return Err("only + - * / % are known here".to_owned()),
    }))
}
