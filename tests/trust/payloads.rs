//! Texts that try to become more than text, wherever they are shown: markup, links, escapes, commands, formulas.

use std::collections::BTreeMap;

/// The texts by kind; the browser's test reads the same file.
const FILE: &str = include_str!("payloads.json");

/// Kinds in their order.
const KINDS: [&str; 5] = ["html", "markdown", "terminal", "hidden", "commands"];

/// All of them: each by itself, behind a word, and two of different kinds together.
pub(crate) fn payloads() -> Vec<String> {
    let file: BTreeMap<String, Vec<String>> = serde_json::from_str(FILE).unwrap();
    let each: Vec<&str> = KINDS.iter().flat_map(|kind| &file[*kind]).map(String::as_str).collect();
    let mut all: Vec<String> = each.iter().map(|text| (*text).to_owned()).collect();
    all.extend(each.iter().map(|text| format!("pier {text} quay")));
    all.extend((0..each.len()).map(|at| format!("{}{}", each[at], each[(at * 37 + 50) % each.len()])));
    all
}
