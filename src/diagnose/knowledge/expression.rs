//! The regex of a signature → where it matches a text, and what it names there.
//!
//! Classes, `.` and `\b` are read over bytes and hold ASCII only: a repeat of "any character" is then a tenth of the program
//! that one over all of Unicode is, and compiling is most of what a signature costs. `(?u)` in a rule, or a class that names
//! other characters, asks for Unicode. What a match gives always begins and ends between characters.

use regex::bytes::{Captures, Regex, RegexBuilder};
use std::ops::Range;

/// A compiled regex of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Expression(Regex);

impl Expression {
    /// Compiles the source.
    ///
    /// # Errors
    /// That of the regex, which says what is wrong and where.
    pub(crate) fn new(source: &str) -> Result<Expression, regex::Error> {
        let ascii = RegexBuilder::new(source).unicode(false).build();
        ascii.or_else(|_| Regex::new(source)).map(Expression)
    }

    /// Whether it matches anywhere.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text.as_bytes())
    }

    /// Where it matches first.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.0.find(text.as_bytes()).map(|found| whole(text, found.range()))
    }

    /// Names of its captures, in their order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.capture_names().flatten()
    }

    /// Whether it captures anything.
    pub(crate) fn is_plain(&self) -> bool {
        self.0.captures_len() == 1
    }

    /// What the named captures of the first match hold, in the order of the names.
    pub(crate) fn captures<'r, 't>(&'r self, text: &'t str) -> Vec<(&'r str, &'t str)> {
        self.0.captures(text.as_bytes()).map_or_else(Vec::new, |groups| self.named(text, &groups))
    }

    /// The same of every match.
    pub(crate) fn every<'r, 't>(&'r self, text: &'t str) -> impl Iterator<Item = Vec<(&'r str, &'t str)>> {
        self.0.captures_iter(text.as_bytes()).map(move |groups| self.named(text, &groups))
    }

    fn named<'r, 't>(&'r self, text: &'t str, groups: &Captures<'_>) -> Vec<(&'r str, &'t str)> {
        let value = |name| text.get(whole(text, groups.name(name)?.range()));
        self.names().filter_map(|name| Some((name, value(name)?))).collect()
    }
}

/// What the capture of a name holds, if it took part.
pub(crate) fn named<'t>(captures: &[(&str, &'t str)], name: &str) -> Option<&'t str> {
    captures.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

/// A range that ends inside a character takes all of it.
fn whole(text: &str, range: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end)
}
