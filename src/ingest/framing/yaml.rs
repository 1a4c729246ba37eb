//! YAML documents or list items → values, one at a time; gcloud's default output and its relatives.
//!
//! The text is cut where a line says so: `---` or `...` between documents, `-` in the first column between items of a
//! list. Neither can stand inside an indented block, so a cut piece is whole. Each piece goes through saphyr-parser.
//! Comment lines before a piece belong to none.

use super::piece::{Lines, Piece};
use super::{Cut, Range, Raw, TOO_LONG, Take};
use crate::ingest::json;
use crate::ingest::value::Value;
use crate::limits::JSON_DEPTH;
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};
use std::borrow::Cow;

/// Reader of YAML.
#[derive(Debug)]
pub(crate) struct Yaml {
    piece: Piece,
    lines: Lines,
    at: u64,
    list: bool,
    /// The open line as far as it came in earlier pieces of the text.
    line: Vec<u8>,
}

impl Yaml {
    pub(super) fn new(range: Range, list: bool) -> Yaml {
        Yaml { piece: Piece::default(), lines: Lines::default(), at: range.start, list, line: Vec::new() }
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, next) = rest.split_at(end + 1);
            if self.line.is_empty() {
                self.add_line(line, take);
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.add_line(&whole, take);
                whole.clear();
                self.line = whole;
            }
            rest = next;
        }
        if !super::too_long(self.line.len() + rest.len()) {
            self.line.extend_from_slice(rest);
        }
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.add_line(&line, take);
        }
        self.end_piece(take);
    }

    fn add_line(&mut self, line: &[u8], take: Take<'_>) {
        let text = line.trim_ascii_end();
        let marks = text == b"---" || text == b"..." || text.starts_with(b"--- ");
        let item = self.list && (text == b"-" || text.starts_with(b"- "));
        let says_nothing = text.is_empty() || text.first() == Some(&b'#');
        if marks || item {
            self.end_piece(take);
        }
        if !marks && (!says_nothing || self.piece.is_open()) {
            if !self.piece.is_open() {
                self.piece.begin(self.at, self.lines.line);
            }
            self.piece.keep(line);
        }
        self.at += line.len() as u64;
        self.lines.line += u64::from(line.ends_with(b"\n"));
    }

    fn end_piece(&mut self, take: Take<'_>) {
        if !self.piece.is_open() {
            return;
        }
        match self.piece.close(&[], None) {
            Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
            Ok(mut raw) => {
                raw.bytes = raw.bytes.trim_ascii_end();
                emit(raw, take);
            }
        }
    }
}

/// Hands a piece on: one value, or each item of a list.
fn emit(raw: Raw<'_>, take: Take<'_>) {
    let text = String::from_utf8_lossy(raw.bytes);
    match parse(&text) {
        Some(Value::List(items)) => {
            for item in items {
                take(Cut::Value(raw, item));
            }
        }
        Some(value) => take(Cut::Value(raw, value)),
        None => take(Cut::Bad(raw, "this is no YAML")),
    }
}

/// Reads the first document of a text; `None` if it is damaged, empty or too deep.
pub(in crate::ingest) fn parse(text: &str) -> Option<Value<'_>> {
    let mut parser = Parser::new_from_str(text);
    loop {
        match parser.next_event()?.ok()?.0 {
            Event::StreamStart | Event::DocumentStart(_) | Event::Nothing => {}
            event => return node(&mut parser, event, 0),
        }
    }
}

fn node<'a>(parser: &mut Parser<'a, StrInput<'a>>, event: Event<'a>, depth: usize) -> Option<Value<'a>> {
    if depth >= JSON_DEPTH {
        return None;
    }
    match event {
        Event::Scalar(text, style, _, _) => Some(scalar(text, style)),
        Event::SequenceStart(..) => {
            let mut items = Vec::new();
            loop {
                match parser.next_event()?.ok()?.0 {
                    Event::SequenceEnd => return Some(Value::List(items)),
                    event => items.push(node(parser, event, depth + 1)?),
                }
            }
        }
        Event::MappingStart(..) => {
            let mut members = Vec::new();
            loop {
                let key = match parser.next_event()?.ok()?.0 {
                    Event::MappingEnd => return Some(Value::Object(members)),
                    Event::Scalar(text, ..) => text,
                    _ => return None,
                };
                let event = parser.next_event()?.ok()?.0;
                members.push((key, node(parser, event, depth + 1)?));
            }
        }
        // What an alias stands for is rarely worth its memory: log exports have none.
        Event::Alias(_) => Some(Value::Null),
        _ => None,
    }
}

/// Plain scalars have a type, quoted ones are texts.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value<'_> {
    if style != ScalarStyle::Plain {
        return Value::Text(text);
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if matches!(json::parse(number), Ok(Value::Number(_))) => Value::Number(text),
        _ => Value::Text(text),
    }
}
