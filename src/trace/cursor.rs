//! The lines of one stream with the entry each belongs to: takes entries, gives lines to the recognisers, which stop
//! at a pause too long for one trace.

use std::borrow::Cow;

use super::line;
use super::screen::{Piece, Verdict};
use crate::entry::Nanos;
use crate::limits::{TRACE_CLOSE_NANOS, TRACE_GAP_NANOS, TRACE_LOOKAHEAD_LINES};

/// One line.
#[derive(Debug)]
pub(super) struct Row<'a> {
    text: Cow<'a, str>,
    /// Entry it belongs to, in the caller's numbering.
    pub(super) entry: u32,
    /// Nanoseconds since the line before, where both times are known and the entries differ.
    pause: Option<i64>,
    /// What its wording lets expect.
    pub(super) verdict: Verdict,
}

/// Lines in order.
#[derive(Debug, Default)]
pub(super) struct Cursor<'a> {
    rows: Vec<Row<'a>>,
    /// The lines are one text: what stands behind the exception line is its message.
    pub(super) whole: bool,
}

impl<'a> Cursor<'a> {
    /// The lines of one text.
    pub(super) fn of_text(text: &'a str) -> Cursor<'a> {
        let mut cursor = Cursor { rows: Vec::new(), whole: true };
        cursor.push(text, 0, None);
        cursor
    }

    /// Adds an entry's lines; `pause` is the time since the entry before it in the stream.
    pub(super) fn push(&mut self, text: &'a str, entry: u32, pause: Option<i64>) {
        let text = text.strip_suffix('\n').unwrap_or(text);
        for (n, part) in text.split('\n').enumerate() {
            let pause = if n == 0 { pause } else { None };
            self.rows.push(Row { text: line::plain(part), entry, pause, verdict: Verdict::default() });
        }
    }

    /// The same for an entry whose lines were looked at before.
    pub(super) fn push_known(&mut self, pieces: &[Piece<'a>], entry: u32, pause: Option<i64>) {
        let mut pause = pause;
        for piece in pieces {
            let (text, verdict) = (piece.text.clone(), piece.verdict);
            self.rows.push(Row { text, entry, pause: pause.take(), verdict });
        }
    }

    /// Forgets all lines, and keeps their room for others.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Number of lines.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// A row.
    pub(super) fn row(&self, at: usize) -> Option<&Row<'a>> {
        self.rows.get(at)
    }

    /// The line at `at`, whatever stands before it; empty beyond the end.
    pub(super) fn text(&self, at: usize) -> &str {
        self.rows.get(at).map_or("", |row| &row.text)
    }

    /// The line at `at` as continuation of the one before it: `None` at the end and after a long pause.
    pub(super) fn next(&self, at: usize) -> Option<&str> {
        let row = self.rows.get(at)?;
        (row.pause.unwrap_or(0) <= TRACE_GAP_NANOS).then_some(&*row.text)
    }

    /// As [`next`](Self::next), only if it follows so closely that both were printed together; without times: no.
    pub(super) fn printed_together(&self, at: usize, nanos: i64) -> Option<&str> {
        let row = self.rows.get(at)?;
        row.pause.is_some_and(|pause| pause <= nanos.min(TRACE_CLOSE_NANOS)).then_some(&*row.text)
    }

    /// Whether two neighbouring lines could come of one print; true where no times are known.
    pub(super) fn close(&self, at: usize) -> bool {
        self.rows.get(at).is_some_and(|row| row.pause.unwrap_or(0) <= TRACE_CLOSE_NANOS)
    }

    /// First line from `at` on, within `limit` lines (at most the general look-ahead), that `want` accepts, provided
    /// that no line before it is a log record or refused by `stop`.
    pub(super) fn find(
        &self,
        at: usize,
        limit: usize,
        want: impl Fn(&str) -> bool,
        stop: impl Fn(&str) -> bool,
    ) -> Option<usize> {
        for i in at..at.saturating_add(limit.min(TRACE_LOOKAHEAD_LINES)) {
            let text = self.next(i)?;
            if want(text) {
                return Some(i);
            }
            if line::record(text) || stop(text) {
                return None;
            }
        }
        None
    }

    /// Skips lines from `at` on while `want` accepts them; gives the first that it does not.
    pub(super) fn skip(&self, mut at: usize, want: impl Fn(&str) -> bool) -> usize {
        while self.next(at).is_some_and(&want) {
            at += 1;
        }
        at
    }

    /// Lines `from..to` as text.
    pub(super) fn slice(&self, from: usize, to: usize) -> Vec<&str> {
        (from..to.min(self.len())).map(|i| self.text(i)).collect()
    }
}

/// Time between two entries.
pub(super) fn pause(before: Option<Nanos>, now: Option<Nanos>) -> Option<i64> {
    Some(now?.0.saturating_sub(before?.0).max(0))
}
