//! A text → the signatures that match it, most specific first.
//!
//! One Aho-Corasick automaton over all anchors picks the candidates; only their regexes are compiled, on first use.

use super::Match;
use super::expression::Expression;
use super::model::Signature;
use crate::order::{Gather as _, Order as _};
use aho_corasick::AhoCorasick;
use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The compiled side of the signatures, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Matcher {
    anchors: Option<AhoCorasick>,
    /// Number of the signature that an anchor belongs to.
    owner: Vec<usize>,
    regexes: Vec<OnceLock<Option<Expression>>>,
    /// Compiled `each`, by number.
    each: Vec<OnceLock<Option<Expression>>>,
    /// Numbers of the signatures named in `also`.
    also: Vec<Vec<usize>>,
}

impl Matcher {
    pub(super) fn new(signatures: &[Signature]) -> Matcher {
        let number: BTreeMap<&str, usize> =
            signatures.iter().enumerate().map(|(n, signature)| (signature.id.as_str(), n)).gathered();
        let pairs: Vec<(usize, &str)> = signatures
            .iter()
            .enumerate()
            .flat_map(|(n, signature)| signature.anchor.iter().map(move |anchor| (n, anchor.as_str())))
            .collect();
        let anchors = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(pairs.iter().map(|(_, anchor)| *anchor));
        let also = signatures.iter().map(|signature| {
            signature.also.iter().filter_map(|id| number.get(id.as_str()).copied()).collect()
        });
        Matcher {
            anchors: anchors.ok(),
            owner: pairs.iter().map(|(n, _)| *n).collect(),
            regexes: signatures.iter().map(|_| OnceLock::new()).collect(),
            each: signatures.iter().map(|_| OnceLock::new()).collect(),
            also: also.collect(),
        }
    }

    /// All that match a normalised text; `request` asks only those that apply to request lines.
    pub(super) fn matches(&self, signatures: &[Signature], text: &str, request: bool) -> Vec<Match> {
        let Some(anchors) = &self.anchors else {
            return Vec::new();
        };
        // The longest of its anchors that stands in the text.
        let mut candidates: BTreeMap<usize, usize> = BTreeMap::new();
        for hit in anchors.find_overlapping_iter(text) {
            if let Some(owner) = self.owner.get(hit.pattern().as_usize()) {
                let longest = candidates.entry(*owner).or_default();
                *longest = hit.len().max(*longest);
            }
        }
        let mut found: Vec<Match> = candidates
            .keys()
            .copied()
            .filter(|n| !request || signatures.get(*n).is_some_and(|signature| signature.applies_to_request))
            .filter_map(|n| self.search(signatures, n, text))
            .collect();
        self.sort(signatures, &mut found, &candidates);
        found
    }

    fn search(&self, signatures: &[Signature], n: usize, text: &str) -> Option<Match> {
        let signature = signatures.get(n)?;
        let regex = self.regexes.get(n)?.get_or_init(|| Expression::new(&signature.regex).ok()).as_ref()?;
        if !regex.is_match(text) {
            return None;
        }
        let mut captures = if regex.is_plain() { BTreeMap::new() } else { captures(regex, text) };
        if !signature.each.is_empty()
            && let Some(each) =
                self.each.get(n)?.get_or_init(|| Expression::new(&signature.each).ok()).as_ref()
        {
            captures.extend(collected(each, text));
        }
        Some(Match { signature: n, captures })
    }

    /// Most specific first: catch-alls last, then what others name in `also`, then by role, then by the longest anchor that is there.
    fn sort(&self, signatures: &[Signature], found: &mut [Match], anchors: &BTreeMap<usize, usize>) {
        if found.len() < 2 {
            return;
        }
        let present: BTreeSet<usize> = found.iter().map(|found| found.signature).gathered();
        let depths = self.depths(&present);
        found.order_by_key(|found| {
            let signature = signatures.get(found.signature);
            let anchor = anchors.get(&found.signature);
            (
                signature.is_some_and(|s| s.generic),
                depths.get(&found.signature).copied().unwrap_or(0),
                signature.map(|s| s.role),
                Reverse(anchor),
                found.signature,
            )
        });
    }

    /// How many steps of `also` lead to each of the signatures present.
    fn depths(&self, present: &BTreeSet<usize>) -> BTreeMap<usize, usize> {
        let mut depths: BTreeMap<usize, usize> = present.iter().map(|n| (*n, 0)).gathered();
        // A cycle (two that name each other) ends after as many rounds as there are signatures.
        for _ in 0..present.len() {
            for n in present {
                let next = depths.get(n).copied().unwrap_or(0) + 1;
                for below in self.also.get(*n).into_iter().flatten() {
                    if let Some(depth) = depths.get_mut(below) {
                        *depth = (*depth).max(next);
                    }
                }
            }
        }
        depths
    }
}

/// The named captures that took part, folded and tidied.
pub(super) fn captures(regex: &Expression, text: &str) -> BTreeMap<String, String> {
    let mut captures = BTreeMap::new();
    for (name, value) in regex.captures(text) {
        let value = tidied(value);
        if !value.is_empty() {
            captures.entry(folded(name).to_owned()).or_insert_with(|| value.to_owned());
        }
    }
    captures
}

/// Values of one name that are told; a longer list says how many more there are.
const COLLECTED: usize = 12;

/// What all matches of a regex name, each value once, in the order of the text: `A`, `A and B`, `A, B and C`.
pub(super) fn collected(regex: &Expression, text: &str) -> BTreeMap<String, String> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in regex.every(text).flatten() {
        let value = tidied(value);
        let list = lists.entry(folded(name).to_owned()).or_default();
        if !value.is_empty() && !list.iter().any(|known| known == value) {
            list.push(value.to_owned());
        }
    }
    lists.retain(|_, list| !list.is_empty());
    let joined = |mut list: Vec<String>| {
        if list.len() > COLLECTED {
            let more = list.len() - COLLECTED;
            list.truncate(COLLECTED);
            list.push(format!("{more} more"));
        }
        enumerated(&list)
    };
    lists.into_iter().map(|(name, list)| (name, joined(list))).gathered()
}

/// `a`, `a and b`, `a, b and c`.
fn enumerated(items: &[String]) -> String {
    match items.split_last() {
        Some((last, most)) if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// A value as it can stand in a sentence: no blanks around it, no full stop or opened bracket at its end.
fn tidied(value: &str) -> &str {
    let trimmed = value.trim().trim_end_matches(['.', ',', ';', ':', '[', '{', '(']).trim_end();
    if trimmed.is_empty() { value.trim() } else { trimmed }
}

/// `path2` is the variable `path` in another alternative.
pub(super) fn folded(name: &str) -> &str {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    if base.is_empty() { name } else { base }
}

/// The text as signatures expect it: no terminal codes, real line ends, trimmed.
pub(super) fn normal(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if !text.contains('\u{1b}') && !text.contains("\\n") && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\u{1b}' => skip_escape(&mut rest),
            '\\' if rest.peek() == Some(&'n') => {
                rest.next();
                // A doubly escaped line end (`\\n`) leaves no stray backslash.
                let kept = out.trim_end_matches('\\').len();
                out.truncate(kept);
                out.push('\n');
            }
            '\r' => {}
            other => out.push(other),
        }
    }
    Cow::Owned(out.trim().to_owned())
}

/// Skips the rest of a terminal code: `[ … letter`, `] … BEL`, or one character.
fn skip_escape(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match rest.next() {
        Some('[') => while rest.next_if(|c| !('\u{40}'..='\u{7e}').contains(c)).is_some() {},
        Some(']') => while rest.next_if(|c| *c != '\u{7}').is_some() {},
        _ => return,
    }
    rest.next();
}
