//! Re-assembly: takes entries in time order, interleaved over streams, gives a group a number. Each stream is read once from
//! front to back; every recogniser looks a bounded number of lines ahead.

use std::collections::HashMap;

use super::cursor::{Cursor, pause};
use super::screen::{Look, Screen, is_loose, may_be_orphan, may_begin};
use super::{Trace, dart, elixir, fragment, go, line, node, php, python, ruby, rust, sanitizer, throwable};
use crate::entry::Nanos;
use foldhash::fast::FixedState;

/// One entry, as re-assembly needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line<'a> {
    /// Its text, one line or several.
    pub text: &'a str,
    /// What it came from (instance and log): lines of different streams never join.
    pub stream: u32,
    /// Its time, if known: lines of one trace follow each other within a second, unmarked ones within milliseconds.
    pub time: Option<Nanos>,
}

/// Pause within which a line that could be part of any trace joins the one above it.
const LOOSE_NANOS: i64 = 1_000_000;

/// Lines of a message that may stand below an exception line, up to the next log record.
const MESSAGE_LINES: usize = 12;

/// A trace found in a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// First line behind it.
    pub(super) end: usize,
    /// Id of the runtime, empty for the family that [`throwable`] covers.
    pub(super) runtime: &'static str,
}

/// Where a trace of a runtime ends that starts at a line, if one does.
type Extent = fn(&Cursor<'_>, usize) -> Option<usize>;

/// The runtimes in the order in which they are asked.
pub(super) const ORDER: [(&str, Extent); 9] = [
    ("python", python::extent),
    ("go", go::extent),
    ("rust", rust::extent),
    ("sanitizer", sanitizer::extent),
    ("php", php::extent),
    ("ruby", ruby::extent),
    ("dart", dart::extent),
    ("elixir", elixir::extent),
    ("", throwable::extent),
];

/// The trace that starts at line `at`, if one does.
pub(super) fn recognise(c: &Cursor<'_>, at: usize) -> Option<Found> {
    recognise_of(c, at, u16::MAX)
}

/// The same, asking only some runtimes: a bit each, in their order.
pub(super) fn recognise_of(c: &Cursor<'_>, at: usize, runtimes: u16) -> Option<Found> {
    if runtimes == 0 || c.text(at).starts_with("{\"") {
        return None;
    }
    let asked = ORDER.iter().enumerate().filter(|(bit, _)| runtimes >> bit & 1 == 1);
    asked
        .map(|(_, runtime)| runtime)
        .find_map(|(runtime, extent)| Some(Found { end: extent(c, at)?, runtime }))
}

/// A trace whose beginning is missing: its frames start at line `at`.
pub(super) fn headless(c: &Cursor<'_>, at: usize) -> Option<Found> {
    let text = c.text(at);
    if python::is_file_line(text) || (line::caret(text) && c.next(at + 1).is_some_and(python::is_file_line)) {
        return Some(Found { end: python::whole_chain(c, at + 1), runtime: "python" });
    }
    if line::certain_at_frame(text) || text.trim_start().starts_with("Caused by: ") {
        return Some(Found { end: throwable::body(c, at + 1), runtime: "" });
    }
    // Frames alone, as `caller`, `debugPrintStack` and cut texts give them.
    type IsFrame = fn(&str) -> bool;
    let shapes: [(&'static str, IsFrame); 6] = [
        ("", |t| node::gecko_frame(t).is_some()),
        ("ruby", ruby::frame_line),
        ("dart", dart::frame_line),
        ("php", php::frame_line),
        ("elixir", elixir::frame_line),
        ("rust", rust::frame_line),
    ];
    if let Some((runtime, is_frame)) = shapes.iter().find(|(_, is_frame)| is_frame(text)) {
        return Some(Found { end: c.skip(at + 1, is_frame), runtime });
    }
    if fragment::is_fragment(text) { Some(loose(c, at)) } else { None }
}

/// The same at a line that may be any of a trace and is no frame.
fn loose(c: &Cursor<'_>, at: usize) -> Found {
    // A source line right above frames.
    if let Some(next) = c.find(at + 1, 4, python::is_file_line, |t| !fragment::is_fragment(t)) {
        return Found { end: python::whole_chain(c, next), runtime: "python" };
    }
    Found { end: c.skip(at + 1, fragment::is_fragment), runtime: "loose" }
}

/// Gives each entry the number of its group: the entries of one exception share it, every other entry has its own. The number
/// is the position of the group's first entry. Linear in the text; an entry's group depends on its own stream only.
pub fn group(lines: &[Line<'_>]) -> Vec<u32> {
    let mut groups: Vec<u32> = (0..u32::try_from(lines.len()).unwrap_or(u32::MAX)).collect();
    let mut numbers: HashMap<u32, usize, FixedState> = HashMap::default();
    let mut streams: Vec<Vec<u32>> = Vec::new();
    let mut last = None;
    for (n, entry) in lines.iter().enumerate() {
        // Lines of one stream often come together.
        let known = last.filter(|(stream, _)| *stream == entry.stream).map(|(_, at)| at);
        let at = known.unwrap_or_else(|| *numbers.entry(entry.stream).or_insert(streams.len()));
        last = Some((entry.stream, at));
        if at == streams.len() {
            streams.push(Vec::new());
        }
        if let (Some(stream), Ok(n)) = (streams.get_mut(at), u32::try_from(n)) {
            stream.push(n);
        }
    }
    let mut grouper = Grouper::default();
    for stream in streams {
        let of = |n: u32| lines.get(n as usize).map(|line| (n, line.text, line.time));
        grouper.stream(stream.into_iter().filter_map(of), |n, first| {
            if let Some(group) = groups.get_mut(n as usize) {
                *group = first;
            }
        });
    }
    groups
}

/// Groups streams one after the other, and remembers what it knows of texts that come again and again.
#[derive(Debug, Default)]
pub(crate) struct Grouper<'a> {
    screen: Screen<'a>,
    cursor: Cursor<'a>,
}

impl<'a> Grouper<'a> {
    /// What a text is to the traces of its stream.
    pub(crate) fn look(&mut self, text: &'a str) -> Look {
        self.screen.look(text)
    }

    /// The same as [`parse`](super::parse), in less time where most texts are none.
    pub(crate) fn parse(&mut self, text: &str) -> Option<Trace> {
        if !text.contains("\\n") && self.screen.is_plain(text) { None } else { super::parse(text) }
    }

    /// Groups the entries of one stream, each with its number, text and time: `join` is told each entry that is a part of a
    /// trace, and the first one of that trace.
    pub(crate) fn stream(
        &mut self,
        entries: impl Iterator<Item = (u32, &'a str, Option<Nanos>)>,
        mut join: impl FnMut(u32, u32),
    ) {
        self.cursor.clear();
        let mut before = None;
        for (n, text, time) in entries {
            let gap = if before.is_some() { pause(before.flatten(), time) } else { None };
            before = Some(time);
            self.cursor.push_known(self.screen.pieces(text), n, gap);
        }
        let cursor = &self.cursor;
        let mut at = 0;
        // First line that no group holds yet.
        let mut free = 0;
        while at < cursor.len() {
            let whole = recognise_of(cursor, at, may_begin(cursor, at));
            let lost = || if may_be_orphan(cursor, at) { orphan(cursor, at) } else { None };
            let Some(found) = whole.or_else(lost) else {
                at += 1;
                continue;
            };
            let end = extend(cursor, at, found);
            let first = first_row(cursor, at, free, whole.is_some());
            let end = entry_end(cursor, end);
            let id = cursor.row(first).map_or(0, |row| row.entry);
            for row in (first..end).filter_map(|row| cursor.row(row)) {
                join(row.entry, id);
            }
            at = end;
            free = end;
        }
    }
}

/// Frames without a head: believed at the start of a stream, and where times show that they were printed together.
fn orphan(c: &Cursor<'_>, at: usize) -> Option<Found> {
    let starts_entry = at == 0 || c.row(at)?.entry != c.row(at - 1)?.entry;
    if !starts_entry {
        return None;
    }
    let found = if is_loose(c, at) {
        // Such lines are believed only where they were printed together, whatever else they say.
        if at > 0 && !same_entry(c, at + 1) && c.printed_together(at + 1, i64::MAX).is_none() {
            return None;
        }
        loose(c, at)
    } else {
        headless(c, at)?
    };
    if found.end < at + 2 {
        return None;
    }
    if at == 0 && found.runtime != "loose" {
        return Some(found);
    }
    // All lines were printed together, as the times say.
    let mut end = at + 1;
    while end < found.end && (same_entry(c, end) || c.printed_together(end, i64::MAX).is_some()) {
        end += 1;
    }
    (end >= at + 2).then_some(Found { end, ..found })
}

fn same_entry(c: &Cursor<'_>, at: usize) -> bool {
    at > 0 && c.row(at).zip(c.row(at - 1)).is_some_and(|(a, b)| a.entry == b.entry)
}

/// The end of a trace that starts at `at`, moved over lines that could be part of any trace where they were printed together with
/// it, and over the rest of a message where the stream's own lines are told by how they start.
fn extend(c: &Cursor<'_>, at: usize, found: Found) -> usize {
    let mut end = found.end.max(at + 1);
    while c.printed_together(end, LOOSE_NANOS).is_some_and(fragment::is_fragment)
        && recognise(c, end).is_none()
    {
        end += 1;
    }
    // CPython prints message lines and notes last, so only the next log record tells where they end.
    if found.runtime == "python" && at > 0 && line::record(c.text(at - 1)) {
        let next = c.find(end, MESSAGE_LINES, line::record, |t| python::starts(t) || python::separator(t));
        let together = next.is_some_and(|next| (end..next).all(|i| c.close(i)));
        if let Some(mut next) = next.filter(|_| together) {
            while next > end && line::blank(c.text(next - 1)) {
                next -= 1;
            }
            end = next;
        }
    }
    end
}

/// The first line of the group: that of the entry, or of the log record that a logger printed above the trace.
fn first_row(c: &Cursor<'_>, at: usize, free: usize, whole: bool) -> usize {
    let mut first = at;
    while first > free && same_entry(c, first) {
        first -= 1;
    }
    let above = first.wrapping_sub(1);
    let label = !whole
        && first > free
        && c.close(first)
        && !same_entry(c, above)
        && c.text(above).trim_end().ends_with(['{', '[']);
    if label {
        return above;
    }
    // Spring's record and the trace have an empty line between them.
    let apart = whole
        && first == at
        && above > free
        && line::blank(c.text(above))
        && c.close(first)
        && c.close(above);
    if apart && !same_entry(c, above) && !same_entry(c, above - 1) && line::error_record(c.text(above - 1)) {
        return above - 1;
    }
    let record = whole
        && first == at
        && first > free
        && c.close(first)
        && !same_entry(c, above)
        && line::error_record(c.text(above));
    if record { above } else { first }
}

/// The end moved to where its last entry ends.
fn entry_end(c: &Cursor<'_>, mut end: usize) -> usize {
    while same_entry(c, end) {
        end += 1;
    }
    end
}
