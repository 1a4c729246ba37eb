//! Where the next element of an array begins behind a broken one: at a comma, a brace and a quote, if an object stands there
//! that has a key which whole elements have.
//!
//! In a whole file no such place lies in a string, where a quote needs a backslash; an object inside a list of the broken
//! element is told from an element by its keys.

use crate::ingest::json;
use crate::ingest::value::Value;
use std::collections::BTreeSet;

/// Whole elements whose keys are learnt, and keys that are remembered at most.
const ELEMENTS: u32 = 16;
const KEYS: usize = 64;
/// Blanks between a brace and its first key at most.
const BLANKS: usize = 256;
/// Bytes that may be read a second time before any was read once.
const FREE_BYTES: u64 = 1024 * 1024;

/// What is known about the elements, and how much was read again.
#[derive(Debug, Default)]
pub(super) struct Recovery {
    keys: BTreeSet<String>,
    n_learnt: u32,
    n_again: u64,
}

/// A search for such a place, over pieces of any size: how many of its signs were met, and bytes since its brace.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Search {
    met: Met,
    n_since: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Met {
    #[default]
    Nothing,
    Comma,
    Brace,
}

impl Recovery {
    /// Learns the keys of a whole element.
    pub(super) fn learn(&mut self, element: &[u8]) {
        if self.n_learnt >= ELEMENTS {
            return;
        }
        self.n_learnt += 1;
        for key in keys(element) {
            if self.keys.len() < KEYS {
                self.keys.insert(key);
            }
        }
    }

    /// Whether an object has a key that elements have; while no element was whole, any will do.
    pub(super) fn is_element(&self, object: &[u8]) -> bool {
        self.keys.is_empty() || keys(object).iter().any(|key| self.keys.contains(key))
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
    /// Goes on; gives how many bytes it used, and at the end of a place how many bytes ago its brace stood.
    pub(super) fn run(&mut self, bytes: &[u8]) -> (usize, Option<usize>) {
        for (at, byte) in bytes.iter().enumerate() {
            self.n_since += 1;
            if self.n_since > BLANKS && self.met == Met::Brace {
                self.met = Met::Nothing;
            }
            self.met = match (byte, self.met) {
                (b'"', Met::Brace) => return (at + 1, Some(self.n_since)),
                (b' ' | b'\t' | b'\r' | b'\n', met) => met,
                (b',', _) => Met::Comma,
                (b'{', Met::Comma) => {
                    self.n_since = 1;
                    Met::Brace
                }
                _ => Met::Nothing,
            };
        }
        (bytes.len(), None)
    }
}

/// Keys of an object; none if it is broken.
fn keys(object: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(object).unwrap_or_default();
    match json::parse(text) {
        Ok(Value::Object(members)) => members.into_iter().map(|(key, _)| key.into_owned()).collect(),
        _ => Vec::new(),
    }
}
