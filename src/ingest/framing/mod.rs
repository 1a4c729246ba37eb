//! Text in pieces of any size → the records in it with their places. Knows containers, no dialects.
//!
//! A [`Framer`] works on bytes: every encoding but UTF-8 has been decoded before, and for UTF-8 only bytes below 0x80
//! have a meaning here. A record that lies inside one piece is handed on without a copy. Which container it is was
//! decided before ([`super::detect`]); each has one file here.

mod csv;
pub(super) mod csvlog;
mod elements;
mod lines;
mod piece;
mod recover;
mod scan;
mod strict;
mod wrapper;
pub(super) mod yaml;

use super::facts::Container;
use super::value::Value;
use super::{Plan, Shard};
use crate::entry::Severity;
use crate::limits::RECORD_BYTES;

/// A record as cut out of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Offset of the first of them.
    pub offset: u64,
    /// Its line, from 1.
    pub line: u64,
    /// Severity of the group it stands in.
    pub group: Option<Severity>,
}

/// What a framer gives.
#[derive(Debug)]
pub(super) enum Cut<'a> {
    /// Text of a JSON object.
    Json(Raw<'a>),
    /// A line that may hold JSON or plain text; `stray` says that plain text is the exception in this file.
    Line(Raw<'a>, Stray),
    /// The last line, which has no line end and may have been cut off.
    LastLine(Raw<'a>, Stray),
    /// A CSV row or YAML document that was parsed already.
    Value(Raw<'a>, Value<'a>),
    /// Something that is no record, with the reason.
    Bad(Raw<'a>, &'static str),
    /// The text ends inside a record.
    Unended,
}

/// How lines that are no JSON are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// Such a line is out of the ordinary: kept only if it looks like log text.
    Unusual,
    /// Plain text is what the file holds.
    Usual,
}

/// Who takes the cuts.
pub(super) type Take<'t> = &'t mut dyn FnMut(Cut<'_>);

/// One container's reader.
#[derive(Debug)]
pub(super) enum Framer {
    Elements(elements::Elements),
    Lines(lines::Lines),
    Wrapper(wrapper::Wrapper),
    Csv(Box<csv::Csv>),
    Yaml(yaml::Yaml),
    /// Nothing that can be read: bytes are counted and dropped.
    Nothing,
}

/// What of the file the bytes are: where they begin, and which of them belong to the reader.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    /// Offset of the first byte given.
    pub start: u64,
    /// Records behind a line end at or after this offset belong to the next shard.
    pub end: u64,
    /// Whether the first bytes may lie inside a record that belongs to the shard before.
    pub inside: bool,
}

impl Range {
    /// All of a text whose first byte has this offset.
    pub(super) fn whole(start: u64) -> Range {
        Range { start, end: u64::MAX, inside: false }
    }

    /// A part of it.
    pub(super) fn of_shard(shard: Shard, start: u64) -> Range {
        Range { start, end: shard.end, inside: shard.start > 0 }
    }
}

impl Framer {
    /// The reader for a plan.
    pub(super) fn new(plan: &Plan, range: Range) -> Framer {
        match &plan.container {
            Container::Array => {
                Framer::Elements(elements::Elements::array(range, plan.splittable.then_some(plan.indent)))
            }
            Container::Concatenated | Container::Object => Framer::Elements(elements::Elements::prose(range)),
            Container::Yaml | Container::YamlList if plan.flow => {
                Framer::Elements(elements::Elements::prose(range))
            }
            Container::Ndjson => Framer::Lines(lines::Lines::new(range, Stray::Unusual)),
            Container::Lines if plan.dialect == "laravel" => Framer::Lines(lines::Lines::joined(range)),
            Container::Lines => Framer::Lines(lines::Lines::new(range, Stray::Usual)),
            Container::Wrapper(key) => Framer::Wrapper(wrapper::Wrapper::new(range, key)),
            Container::Csv => Framer::Csv(Box::new(csv::Csv::new(range))),
            Container::Yaml => Framer::Yaml(yaml::Yaml::new(range, false)),
            Container::YamlList => Framer::Yaml(yaml::Yaml::new(range, true)),
            Container::None => Framer::Nothing,
        }
    }

    /// Takes the header of a table, before the first byte of a part of it.
    pub(super) fn prime(&mut self, header: &[u8]) {
        if let Framer::Csv(framer) = self {
            framer.prime(header);
        }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        match self {
            Framer::Elements(framer) => {
                framer.push(bytes, take);
            }
            Framer::Lines(framer) => framer.push(bytes, take),
            Framer::Wrapper(framer) => framer.push(bytes, take),
            Framer::Csv(framer) => framer.push(bytes, take),
            Framer::Yaml(framer) => framer.push(bytes, take),
            Framer::Nothing => {}
        }
    }

    /// Ends the text.
    pub(super) fn finish(&mut self, take: Take<'_>) {
        match self {
            Framer::Elements(framer) => framer.finish(take),
            Framer::Lines(framer) => framer.finish(take),
            Framer::Wrapper(framer) => framer.finish(take),
            Framer::Csv(framer) => framer.finish(take),
            Framer::Yaml(framer) => framer.finish(take),
            Framer::Nothing => {}
        }
    }

    /// Whether everything that belongs to the range has been given.
    pub(super) fn done(&self) -> bool {
        match self {
            Framer::Elements(framer) => framer.done(),
            Framer::Lines(framer) => framer.done(),
            _ => false,
        }
    }
}

/// The byte after the value that a text begins with; `None` if it is not closed, or broken.
pub(super) fn value_end(text: &[u8]) -> Option<usize> {
    match scan::Scan::new(None).run(text) {
        scan::Step::Closed(end) => Some(end),
        _ => None,
    }
}

/// Keys of the object that a text begins with whose values are lists or objects, in their order. The object may be
/// cut off.
pub(super) fn keys_of_containers(text: &[u8]) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = text.get(1..).unwrap_or(&[]);
    loop {
        rest = rest.trim_ascii_start();
        match rest.first() {
            Some(b',') => rest = rest.get(1..).unwrap_or(&[]),
            Some(b'"') => {
                let Some(end) = value_end(rest) else { return keys };
                let key = String::from_utf8_lossy(rest.get(1..end - 1).unwrap_or(&[])).into_owned();
                rest = rest.get(end..).unwrap_or(&[]).trim_ascii_start();
                rest = rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start();
                if matches!(rest.first(), Some(b'[' | b'{')) {
                    keys.push(key);
                }
                let scalar = || rest.iter().position(|b| matches!(b, b',' | b'}' | b'\n'));
                let end = match rest.first() {
                    Some(b'[' | b'{' | b'"') => value_end(rest),
                    _ => scalar(),
                };
                let Some(end) = end else { return keys };
                rest = rest.get(end..).unwrap_or(&[]);
            }
            _ => return keys,
        }
    }
}

/// Whether a record is longer than is read.
fn too_long(len: usize) -> bool {
    len > RECORD_BYTES
}

const TOO_LONG: &str = "the record is longer than is read";
