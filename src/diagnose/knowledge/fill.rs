//! A template and values → a text; what has no value is left out so that the sentence still reads.

use crate::query::shell;
use std::collections::BTreeMap;

/// The value of a placeholder; an empty one counts as none.
fn value<'a>(values: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    values.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

/// The next `{name}` of a text: what stands before it, the name, what follows.
fn placeholder(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(open) = text.get(from..)?.find('{').map(|at| from + at) {
        let after = text.get(open + 1..)?;
        if let Some(close) = after.find('}') {
            let name = after.get(..close)?;
            if !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                return Some((text.get(..open)?, name, after.get(close + 1..)?));
            }
        }
        from = open + 1;
    }
    None
}

/// Names of the placeholders of a template.
pub(super) fn names(template: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some((_, name, after)) = placeholder(rest) {
        found.push(name.to_owned());
        rest = after;
    }
    found
}

/// Fills every placeholder, or gives nothing.
pub(super) fn whole(template: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, name, after)) = placeholder(rest) {
        out.push_str(before);
        out.push_str(value(values, name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// Fills a command, each value as one word of a shell; a placeholder without a value becomes its name in capitals, as in `IMAGE`.
pub(super) fn command(template: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, name, after)) = placeholder(rest) {
        out.push_str(before);
        match value(values, name) {
            Some(value) => shell::add(&mut out, value),
            None => out.push_str(&name.to_uppercase()),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Fills prose: `[ … ]` around a placeholder is a part that goes when its value is missing; elsewhere the sentence part
/// (up to a comma, semicolon, colon or full stop) goes, and with its first part the whole sentence.
pub(super) fn prose(template: &str, values: &BTreeMap<String, String>) -> String {
    let chosen = optional(template, values);
    let mut out: Vec<String> = Vec::new();
    for sentence in sentences(&chosen) {
        let mut kept = String::new();
        for (number, part) in parts(sentence).into_iter().enumerate() {
            match whole(part, values) {
                Some(text) => kept.push_str(&text),
                None if number == 0 => break,
                None => {}
            }
        }
        let kept = kept.trim().trim_end_matches([',', ';', ':', ' ']);
        if !kept.is_empty() {
            let ended = kept.ends_with(['.', '!', '?', '"', '`']) || !sentence.trim_end().ends_with('.');
            out.push(if ended { kept.to_owned() } else { format!("{kept}.") });
        }
    }
    out.join(" ")
}

/// Resolves the `[ … ]` parts that hold a placeholder; other brackets are text.
fn optional(template: &str, values: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once('[') {
        out.push_str(before);
        let Some((inner, after)) = tail.split_once(']') else {
            out.push('[');
            rest = tail;
            continue;
        };
        if names(inner).is_empty() {
            out.push('[');
            rest = tail;
            continue;
        }
        if let Some(text) = whole(inner, values) {
            out.push_str(&text);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Sentences: up to a full stop that is followed by a space and a capital letter.
fn sentences(text: &str) -> Vec<&str> {
    cut(text, |before, after| {
        before.ends_with(". ") && after.starts_with(|c: char| c.is_uppercase() || c == '{' || c == '`')
    })
}

/// Parts of a sentence: each ends after a comma, semicolon or colon that is followed by a space.
fn parts(sentence: &str) -> Vec<&str> {
    cut(sentence, |before, _| [", ", "; ", ": "].iter().any(|mark| before.ends_with(mark)))
}

/// Cuts a text at every place where `here(before, after)` holds.
fn cut(text: &str, here: impl Fn(&str, &str) -> bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.char_indices().skip(1) {
        let (before, after) = text.split_at(at);
        if here(before, after) {
            pieces.extend(text.get(start..at));
            start = at;
        }
    }
    pieces.extend(text.get(start..).filter(|piece| !piece.is_empty()));
    pieces
}
