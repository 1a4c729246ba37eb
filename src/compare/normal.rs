//! The words of a message → the text by which both sides know it: values masked, printed objects folded, cut to its beginning.
//!
//! Lines often end in objects that a program prints (`Order(id=…, seats=[…])`, `{"a": …}`), longer and more varied than the
//! sentence before them. They are values, so one variable stands for what is in them.

use crate::pattern::{self, VARIABLE};

/// Words of a message that count; what follows them is a variable.
const WORDS: usize = 20;
/// Bytes of a message that are looked at.
const BYTES: usize = 2_048;

/// The text of a message, from its first line that says something.
pub(super) fn normal(message: &str) -> String {
    let mut lines = message.lines().filter(|line| line.chars().any(char::is_alphanumeric));
    let line = lines.next().unwrap_or(message).trim();
    let more = lines.next().is_some();
    let mut masked = String::new();
    pattern::mask(crate::digest::cut(line, BYTES), &mut masked);
    leading(&joined(&folded(&masked)), more)
}

/// What printed objects hold becomes one variable; brackets of a sentence (`[getOrder][not found]`) stay.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Of each open bracket: where its inside begins in `out`.
    let mut open: Vec<(char, usize)> = Vec::new();
    for c in text.chars() {
        let opener = match c {
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => ' ',
        };
        if let Some(at) = open.iter().rposition(|(o, _)| *o == opener).filter(|_| opener != ' ') {
            let (_, inside) = open.get(at).copied().unwrap_or((' ', out.len()));
            open.truncate(at);
            fold(&mut out, inside, opener);
        }
        out.push(c);
        if matches!(c, '(' | '[' | '{') {
            open.push((c, out.len()));
        }
    }
    // An object that was cut off.
    if let Some((opener, inside)) = open.first().copied() {
        fold(&mut out, inside, opener);
    }
    out
}

/// Puts a variable in place of what was written since `inside`, if that is an object or a list.
fn fold(out: &mut String, inside: usize, opener: char) {
    let Some(content) = out.get(inside..) else { return };
    let pairs = content.contains('=') || opener == '{' && content.contains(':');
    let list = opener != '(' && content.contains(',');
    // A lone list of names after a key or a colon.
    let before = out.get(..inside).unwrap_or_default().trim_end_matches(opener).trim_end();
    let value = opener == '[' && before.ends_with(['=', ':']) && !content.is_empty();
    if pairs || list || value || opener == '{' && content.contains(VARIABLE) {
        out.truncate(inside);
        out.push_str(VARIABLE);
    }
}

/// `<*>:<*>`, `<*>, <*>` and `<*> <*>` are one variable; runs of blanks one blank.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.split_whitespace().fold(String::with_capacity(text.len()), |mut all, word| {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(word);
        all
    });
    while let Some(at) = rest.find(VARIABLE) {
        let gap = rest.get(..at).unwrap_or_default();
        let near = matches!(gap, "" | ":" | "," | ", " | "." | "/" | "-" | " " | ";" | "@" | "T");
        if !(near && out.ends_with(VARIABLE)) {
            out.push_str(gap);
            out.push_str(VARIABLE);
        }
        rest = rest.split_off(at + VARIABLE.len());
    }
    out + &rest
}

/// The first words; a variable stands for the rest.
fn leading(text: &str, more: bool) -> String {
    let mut ends = text.match_indices(' ').map(|(at, _)| at);
    match ends.nth(WORDS - 1) {
        Some(end) => format!("{} {VARIABLE}", text.get(..end).unwrap_or(text)),
        None if more && !text.ends_with(VARIABLE) => format!("{text} {VARIABLE}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[path = "normal_tests.rs"]
mod tests;
