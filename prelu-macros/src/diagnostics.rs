//! Errors are gathered, so that all mistakes of a declaration are reported at once.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};

use crate::syntax::written;

/// The errors found so far. Must be turned into tokens before it is dropped.
#[derive(Default)]
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
    taken: bool,
}

impl Diagnostics {
    pub(crate) fn error(&mut self, at: Span, message: impl Display) {
        self.errors.push(syn::Error::new(at, message));
    }

    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.errors.len()
    }

    /// Forgets all errors but the first: for those that were reported already.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.errors.truncate(len);
    }

    /// Adds to the messages of all errors but the first: to those of what was just looked at.
    pub(crate) fn amend(&mut self, first: usize, note: &str) {
        for error in &mut self.errors[first..] {
            *error = syn::Error::new(error.span(), format!("{error}{note}"));
        }
    }

    /// All errors as `compile_error!` invocations.
    pub(crate) fn into_tokens(mut self) -> TokenStream {
        self.taken = true;
        self.errors.iter().map(syn::Error::to_compile_error).collect()
    }
}

impl Drop for Diagnostics {
    fn drop(&mut self) {
        if !self.taken && !std::thread::panicking() {
            assert!(self.errors.is_empty(), "errors were found but not reported");
        }
    }
}

/// `; did you mean `x`?` for the candidate nearest to a word, if one is near.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    guess(nearest(word, candidates))
}

/// `; did you mean `x`?`
pub(crate) fn guess(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{}`?", written(near)))
}

/// The candidate nearest to a word, if one is near.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Nobody mistypes a word of a hundred letters, and to compare two takes the product of their lengths.
    let sane = |word: &str| word.len() <= 100;
    let near = candidates
        .into_iter()
        .filter(|candidate| sane(word) && sane(candidate))
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(d, candidate)| *d <= (candidate.len().max(word.len()) / 3).max(1) || begins(word, candidate))
        .min();
    near.map(|(_, candidate)| candidate)
}

/// Whether a word is a candidate with more behind it: `convolution`, `linear_layer`.
fn begins(word: &str, candidate: &str) -> bool {
    candidate.len() >= 4 && word.starts_with(candidate)
}

/// Words with commas between them, in lines that a terminal shows whole.
pub(crate) fn wrapped<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let (mut text, mut column) = (String::new(), 10);
    for word in words.into_iter().map(written) {
        if !text.is_empty() {
            text.push(',');
            column += 2;
            if column + word.len() > 90 {
                text.push_str("\n ");
                column = 10;
            }
            text.push(' ');
        }
        text.push_str(&word);
        column += word.len();
    }
    text
}

/// Levenshtein's distance, in which two letters in the wrong order count once, and underscores and case not at all.
fn distance(a: &str, b: &str) -> usize {
    let letters = |s: &str| s.chars().filter(|&c| c != '_').map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let (a, b) = (letters(a), letters(b));
    let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            d[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let swapped = if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    d[i - 2][j - 2] + 1
                } else {
                    usize::MAX
                };
                changed.min(swapped).min(d[i - 1][j] + 1).min(d[i][j - 1] + 1)
            };
        }
    }
    d[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggestions_are_near() {
        let names = ["conv", "max_pool", "avg_pool", "linear", "leaky_relu"];
        assert_eq!(did_you_mean("maxpool", names), "; did you mean `max_pool`?");
        assert_eq!(did_you_mean("lienar", names), "; did you mean `linear`?");
        assert_eq!(did_you_mean("Conv", names), "; did you mean `conv`?");
        assert_eq!(did_you_mean("transformer", names), "");
    }
}
