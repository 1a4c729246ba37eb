//! Lines → records: NDJSON, plain text, and logs that mix both. A line end belongs to no record. Where the dialect leaves no doubt
//! how a record begins (Laravel), lines that begin otherwise go on with the record before.
//!
//! A line belongs to the shard that holds the line end before it, so a shard that begins inside the file passes over
//! everything up to its first line end.

use super::piece::Piece;
use super::{Cut, Range, Stray, TOO_LONG, Take};
use memchr::memchr;

/// Reader of lines.
#[derive(Debug)]
pub(crate) struct Lines {
    piece: Piece,
    range: Range,
    stray: Stray,
    at: u64,
    line: u64,
    /// The rest of a line of the shard before is being passed over.
    foreign: bool,
    done: bool,
    /// Whether a record goes on up to the next head.
    joins: bool,
    /// First bytes of a line, until it is known whether it is a head; `None` within a line.
    start: Option<Vec<u8>>,
}

/// Bytes that tell a head: `[2025-`.
const HEAD: usize = 6;

/// Whether a line that begins so begins a record: a bracket and a year.
fn is_head(start: &[u8]) -> bool {
    matches!(start, [b'[', rest @ .., b'-'] if rest.len() == 4 && rest.iter().all(u8::is_ascii_digit))
}

impl Lines {
    pub(super) fn new(range: Range, stray: Stray) -> Lines {
        Lines {
            piece: Piece::default(),
            range,
            stray,
            at: range.start,
            line: 1,
            foreign: range.inside,
            done: false,
            joins: false,
            start: None,
        }
    }

    /// The same for records of several lines, each of which begins with a time in brackets.
    pub(super) fn joined(range: Range) -> Lines {
        let start = (!range.inside).then(Vec::new);
        Lines { joins: true, start, ..Lines::new(range, Stray::Usual) }
    }

    pub(super) fn done(&self) -> bool {
        self.done
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
        if self.joins {
            return self.push_joined(bytes, take);
        }
        let mut rest = bytes;
        while !self.done && !rest.is_empty() {
            let end = memchr(b'\n', rest);
            let (line, next) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            if !self.foreign && !self.piece.is_open() {
                self.piece.begin(self.at, self.line);
            }
            self.at += line.len() as u64;
            if end.is_some() {
                self.end_line(line, take);
                self.line += 1;
                self.foreign = false;
                self.done = self.at > self.range.end;
            } else if !self.foreign {
                self.piece.keep(line);
            }
            rest = next;
        }
    }

    fn push_joined(&mut self, bytes: &[u8], take: Take<'_>) {
        let mut rest = bytes;
        while !self.done && !rest.is_empty() {
            if let Some(start) = &mut self.start {
                let wanted = rest.iter().take(HEAD - start.len()).take_while(|b| **b != b'\n').count();
                let (more, next) = rest.split_at(wanted);
                start.extend_from_slice(more);
                rest = next;
                if start.len() < HEAD && rest.is_empty() {
                    return;
                }
                self.begin_line(take);
                continue;
            }
            let end = memchr(b'\n', rest);
            let (line, next) = rest.split_at(end.map_or(rest.len(), |end| end + 1));
            if self.piece.is_open() {
                self.piece.keep(line);
            }
            self.at += line.len() as u64;
            if end.is_some() {
                self.line += 1;
                self.start = Some(Vec::new());
            }
            rest = next;
        }
    }

    /// A line begins, and it is known with what: a head ends the record before it.
    fn begin_line(&mut self, take: Take<'_>) {
        let start = self.start.take().unwrap_or_default();
        if is_head(&start) {
            self.end_record(take);
            if self.at > self.range.end {
                self.done = true;
                return;
            }
            self.piece.begin(self.at, self.line);
        } else if !self.piece.is_open() && !self.range.inside {
            self.piece.begin(self.at, self.line);
        }
        if self.piece.is_open() {
            self.piece.keep(&start);
        }
        self.at += start.len() as u64;
    }

    fn end_record(&mut self, take: Take<'_>) {
        if !self.piece.is_open() {
            return;
        }
        match self.piece.close(&[], None) {
            Ok(mut raw) => {
                raw.bytes = raw.bytes.trim_ascii_end();
                if !raw.bytes.is_empty() {
                    take(Cut::Line(raw, self.stray));
                }
            }
            Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
        }
    }

    pub(super) fn finish(&mut self, take: Take<'_>) {
        if self.joins {
            if !self.done {
                self.begin_line(take);
                self.end_record(take);
            }
            return;
        }
        if !self.done && self.piece.is_open() {
            self.end_line(&[], take);
        }
    }

    /// Ends the open line with its last bytes, none if the text ends without a line end.
    fn end_line(&mut self, last: &[u8], take: Take<'_>) {
        if self.foreign {
            return;
        }
        match self.piece.close(last, None) {
            Ok(mut raw) => {
                raw.bytes = raw.bytes.trim_ascii_end();
                let lead = raw.bytes.len() - raw.bytes.trim_ascii_start().len();
                if raw.bytes.get(lead) == Some(&b'{') {
                    raw.bytes = raw.bytes.get(lead..).unwrap_or(raw.bytes);
                    raw.offset += lead as u64;
                }
                if raw.bytes.is_empty() {
                    return;
                }
                let unended = last.is_empty();
                take(if unended { Cut::LastLine(raw, self.stray) } else { Cut::Line(raw, self.stray) });
            }
            Err(raw) => take(Cut::Bad(raw, TOO_LONG)),
        }
    }
}
