//! How elements of an array begin, learnt from those that were whole: where the next one begins behind a broken one.
//!
//! An element begins behind a comma with a brace and the key that other elements have first. In a whole file the quote of
//! that key can't stand in a string without a backslash, so the mark is told from text that merely looks like it.

/// Openings that are remembered; arrays mix few kinds of elements.
const KINDS: usize = 8;
/// Longest opening.
const OPENING_BYTES: usize = 96;
/// Bytes that may be read a second time before any was read once.
const FREE_BYTES: u64 = 1024 * 1024;

/// What is known about the elements, and how much was read again.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    openings: Vec<Vec<u8>>,
    n_again: u64,
}

/// A search for the next mark, over pieces of any size.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    /// Whether the last thing was a brace that closes, or a comma behind it, or behind anything else.
    behind: Behind,
    /// What may be an opening, from its brace on.
    opening: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Behind {
    #[default]
    Else,
    Brace,
    Comma {
        brace: bool,
    },
}

impl Recovery {
    /// Remembers how a whole element begins.
    pub(super) fn learn(&mut self, record: &[u8]) {
        if self.openings.len() >= KINDS || self.openings.iter().any(|known| record.starts_with(known)) {
            return;
        }
        let head = record.get(..OPENING_BYTES).unwrap_or(record);
        let key = head.iter().position(|byte| *byte == b'"');
        let key = key.filter(|at| head.get(1..*at).is_some_and(|blanks| blanks.trim_ascii().is_empty()));
        let Some(from) = key else { return };
        let end = head.iter().skip(from + 1).position(|byte| matches!(byte, b'"' | b'\\'));
        if let Some(opening) = end.and_then(|end| head.get(..from + end + 2)).filter(|text| text.ends_with(b"\"")) {
            self.openings.push(opening.to_vec());
        }
    }

    /// Where in the bytes a mark stands first: the place of its brace.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        let mut search = Search::default();
        let (used, is_found) = self.seek(&mut search, bytes);
        is_found.then(|| used - search.opening.len())
    }

    /// Goes on with a search; gives how many bytes it used and whether a mark ends there.
    pub(super) fn seek(&self, search: &mut Search, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.is_mark(search, *byte) {
                return (at + 1, true);
            }
        }
        (bytes.len(), false)
    }

    fn is_mark(&self, search: &mut Search, byte: u8) -> bool {
        if !search.opening.is_empty() {
            search.opening.push(byte);
            match self.fits(&search.opening, search.behind == Behind::Comma { brace: true }) {
                Some(is_whole) => return is_whole,
                None => {
                    search.opening.clear();
                    search.behind = Behind::Else;
                }
            }
        }
        search.behind = match (byte, search.behind) {
            (b' ' | b'\t' | b'\r' | b'\n', behind) => behind,
            (b'}', _) => Behind::Brace,
            (b',', behind) => Behind::Comma { brace: behind == Behind::Brace },
            (b'{', behind @ Behind::Comma { .. }) => {
                search.opening.push(b'{');
                behind
            }
            _ => Behind::Else,
        };
        false
    }

    /// Whether text is an opening (true) or may become one (false). While no element was whole, any object is one that
    /// stands behind another.
    fn fits(&self, text: &[u8], behind_brace: bool) -> Option<bool> {
        if self.openings.is_empty() {
            let inner = text.get(1..).unwrap_or(&[]).trim_ascii_start();
            return (behind_brace && text.len() < OPENING_BYTES && (inner.is_empty() || inner == b"\""))
                .then_some(!inner.is_empty());
        }
        if self.openings.iter().any(|known| known == text) {
            return Some(true);
        }
        self.openings.iter().any(|known| known.starts_with(text)).then_some(false)
    }

    /// Whether so many bytes may be read again, of which so many were read once: each byte about twice at most, whatever the file.
    pub(super) fn afford(&mut self, n_again: usize, n_once: u64) -> bool {
        let whole = self.n_again + n_again as u64;
        if whole > FREE_BYTES + n_once {
            return false;
        }
        self.n_again = whole;
        true
    }
}

impl Search {
    /// The opening that was found.
    pub(super) fn opening(&self) -> &[u8] {
        &self.opening
    }
}
