//! The text of one JSON value → a [`Value`] that borrows from it; errors say at which byte and what was expected.
//!
//! Own code, because no crate gives all of: texts borrowed, numbers as written, repeated keys kept, lone surrogates
//! tolerated, trailing commas and bare `NaN` (Python) let through. It never sees more than one record. Nesting is
//! followed down to [`JSON_DEPTH`]; deeper values are an error of this record alone.

mod members;

pub(super) use members::Members;

use super::value::Value;
use crate::limits::JSON_DEPTH;
use memchr::memchr2;
use std::borrow::Cow;

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte at which it was seen.
    pub at: usize,
    /// What was expected or met.
    pub what: &'static str,
}

/// Reads a whole text as one value; blanks around it are let through.
///
/// ```
/// use fivewhys::ingest::json;
/// let value = json::parse(r#"{"id": 18446744073709551615, "s": "a\nb"}"#).ok();
/// assert_eq!(value.as_ref().and_then(|v| v.get("id")?.scalar()), Some("18446744073709551615"));
/// ```
pub fn parse(text: &str) -> Result<Value<'_>, Fault> {
    let (value, end) = parse_prefix(text)?;
    let rest = text.as_bytes().get(end..).unwrap_or(&[]);
    match rest.iter().position(|b| !is_blank(*b)) {
        Some(at) => Err(Fault { at: end + at, what: "something follows the value" }),
        None => Ok(value),
    }
}

/// Reads the value at the beginning of a text and gives the byte after it.
pub fn parse_prefix(text: &str) -> Result<(Value<'_>, usize), Fault> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0 };
    parser.blanks();
    let value = parser.value(0)?;
    Ok((value, parser.at))
}

/// The first quote or backslash. Most texts are short, and a search that is called costs more than they are long: the first
/// 32 bytes are looked at eight at a time (graphics.stanford.edu/~seander/bithacks.html#ZeroInWord), the others by `memchr`.
fn quote_or_escape(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    let (blocks, _) = bytes.as_chunks::<8>();
    for (at, block) in blocks.iter().take(4).enumerate() {
        let word = u64::from_le_bytes(*block);
        let zero = |x: u64| x.wrapping_sub(ONES) & !x & HIGH;
        let found = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5c));
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let seen = blocks.len().min(4) * 8;
    memchr2(b'"', b'\\', bytes.get(seen..)?).map(|at| seen + at)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[derive(Debug)]
struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn fault<T>(&self, what: &'static str) -> Result<T, Fault> {
        Err(Fault { at: self.at, what })
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        match self.peek() {
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            Some(b'N') => self.word("NaN", Value::Null),
            Some(b'I') => self.word("Infinity", Value::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(_) => self.fault("a value was expected"),
            None => self.fault("the text ends where a value was expected"),
        }
    }

    /// Passes over a value; lets through and refuses what [`Parser::value`] does, and takes no memory.
    fn pass(&mut self, depth: usize) -> Result<(), Fault> {
        let (open, close) = match self.peek() {
            Some(b'"') => return self.pass_string(),
            Some(b'{') => (b'{', b'}'),
            Some(b'[') => (b'[', b']'),
            _ => return self.value(depth).map(|_| ()),
        };
        if depth >= JSON_DEPTH {
            return self.fault("the nesting is too deep");
        }
        self.at += 1;
        loop {
            self.blanks();
            if self.peek() == Some(close) {
                self.at += 1;
                return Ok(());
            }
            if open == b'{' {
                if self.peek() != Some(b'"') {
                    return self.fault("a key in quotes was expected");
                }
                self.pass_string()?;
                self.blanks();
                if self.peek() != Some(b':') {
                    return self.fault("a colon was expected");
                }
                self.at += 1;
                self.blanks();
            }
            self.pass(depth + 1)?;
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(end) if end == close => {}
                _ => return self.fault("a comma or an end was expected"),
            }
        }
    }

    fn pass_string(&mut self) -> Result<(), Fault> {
        let rest = self.bytes.get(self.at + 1..).unwrap_or(&[]);
        match quote_or_escape(rest) {
            Some(len) if rest.get(len) == Some(&b'"') => {
                self.at += len + 2;
                Ok(())
            }
            _ => self.string().map(|_| ()),
        }
    }

    fn word(&mut self, word: &'static str, value: Value<'a>) -> Result<Value<'a>, Fault> {
        if !self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word.as_bytes())) {
            return self.fault("a value was expected");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value<'a>, Fault> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E'))
        {
            self.at += 1;
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        if text == "-" && self.peek() == Some(b'I') {
            return self.word("Infinity", Value::Null);
        }
        if is_number(text.as_bytes()) {
            Ok(Value::Number(Cow::Borrowed(text)))
        } else {
            Err(Fault { at: start, what: "this is no number" })
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        if depth >= JSON_DEPTH {
            return self.fault("the nesting is too deep");
        }
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Value::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {}
                Some(_) => return self.fault("a comma or ] was expected"),
                None => return self.fault("the text ends inside a list"),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Fault> {
        if depth >= JSON_DEPTH {
            return self.fault("the nesting is too deep");
        }
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(b'"') => {}
                Some(_) => return self.fault("a key in quotes was expected"),
                None => return self.fault("the text ends inside an object"),
            }
            if members.is_empty() {
                members.reserve(8);
            }
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return self.fault("a colon was expected");
            }
            self.at += 1;
            self.blanks();
            members.push((key, self.value(depth + 1)?));
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {}
                Some(_) => return self.fault("a comma or } was expected"),
                None => return self.fault("the text ends inside an object"),
            }
        }
    }

    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        self.at += 1;
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        match quote_or_escape(rest) {
            Some(len) if rest.get(len) == Some(&b'"') => {
                self.at = start + len + 1;
                Ok(Cow::Borrowed(self.text.get(start..start + len).unwrap_or("")))
            }
            Some(len) => self.escaped(start, start + len).map(Cow::Owned),
            None => {
                self.at = self.bytes.len();
                self.fault("the text ends inside a string")
            }
        }
    }

    /// A string with escapes: `clean..first` needs none, a backslash stands at `first`.
    fn escaped(&mut self, clean: usize, first: usize) -> Result<String, Fault> {
        let mut out = String::with_capacity((first - clean) * 2 + 32);
        out.push_str(self.text.get(clean..first).unwrap_or(""));
        self.at = first;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or(&[]);
            let Some(len) = memchr2(b'"', b'\\', rest) else {
                self.at = self.bytes.len();
                return self.fault("the text ends inside a string");
            };
            out.push_str(self.text.get(self.at..self.at + len).unwrap_or(""));
            self.at += len + 1;
            if rest.get(len) == Some(&b'"') {
                return Ok(out);
            }
            self.escape(&mut out)?;
        }
    }

    /// What follows a backslash.
    fn escape(&mut self, out: &mut String) -> Result<(), Fault> {
        let Some(kind) = self.peek() else { return self.fault("the text ends inside a string") };
        self.at += 1;
        out.push(match kind {
            b'"' | b'\\' | b'/' => char::from(kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => {
                self.at -= 1;
                return self.fault("this escape is unknown");
            }
        });
        Ok(())
    }

    /// The four digits after `\u`, with the second half of a pair; a half alone gives U+FFFD.
    fn unicode(&mut self) -> Result<char, Fault> {
        let first = self.hex4(self.at)?;
        self.at += 4;
        if !(0xD800..0xE000).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or('\u{FFFD}'));
        }
        let paired = self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
        if first < 0xDC00
            && paired
            && let Ok(second @ 0xDC00..0xE000) = self.hex4(self.at + 2)
        {
            self.at += 6;
            let point = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            return Ok(char::from_u32(point).unwrap_or('\u{FFFD}'));
        }
        Ok('\u{FFFD}')
    }

    fn hex4(&self, at: usize) -> Result<u32, Fault> {
        let fault = Fault { at, what: "four hexadecimal digits were expected" };
        let digits = self.bytes.get(at..at + 4).ok_or(fault)?;
        digits.iter().try_fold(0u32, |n, b| char::from(*b).to_digit(16).map(|d| n * 16 + d)).ok_or(fault)
    }
}

/// Whether a text is a JSON number; leading zeros are let through, as some loggers print them.
fn is_number(text: &[u8]) -> bool {
    let digits = |from: usize| text.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
    let mut at = usize::from(text.first() == Some(&b'-'));
    let whole = digits(at);
    at += whole;
    if whole == 0 {
        return false;
    }
    if text.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(text.get(at + 1), Some(b'+' | b'-')));
        let power = digits(at);
        if power == 0 {
            return false;
        }
        at += power;
    }
    at == text.len()
}

#[cfg(test)]
mod tests;
