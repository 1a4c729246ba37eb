//! Text → where lines or rows of a table end, without reading what is in them.

use memchr::{memchr, memrchr};

/// How far a text was looked at, and whether that place lies in a quoted cell.
#[derive(Debug, Default)]
pub(super) struct Ends {
    seen: usize,
    quoted: bool,
    /// Behind the last row that ended.
    row: Option<usize>,
}

impl Ends {
    /// Behind the first row of a text that nothing was cut from.
    pub(super) fn first(text: &[u8]) -> Option<usize> {
        let mut ends = Ends::default();
        // Blank lines before the header are none.
        let mut at = text.iter().position(|byte| !byte.is_ascii_whitespace())?;
        loop {
            let end = at + memchr(b'\n', text.get(at..)?)? + 1;
            ends.look(text, end);
            if ends.row == Some(end) {
                return Some(end);
            }
            at = end;
        }
    }

    /// Where a text of `least` bytes or more is cut: behind its last row, or at its last line end.
    pub(super) fn last(&mut self, text: &[u8], least: usize, is_table: bool) -> Option<usize> {
        if text.len() < least {
            return None;
        }
        if !is_table {
            let new = text.get(self.seen..).unwrap_or_default();
            self.row = memrchr(b'\n', new).map(|end| self.seen + end).filter(|end| *end > 0).or(self.row);
            self.seen = text.len();
            return self.row;
        }
        // What follows the last byte tells what a quote there means.
        self.look(text, text.len().saturating_sub(1));
        self.row
    }

    /// So many bytes were cut from the front.
    pub(super) fn cut(&mut self, n: usize) {
        self.seen = self.seen.saturating_sub(n);
        self.row = None;
    }

    /// Looks at a text up to there. As csv-core (and Python's `csv`) has it, a quote opens a cell only at its beginning; inside, two
    /// quotes are one, and a single one ends the quoting.
    fn look(&mut self, text: &[u8], until: usize) {
        while self.seen < until {
            let rest = text.get(self.seen..until).unwrap_or_default();
            let quote = memchr(b'"', rest).map(|at| self.seen + at);
            if self.quoted {
                let Some(quote) = quote else {
                    self.seen = until;
                    return;
                };
                let is_double = text.get(quote + 1) == Some(&b'"');
                self.quoted = is_double;
                self.seen = quote + 1 + usize::from(is_double);
                continue;
            }
            let end = quote.unwrap_or(until);
            let plain = text.get(self.seen..end).unwrap_or_default();
            if let Some(line) = memrchr(b'\n', plain) {
                self.row = Some(self.seen + line + 1);
            }
            self.seen = end;
            if let Some(quote) = quote {
                let before = quote.checked_sub(1).and_then(|at| text.get(at));
                self.quoted = matches!(before, None | Some(b',' | b'\n' | b'\r'));
                self.seen = quote + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use csv_core::{ReadRecordResult, Reader};
    use proptest::prelude::*;

    /// Where csv-core ends a row with a line feed.
    fn rows(text: &[u8]) -> Vec<usize> {
        let mut reader = Reader::new();
        let (mut cells, mut ends) = (vec![0; 4096], vec![0; 256]);
        let (mut at, mut found) = (0, Vec::new());
        while at < text.len() {
            let (result, n, ..) = reader.read_record(&text[at..], &mut cells, &mut ends);
            at += n;
            if result == ReadRecordResult::Record {
                // Of two bytes that end a line, it reads the second one with the row behind them.
                found.push(at + usize::from(text[at - 1] == b'\r' && text.get(at) == Some(&b'\n')));
            }
        }
        found
    }

    proptest! {
        #[test]
        fn tables_are_cut_where_rows_end(
            pieces in prop::collection::vec(
                prop::sample::select(vec!["a", ",", "\"", "\"\"", "\n", "\r\n", ",\"", "\",", "\n\""]), 0..40),
            step in 1usize..9,
        ) {
            let text = pieces.concat().into_bytes();
            let true_ends = rows(&text);
            let (mut ends, mut cut) = (Ends::default(), 0);
            let mut until = 0;
            while until < text.len() {
                until = (until + step).min(text.len());
                if let Some(end) = ends.last(&text[cut..until], 1, true) {
                    cut += end;
                    ends.cut(end);
                    // Line feeds between rows are cut off too.
                    let blank = |from: usize| text[from..cut].iter().all(|b| matches!(b, b'\n' | b'\r'));
                    prop_assert!(true_ends.iter().any(|end| *end <= cut && blank(*end)) || blank(0), "{cut} of {true_ends:?}");
                }
            }
        }
    }
}
