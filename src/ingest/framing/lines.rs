//! Lines → records: NDJSON, plain text, and logs that mix both. A line end belongs to no record.
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
        }
    }

    pub(super) fn done(&self) -> bool {
        self.done
    }

    pub(super) fn push(&mut self, bytes: &[u8], take: Take<'_>) {
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

    pub(super) fn finish(&mut self, take: Take<'_>) {
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
