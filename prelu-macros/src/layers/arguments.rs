//! A layer's arguments: evaluated, checked one by one, and complained of at the right token.

use std::collections::BTreeMap;
use std::fmt;

use proc_macro2::Span;
use syn::Expr;
use syn::ext::IdentExt;

use super::values::{Constants, MOST, Value, evaluate, not_a_constant};
use super::window::Padding;
use super::{Parameters, WeightInit};
use crate::diagnostics::{Diagnostics, did_you_mean, guess, nearest};
use crate::path::Path;
use crate::shape::Shape;
use crate::syntax::{ArgumentValue, Item, LayerSyntax, Stated, word, written};

/// The argument of every layer that has parameters.
const FREEZE: &str = "freeze";

/// One layer's arguments, while they are checked. The getters report what is wrong and give `None`.
pub(crate) struct Arguments<'a> {
    takes: Takes<'a>,
    syntax: &'a LayerSyntax,
    values: Vec<Given>,
    /// Arguments that were given, but with a mistake, already reported.
    refused: Vec<String>,
    /// The layer's key, for messages.
    key: &'a str,
    /// The input's shape; `None` where a mistake before leaves it unknown.
    input: Option<&'a Shape>,
    net_input: &'a Shape,
    /// The layer, with the values of constants.
    text: &'a str,
    /// The layers before, as lines of a message.
    trail: &'a [String],
    /// The slopes of earlier prelus, by key; those of the inner braces last.
    slopes: &'a [&'a BTreeMap<String, Slopes>],
    /// The stated shape of the output.
    stated: Option<Shape>,
    constants: &'a Constants,
    diagnostics: &'a mut Diagnostics,
    failed: bool,
}

struct Given {
    name: String,
    value: Value,
    span: Span,
}

impl Given {
    /// Where its word stands, or the value.
    fn at(&self) -> Span {
        if let Value::Word(word) = &self.value { word.at } else { self.span }
    }
}

/// What arguments a layer takes.
#[derive(Clone, Copy)]
pub(crate) struct Takes<'a> {
    /// The layer's name.
    pub(crate) kind: &'a str,
    /// The names of its arguments.
    pub(crate) names: &'a [&'a str],
    /// How many of the first may go without their names.
    pub(crate) unnamed: usize,
}

/// The slopes of a prelu that a later one may be tied to.
#[derive(Clone)]
pub(crate) struct Slopes {
    pub(crate) path: Path,
    pub(crate) shape: Vec<usize>,
    pub(crate) frozen: bool,
}

/// What [`Arguments`] knows of the layer's surroundings.
pub(crate) struct Surroundings<'a> {
    pub(crate) key: &'a str,
    /// `None` where a mistake before leaves it unknown: then nothing is said of how the layer fits.
    pub(crate) input: Option<&'a Shape>,
    /// The shape that the net receives.
    pub(crate) net_input: &'a Shape,
    /// The layer as written, but with the values of constants.
    pub(crate) text: &'a str,
    pub(crate) trail: &'a [String],
    pub(crate) slopes: &'a [&'a BTreeMap<String, Slopes>],
    pub(crate) constants: &'a Constants,
}

impl<'a> Arguments<'a> {
    /// Evaluates the arguments and matches them with the names that the layer knows.
    pub(crate) fn new(
        takes: Takes<'a>,
        syntax: &'a LayerSyntax,
        around: &Surroundings<'a>,
        diagnostics: &'a mut Diagnostics,
    ) -> Self {
        let mut this = Self {
            takes,
            syntax,
            values: Vec::new(),
            refused: Vec::new(),
            key: around.key,
            input: around.input,
            net_input: around.net_input,
            text: around.text,
            trail: around.trail,
            slopes: around.slopes,
            stated: None,
            constants: around.constants,
            diagnostics,
            failed: false,
        };
        let mut superfluous = false;
        for (index, argument) in syntax.arguments.iter().enumerate() {
            let (name, at) = match &argument.name {
                Some(name) => (word(name), name.span()),
                // A word of its own, which every layer with parameters knows.
                None if argument.text().trim_start_matches("r#") == FREEZE => {
                    this.values.push(Given {
                        name: FREEZE.to_owned(),
                        value: Value::Bool(true),
                        span: argument.span(),
                    });
                    continue;
                }
                None if index < takes.unnamed.min(takes.names.len()) => {
                    (takes.names[index].to_owned(), argument.span())
                }
                None => {
                    let text = argument.text();
                    let message = match nearest(&text, [FREEZE]) {
                        Some(freeze) => format!("unknown argument `{text}`; did you mean `{freeze}`?"),
                        None => this.unnamed(&text),
                    };
                    // What is wrong with the first of them is wrong with the others.
                    if !superfluous {
                        this.fail(argument.span(), message);
                    }
                    superfluous = true;
                    continue;
                }
            };
            if !takes.names.contains(&name.as_str()) && name != FREEZE {
                this.unknown(&name, at);
                continue;
            }
            if this.given(&name) {
                this.fail(argument.span(), format!("`{}` is given twice", written(&name)));
                continue;
            }
            match &argument.value {
                ArgumentValue::Expr(value) => match evaluate(value, around.constants) {
                    Ok(value) if !value.unknown() => {
                        this.values.push(Given { name, value, span: argument.value.span() });
                        continue;
                    }
                    Ok(_) => {}
                    Err(error) => this.refuse(error),
                },
                // What is not even layers was reported when it was read.
                ArgumentValue::Body(body) if body.items.iter().any(|item| matches!(item, Item::Unreadable)) => {}
                ArgumentValue::Body(body) => this.fail(body.span, format!("`{name}` cannot be layers in braces")),
                ArgumentValue::Unreadable(_) => {}
            }
            this.failed = true;
            this.refused.push(name);
        }
        this
    }

    /// Reports an argument that the layer does not take. What it may have meant counts as given.
    fn unknown(&mut self, name: &str, at: Span) {
        let Takes { kind, names, .. } = self.takes;
        let near = nearest(name, names.iter().copied().chain([FREEZE]));
        let known = match names {
            [] => format!("`{kind}` takes no argument"),
            names => format!("`{kind}` takes {}", list(names)),
        };
        self.fail(at, format!("unknown argument `{}`{}\nhelp: {known}", written(name), guess(near)));
        self.refused.extend(near.map(str::to_owned));
    }

    /// What to say of an argument that needs a name.
    fn unnamed(&self, given: &str) -> String {
        let Takes { kind, names, unnamed } = self.takes;
        let unnamed_given = self.syntax.arguments.iter().filter(|argument| argument.name.is_none()).count();
        let free =
            |name: &&&str| !self.syntax.arguments.iter().any(|a| a.name.as_ref().is_some_and(|n| n.unraw() == **name));
        match names {
            [] => format!("`{kind}` takes no argument; remove `{given}`"),
            [one] => format!("`{kind}` takes one argument, `{one}`; remove `{given}`"),
            names if unnamed >= names.len() => format!("`{kind}` takes {}; remove `{given}`", list(names)),
            [first, others @ ..] => match others.iter().find(free) {
                None => format!("`{kind}` takes one unnamed argument, `{first}`; remove `{given}`"),
                // More than one, or a flag: what was meant is the size of the input.
                Some(next) if *next == "bias" || unnamed_given > 2 => format!(
                    "only `{first}` goes without its name\n\
                     help: what `{kind}` receives is known from the layer before; other arguments have names, such as `{next} = …`"
                ),
                Some(next) => format!(
                    "only `{first}` goes without its name, and it comes first\nhelp: name the others, such as `{next} = {given}`"
                ),
            },
        }
    }

    /// Whether the layer's parameters are to stay as they are: `freeze`.
    pub(crate) fn frozen(&mut self, parameters: Option<&Parameters>) -> Option<bool> {
        let frozen = self.flag(FREEZE, false)?;
        match parameters {
            Some(Parameters::Own { .. }) => Some(frozen),
            Some(Parameters::Tied(owner)) => {
                if self.given(FREEZE) {
                    let what = "tied slopes are frozen where they are declared";
                    self.wrong(FREEZE, what, "", &format!("freeze `{owner}`"));
                    return None;
                }
                let mut slopes = self.slopes.iter().flat_map(|scope| scope.values());
                Some(slopes.any(|slopes| slopes.path == *owner && slopes.frozen))
            }
            None if self.given(FREEZE) => {
                let kind = self.takes.kind;
                self.wrong(FREEZE, format!("`{kind}` has no parameters that could be frozen"), "", "remove `freeze`");
                None
            }
            None => Some(false),
        }
    }

    /// Takes note of the stated shape of the output.
    pub(crate) fn state(&mut self, stated: Option<&Shape>) {
        self.stated = stated.cloned();
    }

    /// The stated shape of the output, for a layer whose shape only its author knows.
    pub(crate) fn stated(&mut self) -> Option<Shape> {
        // One that was written but could not be read is one mistake already.
        if matches!(self.syntax.shape, Stated::Nothing) && !self.failed {
            let text = self.text();
            let message =
                format!("`{}` needs the shape of its output behind it: `{text} -> [16, 8, 8]`", self.takes.kind);
            self.fail(self.syntax.kind.span(), message);
        }
        self.stated.clone()
    }

    /// The name of a type that must be given first.
    pub(crate) fn path(&mut self, what: &str) -> Option<syn::Path> {
        let path = self.syntax.arguments.first().and_then(|argument| match &argument.value {
            ArgumentValue::Expr(value) => match &**value {
                Expr::Path(path) => Some(path.path.clone()),
                _ => None,
            },
            ArgumentValue::Body(_) | ArgumentValue::Unreadable(_) => None,
        });
        match path {
            Some(path) => Some(path),
            None => {
                let message = format!("`{}` needs {what}", self.takes.kind);
                self.fail(self.syntax.kind.span(), message);
                None
            }
        }
    }

    /// Whether a mistake was found so far.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    fn fail(&mut self, at: Span, message: String) {
        self.failed = true;
        self.diagnostics.error(at, format!("in `{}`: {message}", self.key));
    }

    /// Takes note of a mistake that was found elsewhere.
    pub(crate) fn refuse(&mut self, error: syn::Error) {
        self.failed = true;
        self.diagnostics.push(error);
    }

    /// The layer as written, without its key.
    pub(crate) fn text(&self) -> String {
        self.syntax.text()
    }

    /// The name of the positional argument.
    pub(crate) fn positional(&self) -> &'a str {
        self.takes.names.first().copied().unwrap_or("")
    }

    pub(crate) fn given(&self, name: &str) -> bool {
        self.values.iter().any(|given| given.name == name) || self.refused.iter().any(|refused| refused == name)
    }

    /// An argument, if it is given; `None` where it is with a mistake.
    fn look_up(&self, name: &str) -> Option<Option<&Given>> {
        match self.refused.iter().any(|refused| refused == name) {
            true => None,
            false => Some(self.find(name)),
        }
    }

    fn find(&self, name: &str) -> Option<&Given> {
        self.values.iter().find(|given| given.name == name)
    }

    /// Reports that an argument is wrong here: what is wrong, why, and the fix, with the shapes and layers that led here.
    pub(crate) fn wrong(&mut self, argument: &str, what: impl fmt::Display, why: &str, help: &str) {
        let at = self.find(argument).map_or(self.syntax.kind.span(), |given| given.span);
        self.report(at, &what.to_string(), why, help);
    }

    fn report(&mut self, at: Span, what: &str, why: &str, help: &str) {
        self.failed = true;
        let mut message = match self.input {
            Some(input) => format!("{what}: `{}` receives {input}", self.key),
            None => format!("in `{}`: {what}", self.key),
        };
        if !why.is_empty() {
            message += &format!(", and {why}");
        }
        if let Some(input) = self.input {
            message += &trail(self.trail);
            message += &format!("\n  {}: {}  {input} -> ?", self.key, self.text);
        }
        message += &format!("\nhelp: {help}");
        self.diagnostics.error(at, message);
    }

    /// Whether the input is `[channels, time]`: an image of one row, in whose arguments a pair has no place.
    pub(crate) fn is_line(&self) -> bool {
        self.input.is_some_and(|input| input.0.len() == 2)
    }

    /// The input as an image; of `[channels, time]`, one of one row.
    pub(crate) fn image(&mut self, input: &Shape) -> Option<[usize; 3]> {
        self.input?;
        let image = input.image();
        if image.is_none() {
            let kind = self.takes.kind;
            let help = if self.net_input.image().is_some() {
                format!("put `{kind}` before the first `linear` or `flatten`")
            } else {
                "declare the input as `[channels, height, width]` or `[channels, time]`".to_owned()
            };
            self.report(
                self.syntax.kind.span(),
                &format!("`{kind}` needs an image"),
                "that is neither [channels, height, width] nor [channels, time]",
                &help,
            );
        }
        image
    }

    /// Reports a tensor whose elements cannot be counted.
    pub(crate) fn fits(&mut self, sizes: &[usize]) -> Option<()> {
        let elements = Shape(sizes.to_vec()).checked_elements().filter(|&n| n <= 1 << 40);
        if elements.is_none() {
            let what = format!("{} is more than memory can hold", Shape(sizes.to_vec()));
            self.report(self.syntax.kind.span(), &what, "", "make it smaller");
        }
        elements.map(drop)
    }

    /// Any value.
    pub(crate) fn value(&mut self, name: &str) -> Option<Option<Value>> {
        Some(self.look_up(name)?.map(|given| given.value.clone()))
    }

    /// Reads an argument with `read`, or reports that it is not `what`.
    fn read<T>(&mut self, name: &str, what: &str, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
        let Some(given) = self.look_up(name)? else { return Some(None) };
        match read(&given.value) {
            Some(value) => Some(Some(value)),
            None => {
                let (at, message) = match (given.value.stranger(), &given.value) {
                    (Some(word), _) => (word.at, not_a_constant(word, self.constants)),
                    (_, Value::Int(n)) if *n > MOST as i128 => {
                        (given.span, format!("`{name} = {n}` is more than memory can hold"))
                    }
                    (_, value) => (given.span, format!("`{name}` must be {what}, not `{value}`")),
                };
                self.fail(at, message);
                None
            }
        }
    }

    /// Reports an argument that must be given.
    pub(crate) fn missing<T>(&mut self, name: &str, help: &str) -> Option<T> {
        // An argument that was written but could not be read is one mistake already.
        if !self.failed {
            let kind = self.takes.kind;
            self.fail(self.syntax.kind.span(), format!("`{kind}` needs `{}`: {help}", written(name)));
        }
        None
    }

    /// A whole number of at least 1 that must be given.
    pub(crate) fn required(&mut self, name: &str, help: &str) -> Option<usize> {
        match self.read(name, "a whole number of at least 1", |v| v.size(1))? {
            Some(n) => Some(n),
            None => self.missing(name, help),
        }
    }

    /// A whole number of at least 1.
    pub(crate) fn count(&mut self, name: &str, default: usize) -> Option<usize> {
        self.least(name, 1, default)
    }

    /// A whole number of at least `least`.
    pub(crate) fn least(&mut self, name: &str, least: usize, default: usize) -> Option<usize> {
        let what = format!("a whole number of at least {least}");
        Some(self.read(name, &what, |v| v.size(least))?.unwrap_or(default))
    }

    /// (height, width), each at least 1, which must be given.
    pub(crate) fn required_pair(&mut self, name: &str, help: &str) -> Option<[usize; 2]> {
        let (what, line) = (self.pair_of(1), self.is_line());
        self.no_pair_on_a_line(name)?;
        match self.read(name, &what, |v| pair(v, 1, line))? {
            Some(pair) => Some(pair),
            None => self.missing(name, help),
        }
    }

    /// (height, width), each at least `least`.
    pub(crate) fn pair(&mut self, name: &str, default: [usize; 2], least: usize) -> Option<[usize; 2]> {
        let (what, line) = (self.pair_of(least), self.is_line());
        self.no_pair_on_a_line(name)?;
        Some(self.read(name, &what, |v| pair(v, least, line))?.unwrap_or(default))
    }

    /// Reports a word that is nearly one of those that would be right.
    fn no_near_word(&mut self, name: &str, words: &[&str]) -> Option<()> {
        let Some(Value::Word(word)) = self.value(name)? else { return Some(()) };
        match nearest(&word, words.iter().copied()).filter(|near| **near != *word) {
            None => Some(()),
            near => {
                self.fail(word.at, format!("`{name} = {}`{}", &*word, guess(near)));
                None
            }
        }
    }

    /// Reports a pair where the input has no height.
    fn no_pair_on_a_line(&mut self, name: &str) -> Option<()> {
        let Some(Value::Pair(_, b)) = self.value(name)?.filter(|_| self.is_line()) else { return Some(()) };
        let why = "that is channels and time";
        self.wrong(name, format!("`{name}` is a pair"), why, &format!("one number slides along time: `{name} = {b}`"));
        None
    }

    /// What a pair must be.
    fn pair_of(&self, least: usize) -> String {
        match self.is_line() {
            true => format!("a whole number of at least {least}"),
            false => format!("a whole number of at least {least}, or a pair of them"),
        }
    }

    /// Padding: a number, a pair, or `same`.
    pub(crate) fn padding(&mut self) -> Option<Padding> {
        let line = self.is_line();
        let read = |v: &Value| match v {
            v if v.is_word("same") => Some(Padding::Same),
            v => pair(v, 0, line).map(Padding::Pair),
        };
        self.no_pair_on_a_line("padding")?;
        self.no_near_word("padding", &["same"])?;
        let what = if line { "a whole number or `same`" } else { "a whole number, a pair of them, or `same`" };
        Some(self.read("padding", what, read)?.unwrap_or(Padding::Pair([0, 0])))
    }

    /// What `init` says of weights.
    pub(crate) fn weight_init(&mut self) -> Option<WeightInit> {
        let Some(given) = self.look_up("init")? else { return Some(WeightInit::Default) };
        let words = ["he", "lecun", "zeros"];
        let (value, span) = (given.value.clone(), given.at());
        match &value {
            value if value.is_word("he") => Some(WeightInit::He),
            value if value.is_word("lecun") => Some(WeightInit::Lecun),
            value if value.is_word("zeros") => Some(WeightInit::Value(0.0)),
            value => match value.number().filter(|x| (*x as f32).is_finite()) {
                Some(value) => Some(WeightInit::Value(value)),
                None => {
                    let guess = did_you_mean(&value.to_string(), words);
                    let message = format!("`init` must be {}, or a number, not `{value}`{guess}", list_or(&words));
                    self.fail(span, message);
                    None
                }
            },
        }
    }

    /// A finite number.
    pub(crate) fn float(&mut self, name: &str, default: f64) -> Option<f64> {
        let read = |v: &Value| v.number().filter(|x| (*x as f32).is_finite());
        Some(self.read(name, "a number", read)?.unwrap_or(default))
    }

    /// `true` or `false`.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Option<bool> {
        let read = |v: &Value| if let Value::Bool(b) = v { Some(*b) } else { None };
        self.no_near_word(name, &["true", "false"])?;
        Some(self.read(name, "`true` or `false`", read)?.unwrap_or(default))
    }

    /// One of several words.
    pub(crate) fn word(&mut self, name: &str, words: &[&str]) -> Option<Option<String>> {
        let Some(given) = self.look_up(name)? else { return Some(None) };
        match &given.value {
            Value::Word(word) if words.contains(&&**word) => Some(Some(word.to_string())),
            other => {
                let guess = did_you_mean(&other.to_string(), words.iter().copied());
                let (message, at) = (format!("`{other}` is not {}{guess}", list_or(words)), given.at());
                self.fail(at, message);
                None
            }
        }
    }

    /// The name of another layer.
    pub(crate) fn name(&mut self, name: &str) -> Option<Option<String>> {
        let Some(given) = self.look_up(name)? else { return Some(None) };
        let span = given.span;
        match &given.value {
            Value::Word(word) if !word.contains("::") => Some(Some(word.to_string())),
            other => {
                let message = format!("`{name}` must be the name of an earlier layer, not `{other}`");
                self.fail(span, message);
                None
            }
        }
    }

    /// Checks that a name is of an earlier prelu with slopes of this shape.
    pub(crate) fn tie(&mut self, name: &str, shape: &[usize]) -> Option<Path> {
        self.input?;
        match self.slopes.iter().rev().find_map(|scope| scope.get(name)) {
            Some(slopes) if slopes.shape == shape => Some(slopes.path.clone()),
            Some(slopes) => {
                let name = written(name);
                let what = format!("`tie = {name}` does not fit");
                let why = format!("the slopes of `{name}` are {:?}, not {shape:?}", slopes.shape);
                self.wrong("tie", what, &why, "tie slopes of the same shape; `shared` slopes always are");
                None
            }
            None => {
                let names: Vec<&str> = self.slopes.iter().flat_map(|scope| scope.keys()).map(String::as_str).collect();
                let guess = did_you_mean(name, names.iter().copied());
                let known =
                    if names.is_empty() { "there is none".to_owned() } else { format!("there is {}", list(&names)) };
                let message = format!(
                    "no earlier prelu is named `{}`{guess}\n\
                     help: slopes are tied to those of an earlier `prelu`, in these braces or around them; {known}",
                    written(name)
                );
                let at = self.find("tie").map_or(self.syntax.kind.span(), |given| given.span);
                self.fail(at, message);
                None
            }
        }
    }
}

/// The last layers, as lines of a message.
pub(crate) fn trail(lines: &[String]) -> String {
    lines[lines.len().saturating_sub(3)..].iter().map(|line| format!("\n  {line}")).collect()
}

/// A pair; of a line, one number, to which its one row adds the least there is.
fn pair(value: &Value, least: usize, line: bool) -> Option<[usize; 2]> {
    match value {
        Value::Pair(a, b) if !line => Some([a.size(least)?, b.size(least)?]),
        value => value.size(least).map(|n| [if line { least } else { n }, n]),
    }
}

/// `a`, `b` and `c`
fn list(names: &[&str]) -> String {
    join(names, "and")
}

/// `a`, `b` or `c`
fn list_or(names: &[&str]) -> String {
    join(names, "or")
}

fn join(names: &[&str], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => format!("`{}`", written(one)),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{}`", written(name))).collect();
            format!("{} {word} `{}`", first.join(", "), written(last))
        }
    }
}
