//! The text of a JSON object → its members, one at a time, for a reader that knows which few it wants.

use super::{Fault, Parser};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// The members of the object that a text begins with, one at a time: for a reader that knows which few it wants. It lets
/// through and refuses what [`parse_prefix`] does; an error says only that, and the caller asks the other for the words.
#[derive(Debug)]
pub(in crate::ingest) struct Members<'a> {
    parser: Parser<'a>,
    begun: bool,
}

impl<'a> Members<'a> {
    /// Begins at the first byte, which has to be the brace.
    pub(in crate::ingest) fn of(text: &'a str) -> Members<'a> {
        Members { parser: Parser { text, bytes: text.as_bytes(), at: 0 }, begun: false }
    }

    /// The next key, behind which its value stands; `None` behind the last.
    pub(in crate::ingest) fn key(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        let parser = &mut self.parser;
        // Nearly always the next key follows at once.
        if self.begun && parser.bytes.get(parser.at..parser.at + 2) == Some(b",\"") {
            parser.at += 1;
        } else if self.begun {
            parser.blanks();
            match parser.peek() {
                Some(b',') => parser.at += 1,
                Some(b'}') => {}
                _ => return parser.fault("a comma or } was expected"),
            }
        } else if parser.peek() == Some(b'{') {
            parser.at += 1;
            self.begun = true;
        } else {
            return parser.fault("a brace was expected");
        }
        parser.blanks();
        match parser.peek() {
            Some(b'}') => {
                parser.at += 1;
                return Ok(None);
            }
            Some(b'"') => {}
            _ => return parser.fault("a key in quotes was expected"),
        }
        let key = parser.string()?;
        parser.blanks();
        if parser.peek() != Some(b':') {
            return parser.fault("a colon was expected");
        }
        parser.at += 1;
        parser.blanks();
        Ok(Some(key))
    }

    /// Whether the next key stands here just so: `key` in its quotes, which needs no escapes, with its colon, and before it the comma
    /// or, if it is the first, the brace. Then its value is next, and begins at once.
    pub(in crate::ingest) fn begins(&mut self, is_first: bool, key: &str) -> bool {
        let rest = self.parser.bytes.get(self.parser.at..).unwrap_or(&[]);
        let Some((mark, rest)) = rest.split_first() else { return false };
        let is_it = *mark == if is_first { b'{' } else { b',' }
            && rest.starts_with(key.as_bytes())
            && rest.get(key.len()).is_some_and(|b| !super::is_blank(*b));
        if is_it {
            self.parser.at += 1 + key.len();
            self.begun = true;
        }
        is_it
    }

    /// The value behind the key.
    pub(in crate::ingest) fn value(&mut self) -> Result<Value<'a>, Fault> {
        self.parser.value(1)
    }

    /// The text behind the key, `None` if the value is no text; then it still stands there.
    pub(in crate::ingest) fn text(&mut self) -> Result<Option<Cow<'a, str>>, Fault> {
        if self.parser.peek() == Some(b'"') { self.parser.string().map(Some) } else { Ok(None) }
    }

    /// Passes over the value behind the key.
    pub(in crate::ingest) fn skip(&mut self) -> Result<(), Fault> {
        self.parser.pass(1)
    }

    /// Passes over the value behind the key and gives it as it stands, with its number among `known` if it is one of them: those
    /// need not be read again. They are whole values, one of which the rest may begin with.
    pub(in crate::ingest) fn raw<'k>(
        &mut self,
        known: impl Iterator<Item = &'k str>,
    ) -> Result<(&'a str, Option<usize>), Fault> {
        let start = self.parser.at;
        let rest = self.parser.bytes.get(start..).unwrap_or(&[]);
        // Only of a list, an object or a text is the end sure without the byte behind it.
        let found = known
            .enumerate()
            .find(|(_, known)| rest.starts_with(known.as_bytes()) && known.ends_with(['}', ']', '"']));
        match found {
            Some((_, known)) => self.parser.at += known.len(),
            None => self.skip()?,
        }
        let raw = self.parser.text.get(start..self.parser.at).unwrap_or("");
        Ok((raw, found.map(|(number, _)| number)))
    }

    /// The members of the object behind the key; `None` if the value is no object. Once its end was met, [`Members::past`]
    /// goes on behind it.
    pub(in crate::ingest) fn inner(&self) -> Option<Members<'a>> {
        let Parser { text, bytes, at } = self.parser;
        let is_object = bytes.get(at) == Some(&b'{');
        is_object.then_some(Members { parser: Parser { text, bytes, at }, begun: false })
    }

    /// Goes on behind an inner object that was read to its end.
    pub(in crate::ingest) fn past(&mut self, inner: &Members<'a>) {
        self.parser.at = inner.parser.at;
    }

    /// What follows the object, once its end was met.
    pub(in crate::ingest) fn rest(&self) -> &'a str {
        self.parser.text.get(self.parser.at..).unwrap_or("")
    }
}
