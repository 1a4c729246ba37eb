//! Names of wasm-bindgen's imports and closures end in a hash of sixteen hexadecimal digits, which nothing can pack → numbers of as many digits,
//! so that nothing moves in the programs. Takes both scripts, gives what stands in place of each name.

use std::collections::{BTreeMap, BTreeSet};

/// Digits of a hash.
const DIGITS: usize = 16;
/// How the names begin.
const BEGIN: [&str; 2] = ["__wbg_", "wasm_bindgen__"];

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The words of a text that end in a hash, with their places.
fn words(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        if !BEGIN.iter().any(|begin| rest.starts_with(begin.as_bytes())) {
            at += 1;
            continue;
        }
        let len = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or(rest);
        let is_digit = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        if word.last_chunk::<DIGITS>().is_some_and(|hash| hash.iter().all(is_digit)) {
            found.push((at, word));
        }
        at += len;
    }
    found
}

/// What stands in place of each name.
pub(crate) struct Names(BTreeMap<Vec<u8>, Vec<u8>>);

impl Names {
    /// Names without their hashes are numbered where several are the same, in the order of the hashes.
    pub(crate) fn of(scripts: &[&str]) -> Names {
        let all: BTreeSet<Vec<u8>> = scripts
            .iter()
            .flat_map(|script| words(script.as_bytes()))
            .map(|(_, word)| word.to_vec())
            .collect();
        let mut known: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let number = |name: Vec<u8>| {
            let base: Vec<u8> = name.iter().copied().take(name.len().saturating_sub(DIGITS)).collect();
            let n = known.entry(base.clone()).or_default();
            let new = [base, format!("{n:016x}").into_bytes()].concat();
            *n += 1;
            (name, new)
        };
        Names(all.into_iter().map(number).collect())
    }

    /// Names that a program asks for or gives and that its script does not have.
    pub(crate) fn missing(script: &str, program: &[u8]) -> Vec<String> {
        let known: BTreeSet<&[u8]> = words(script.as_bytes()).into_iter().map(|(_, word)| word).collect();
        let asked = words(program).into_iter().map(|(_, word)| word).filter(|word| !known.contains(word));
        asked.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// A script or a program with the names that it has instead.
    pub(crate) fn put(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for (at, word) in words(bytes) {
            let place = out.get_mut(at..at + word.len());
            if let (Some(new), Some(place)) = (self.0.get(word), place) {
                place.copy_from_slice(new);
            }
        }
        out
    }
}
