//! What stands among elements and is no object.

use super::super::recover::Search;
use super::super::scan::Step;
use super::super::{Cut, Take};
use super::{Again, Elements, NEAR, State};

impl Elements {
    pub(super) fn junk(&mut self, bytes: &[u8], take: Take<'_>) -> usize {
        let State::Junk(scan) = &mut self.state else { return 0 };
        let end = match scan {
            Some(scan) => match scan.run(bytes) {
                Step::Open => None,
                Step::Closed(end) | Step::Broken(end) | Step::Next(end) => Some(end),
            },
            None => bytes.iter().position(|b| matches!(b, b',' | b'\n' | b']' | b'{')),
        };
        let Some(end) = end else {
            self.piece.keep(bytes);
            return bytes.len();
        };
        self.end_junk(bytes.get(..end).unwrap_or(bytes), take);
        end
    }

    pub(super) fn end_junk(&mut self, last: &[u8], take: Take<'_>) {
        let (Ok(raw) | Err(raw)) = self.piece.close(last, None);
        take(Cut::Bad(raw, "this is no object"));
        let is_string = raw.bytes.first() == Some(&b'"');
        self.state = match self.member {
            None => State::Between { blanks: None, fresh: true },
            Some(_) if is_string || is_word(raw.bytes) => State::After,
            Some(_) => State::Search(Search::default()),
        };
        // A string that began at a quote which closed another may hold the beginning of an element.
        if self.recovery.is_some() && is_string {
            let mut search = Search::default();
            let wanted = self.member.as_ref().map(|member| member.wanted.as_str());
            let (used, place) = search.run(raw.bytes, wanted);
            if place.is_some() && used == raw.bytes.len() {
                self.state = State::Search(Search::default());
                let near = raw.bytes.len().saturating_sub(NEAR);
                let lines = memchr::memchr_iter(b'\n', raw.bytes.get(..near).unwrap_or(&[])).count() as u64;
                self.rewind = Some((raw.offset + near as u64, raw.line + lines));
                self.again.push(Again::new(raw.bytes.get(near..).unwrap_or(&[]).to_vec()));
            } else if self.member.is_some() && !(raw.bytes.len() > 1 && raw.bytes.ends_with(b"\"")) {
                // The line ends in it: the quote closed another, and what stands behind it are signs of what follows.
                self.state = State::Search(search);
            }
        }
    }

    /// Behind a value that is no object. If neither a comma nor the end of the list follows, it is what is left of a broken
    /// element, and so is what follows: brackets in there say nothing about the list.
    pub(super) fn after(&mut self, bytes: &[u8]) -> usize {
        match bytes.first() {
            Some(b' ' | b'\t' | b'\r' | b'\n') => return 1,
            Some(b',' | b']') => self.state = State::Between { blanks: None, fresh: true },
            _ => self.state = State::Search(Search::default()),
        }
        0
    }
}

/// Whether this is a number, a truth, or another word that stands without quotes.
fn is_word(bytes: &[u8]) -> bool {
    let word = bytes.trim_ascii();
    word.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}
