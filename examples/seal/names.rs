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

/// The words of a text that end in a hash: begin and end of each.
fn words(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if BEGIN.iter().any(|begin| rest.starts_with(begin.as_bytes())) {
            let len = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
            let hash = &rest[len.saturating_sub(DIGITS)..len];
            if hash.len() == DIGITS && hash.iter().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b)) {
                found.push((at, at + len));
            }
            at += len;
        } else {
            at += 1;
        }
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
            .flat_map(|script| {
                words(script.as_bytes()).into_iter().map(|(from, to)| script.as_bytes()[from..to].to_vec())
            })
            .collect();
        let mut known: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
        let number = |name: Vec<u8>| {
            let base = name[..name.len() - DIGITS].to_vec();
            let n = known.entry(base.clone()).or_default();
            let new = [base, format!("{n:016x}").into_bytes()].concat();
            *n += 1;
            (name, new)
        };
        Names(all.into_iter().map(number).collect())
    }

    /// A script or a program with the names that it has instead.
    pub(crate) fn put(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        for (from, to) in words(&bytes) {
            if let Some(new) = self.0.get(&bytes[from..to]) {
                bytes[from..to].copy_from_slice(new);
            }
        }
        bytes
    }
}
