//! Text of one file → entries and facts: decodes, frames, parses, and asks dialects.
//!
//! A record goes to the detected dialect first; if that makes nothing of it, the others are asked in the order of
//! their scores, so a file that mixes dialects is read whole. What nobody reads is counted with place and reason.

use super::dialect::{self, Direct, Head, Record};
use super::encoding::{self, Decoder};
use super::facts::{Encoding, FileFacts, FileId, Skipped};
use super::framing::{Cut, Framer, Range, Raw, Stray};
use super::json::{self, Fault};
use super::value::Value;
use super::{Plan, Shard, Sink, detect, text};
use crate::entry::{Entry, Nanos, Severity, Span};
use crate::limits::SKIPPED_NAMED;
use std::borrow::Cow;

/// The dialect that reads any line.
const PLAIN: &str = "plain";
/// The dialect that has a direct reader.
const GCP: &str = "gcp";

/// Reader of one file, or one shard of it.
#[derive(Debug)]
pub(super) struct Reader {
    decoder: Decoder,
    framer: Framer,
    mapper: Mapper,
    /// Offset of the next byte of the decoded text, and where the shard ends.
    at: u64,
    end: u64,
}

impl Reader {
    /// A reader for what a plan says; `shard` is the range of a file that is read in parts.
    pub(super) fn new(id: FileId, plan: &Plan, shard: Option<Shard>) -> Reader {
        let start = shard.map_or(0, |shard| shard.start);
        let inside = start > 0;
        let at = start + if inside { 0 } else { encoding::mark_len(plan.encoding) as u64 };
        let range = shard.map_or(Range::whole(at), |shard| Range::of_shard(shard, at));
        let seekable = plan.packing.is_empty() && matches!(plan.encoding, Encoding::Utf8 | Encoding::Utf8Bom);
        let facts = FileFacts {
            id,
            encoding: plan.encoding,
            packing: plan.packing.clone(),
            container: plan.container.clone(),
            reasons: plan.reasons.clone(),
            start,
            seekable,
            ..FileFacts::default()
        };
        let line_dialect = if plan.line_dialect.is_empty() { PLAIN } else { &plan.line_dialect };
        Reader {
            decoder: Decoder::new(plan.encoding, inside),
            framer: Framer::new(plan, range),
            mapper: Mapper {
                facts,
                order: order(plan, ""),
                line_order: order(plan, line_dialect),
                direct: (plan.dialect == GCP).then(Direct::default),
                severities: [0; 10],
                by_dialect: vec![0; dialect::ALL.len()],
            },
            at,
            end: shard.map_or(u64::MAX, |shard| shard.end),
        }
    }

    /// Tells what every part of a text has to know of its beginning: the header of a table.
    pub(super) fn prime(&mut self, header: &[u8]) {
        let mark = encoding::mark_len(self.mapper.facts.encoding);
        self.framer.prime(header.get(mark..).unwrap_or_default());
    }

    pub(super) fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) {
        if !self.done() {
            self.decode(bytes, false, sink);
        }
    }

    pub(super) fn done(&self) -> bool {
        self.framer.done() || self.mapper.facts.start >= self.end
    }

    /// Marks the text as ended too early.
    pub(super) fn cut_off(&mut self) {
        self.mapper.facts.truncated = true;
    }

    pub(super) fn finish(mut self, sink: &mut dyn Sink) -> FileFacts {
        self.decode(&[], true, sink);
        let mapper = &mut self.mapper;
        self.framer.finish(&mut |cut| mapper.take(cut, sink));
        self.mapper.finish()
    }

    fn decode(&mut self, bytes: &[u8], last: bool, sink: &mut dyn Sink) {
        let Reader { decoder, framer, mapper, at, end } = self;
        decoder.push(bytes, last, &mut |text| {
            if framer.done() {
                return;
            }
            let own = usize::try_from(end.saturating_sub(*at)).unwrap_or(usize::MAX);
            let counted = text.get(..own).unwrap_or(text);
            mapper.facts.lines += memchr::memchr_iter(b'\n', counted).count() as u64;
            *at += text.len() as u64;
            framer.push(text, &mut |cut| mapper.take(cut, sink));
        });
    }
}

/// Text of a record. Nearly all is UTF-8, which the plain check tells faster than the lossy one.
fn utf8(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Dialects that are asked first, in this order: the detected one, then all that made something of the head.
fn order(plan: &Plan, first: &str) -> Vec<usize> {
    let scored = plan.scores.iter().filter(|(_, points)| *points > 0).map(|(id, _)| id.as_str());
    let mut order = Vec::with_capacity(4);
    for id in [plan.dialect.as_str(), first].into_iter().chain(scored) {
        if let Some(at) = place(id).filter(|at| !order.contains(at)) {
            order.push(at);
        }
    }
    order
}

fn place(id: &str) -> Option<usize> {
    dialect::ALL.iter().position(|dialect| dialect.id() == id)
}

#[derive(Debug)]
struct Mapper {
    facts: FileFacts,
    order: Vec<usize>,
    /// The same for plain lines.
    line_order: Vec<usize>,
    /// Reads the most frequent records of a dialect without a tree of values.
    direct: Option<Direct>,
    /// Entries by rank of their recorded severity; the last one counts those without.
    severities: [u64; 10],
    by_dialect: Vec<u64>,
}

impl Mapper {
    fn take(&mut self, cut: Cut<'_>, sink: &mut dyn Sink) {
        match cut {
            Cut::Json(raw) => {
                let text = utf8(raw.bytes);
                sink.record(raw.offset, &text);
                if self.directly(raw, &text, sink) {
                    return;
                }
                match json::parse(&text) {
                    Ok(value) => self.record(raw, &text, Some(value), sink),
                    Err(fault) => self.fault(raw, &text, fault),
                }
            }
            Cut::Line(raw, stray) => self.line(raw, stray, false, sink),
            Cut::LastLine(raw, stray) => self.line(raw, stray, true, sink),
            Cut::Value(raw, value) => {
                let text = utf8(raw.bytes);
                sink.record(raw.offset, &text);
                self.record(raw, &text, Some(value), sink);
            }
            Cut::Bad(raw, why) => self.skip(raw, why.to_owned()),
            Cut::Unended => self.facts.truncated = true,
        }
    }

    /// A line of NDJSON, of plain text, or of a log that mixes both.
    fn line(&mut self, raw: Raw<'_>, stray: Stray, last: bool, sink: &mut dyn Sink) {
        let text = utf8(raw.bytes);
        sink.record(raw.offset, &text);
        if self.directly(raw, &text, sink) {
            return;
        }
        match text::line_value(&text, stray) {
            Ok(value) => self.record(raw, &text, value, sink),
            Err(Some(fault)) if last && fault.at >= text.len() => self.facts.truncated = true,
            Err(Some(fault)) => self.fault(raw, &text, fault),
            Err(None) => self.skip(raw, "this line is no JSON".to_owned()),
        }
    }

    /// The short way for records that have one; says whether the record was read.
    fn directly(&mut self, raw: Raw<'_>, text: &str, sink: &mut dyn Sink) -> bool {
        let Mapper { facts, severities, by_dialect, order, direct, .. } = self;
        let Some(direct) = direct else { return false };
        let span = Span { offset: raw.offset, len: u32::try_from(raw.bytes.len()).unwrap_or(u32::MAX) };
        let is_read = direct.read(text, span, raw.group, &mut |entry| {
            note(facts, severities, entry);
            sink.entry(entry);
        });
        if let (true, Some(count)) = (is_read, order.first().and_then(|at| by_dialect.get_mut(*at))) {
            *count += 1;
        }
        is_read
    }

    fn record(&mut self, raw: Raw<'_>, text: &str, value: Option<Value<'_>>, sink: &mut dyn Sink) {
        let len = u32::try_from(raw.bytes.len()).unwrap_or(u32::MAX);
        let span = Span { offset: raw.offset, len };
        let record = Record { value, text, span, group_severity: raw.group };
        let is_line = record.value.is_none();
        let n_first = if is_line { self.line_order.len() } else { self.order.len() };
        for nth in 0..n_first {
            let order = if is_line { &self.line_order } else { &self.order };
            if order.get(nth).copied().is_some_and(|at| self.ask(at, &record, sink)) {
                return;
            }
        }
        // A stranger to this file: whoever knows such a record best is asked first.
        let head = Head { name: "", records: vec![record] };
        let scores = detect::score(&head);
        let Some(record) = head.records.first() else { return };
        let strangers = scores.iter().filter_map(|(_, id)| place(id));
        for at in strangers {
            let asked = if is_line { &self.line_order } else { &self.order };
            if !asked.contains(&at) && self.ask(at, record, sink) {
                return;
            }
        }
        self.skip(raw, "no dialect knows a record like this".to_owned());
    }

    /// Lets a dialect map a record; says whether it made something of it.
    fn ask(&mut self, at: usize, record: &Record<'_>, sink: &mut dyn Sink) -> bool {
        let Mapper { facts, severities, by_dialect, .. } = self;
        let Some(dialect) = dialect::ALL.get(at) else { return false };
        let n = dialect.entries(record, &mut |entry| {
            note(facts, severities, entry);
            sink.entry(entry);
        });
        if let (true, Some(count)) = (n > 0, by_dialect.get_mut(at)) {
            *count += 1;
        }
        n > 0
    }

    fn fault(&mut self, raw: Raw<'_>, text: &str, fault: Fault) {
        let before = text.get(..fault.at).unwrap_or(text);
        let (lines, column) = text::line_and_column(before);
        let place = Raw { line: raw.line + lines, ..raw };
        self.skip(place, format!("column {column}: {}", fault.what));
    }

    fn skip(&mut self, raw: Raw<'_>, reason: String) {
        self.facts.n_skipped += 1;
        if self.facts.skipped.len() < SKIPPED_NAMED {
            let text = text::short(raw.bytes);
            self.facts.skipped.push(Skipped { offset: raw.offset, line: raw.line, reason, text });
        }
    }

    fn finish(mut self) -> FileFacts {
        for severity in Severity::ALL {
            let n = self.severities.get(usize::from(severity.rank())).copied().unwrap_or(0);
            if n > 0 {
                self.facts.severities.insert(severity.name().to_owned(), n);
            }
        }
        let [.., none] = self.severities;
        if none > 0 {
            self.facts.severities.insert("none".to_owned(), none);
        }
        for (dialect, n) in dialect::ALL.iter().zip(&self.by_dialect) {
            if *n > 0 {
                self.facts.dialects.insert(dialect.id().to_owned(), *n);
            }
        }
        self.facts
    }
}

fn note(facts: &mut FileFacts, severities: &mut [u64; 10], entry: &Entry<'_>) {
    facts.entries += 1;
    let rank = entry.written_severity.map_or(9, |severity| usize::from(severity.rank()));
    if let Some(count) = severities.get_mut(rank) {
        *count += 1;
    }
    let Some(time) = entry.time else { return };
    let text: &Cow<'_, str> = &entry.time_text;
    keep(&mut facts.first, time, text, |old, new| new < old);
    keep(&mut facts.last, time, text, |old, new| new > old);
}

/// Keeps the more extreme of two times, reusing the text's memory.
fn keep(
    kept: &mut Option<(Nanos, String)>,
    time: Nanos,
    text: &str,
    wins: impl Fn((Nanos, &str), (Nanos, &str)) -> bool,
) {
    match kept {
        None => *kept = Some((time, text.to_owned())),
        Some((old, written)) => {
            if wins((*old, written), (time, text)) {
                *old = time;
                written.clear();
                written.push_str(text);
            }
        }
    }
}
