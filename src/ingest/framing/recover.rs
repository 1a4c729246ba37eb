//! Where the next element of an array begins behind a broken one: at a comma, a brace and a quote, if an object stands there
//! that has a key which whole elements have. Of lists that are members of objects, also at the first element of the next one.
//!
//! In a whole file no such place lies in a string, where a quote needs a backslash; an object inside a list of the broken
//! element is told from an element by its keys.

use crate::entry::Severity;
use crate::ingest::json;
use crate::ingest::value::Value;
use std::collections::BTreeMap;

/// Whole elements whose keys are learnt, and keys that are remembered at most.
const ELEMENTS: u32 = 16;
const KEYS: usize = 64;
/// Blanks between a brace and its first key at most.
const BLANKS: usize = 256;
/// Longest key of a list.
const KEY_BYTES: usize = 256;
/// Bytes that may be read a second time before any was read once.
const FREE_BYTES: u64 = 1024 * 1024;

/// What is known about the elements, and how much was read again.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    /// How many elements have a key.
    keys: BTreeMap<String, u32>,
    n_learnt: u32,
    n_again: u64,
}

/// A search for such a place, over pieces of any size: how many of its signs were met, and bytes since its brace.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    met: Met,
    n_since: usize,
    /// What was read since the last quote, and what stood before it: perhaps the key of a list.
    word: Vec<u8>,
    key: Vec<u8>,
    /// Whether the brace stood first in a list.
    is_first: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Met {
    #[default]
    Nothing,
    Comma,
    Brace,
    /// The end of a key, or of another text.
    Quote,
    Colon,
    /// The beginning of a list of elements.
    List,
}

impl Recovery {
    /// Learns the keys of a whole element.
    pub(super) fn learn(&mut self, element: &[u8]) {
        if self.n_learnt >= ELEMENTS {
            return;
        }
        self.n_learnt += 1;
        for key in keys(element) {
            if let Some(n) = self.keys.get_mut(&key) {
                *n += 1;
            } else if self.keys.len() < KEYS {
                self.keys.insert(key, 1);
            }
        }
    }

    /// Whether an object has a key that elements have; while no element was whole, any will do. Where nothing else speaks for
    /// it (`is_doubtful`) it has to have most of the keys that most elements have.
    pub(super) fn is_element(&self, object: &[u8], is_doubtful: bool) -> bool {
        if !is_doubtful {
            return self.keys.is_empty() || keys(object).iter().any(|key| self.keys.contains_key(key));
        }
        let is_usual = |n: &u32| n * 2 > self.n_learnt;
        let n_usual = self.keys.values().filter(|n| is_usual(n)).count();
        let n_has = keys(object).iter().filter(|key| self.keys.get(*key).is_some_and(is_usual)).count();
        n_has * 2 > n_usual
    }

    /// Whether so many bytes may be read again, of which so many were read once: each about twice at most, whatever the file.
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
    /// A search that begins behind a comma.
    pub(super) fn behind_comma() -> Search {
        Search { met: Met::Comma, ..Search::default() }
    }

    /// The key of the list in which the place that was found stands first.
    pub(super) fn list(&self) -> Option<&str> {
        std::str::from_utf8(&self.key).ok().filter(|_| self.is_first)
    }

    /// Goes on; gives how many bytes it used, and at the end of a place how many bytes ago its brace stood. `wanted`: the key
    /// under which lists of elements stand; such a list, or that of a severity, may begin behind the broken element too.
    pub(super) fn run(&mut self, bytes: &[u8], wanted: Option<&str>) -> (usize, Option<usize>) {
        for (at, byte) in bytes.iter().enumerate() {
            self.n_since += 1;
            if self.n_since > BLANKS && self.met == Met::Brace {
                self.met = Met::Nothing;
            }
            self.met = match (byte, self.met) {
                (b'"', Met::Brace) => return (at + 1, Some(self.n_since)),
                (b'"', _) if wanted.is_some() => {
                    self.key = std::mem::take(&mut self.word);
                    Met::Quote
                }
                (b' ' | b'\t' | b'\r' | b'\n', met) => met,
                (b',', _) => Met::Comma,
                (b':', Met::Quote) => Met::Colon,
                (b'[', Met::Colon) if is_list(&self.key, wanted) => Met::List,
                (b'{', Met::Comma | Met::List) => {
                    self.n_since = 1;
                    self.is_first = self.met == Met::List;
                    Met::Brace
                }
                _ => Met::Nothing,
            };
            if self.met != Met::Nothing {
                self.word.clear();
            } else if wanted.is_some() && self.word.len() < KEY_BYTES {
                self.word.push(*byte);
            }
        }
        (bytes.len(), None)
    }
}

/// Whether a list of elements may stand under a key.
fn is_list(key: &[u8], wanted: Option<&str>) -> bool {
    std::str::from_utf8(key).is_ok_and(|key| wanted == Some(key) || Severity::parse(key).is_some())
}

/// Keys of an object; none if it is broken.
fn keys(object: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(object).unwrap_or_default();
    match json::parse(text) {
        Ok(Value::Object(members)) => members.into_iter().map(|(key, _)| key.into_owned()).collect(),
        _ => Vec::new(),
    }
}
