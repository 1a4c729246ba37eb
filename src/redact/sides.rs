//! Keys that stand beside their value and not before it: `{"name":"DB_PASSWORD","value":"x"}`, and headers as a flat list,
//! `["Authorization","Bearer x"]`.

use super::Span;
use super::keyed::{Value, closing, counts, scheme_end};
use super::keys::{Class, class, kind, says_nothing};
use super::vendors::run;

/// Longest way back from a value's key to the name beside it, and longest name.
const NAME_BYTES: usize = 80;
/// Blanks and line ends between two members.
const GAP_BYTES: usize = 64;
/// Keys of names.
const NAMES: &[&str] = &["name", "key", "header", "field", "variable", "k"];

/// What the name beside a member called `value` says of it: the member before it has to be a name.
pub(super) fn named(text: &str, key: &str, key_start: usize) -> Option<Class> {
    if !["value", "values", "val", "v"].iter().any(|word| key.eq_ignore_ascii_case(word)) {
        return None;
    }
    let before = text.get(..key_start)?;
    let gap = |c: char| matches!(c, ' ' | '\n' | '\r' | '\t' | '\\' | '"' | '\'' | ',');
    let cut = floor(before, before.len().saturating_sub(GAP_BYTES));
    let end = cut + before.get(cut..)?.trim_end_matches(gap).len();
    let head = text.get(floor(text, end.saturating_sub(2 * NAME_BYTES))..end)?;
    let name = tail(head, |c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let sign = head.get(..head.len() - name.len())?.trim_end_matches(['"', '\'', '\\', ' ']);
    let label = sign.strip_suffix([':', '='])?.trim_end_matches(['"', '\'', '\\', ' ']);
    let word = tail(label, |c| c.is_ascii_alphanumeric());
    NAMES.iter().any(|known| word.eq_ignore_ascii_case(known)).then(|| class(name, false)).flatten()
}

/// The last characters of a text that pass.
fn tail(text: &str, passes: impl Fn(char) -> bool) -> &str {
    let before = text.trim_end_matches(passes);
    text.get(before.len()..).unwrap_or_default()
}

/// The last character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Adds values of headers that stand in a list behind their name.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    for comma in memchr::memchr_iter(b',', bytes) {
        let Some(quote) = comma.checked_sub(1).and_then(|at| bytes.get(at)).copied() else { continue };
        if !matches!(quote, b'"' | b'\'') {
            continue;
        }
        let from = floor(text, comma.saturating_sub(NAME_BYTES));
        let head = text.get(from..comma - 1).unwrap_or_default().trim_end_matches('\\');
        let name = tail(head, |c| c.is_ascii_alphanumeric() || c == '-');
        let is_whole =
            head.get(..head.len() - name.len()).is_some_and(|before| before.ends_with(char::from(quote)));
        // Only names of headers: other words of a list say nothing of the next one.
        let is_header = |class: &Class| matches!(class, Class::Header(_)) || name.contains('-');
        let Some(class) = class(name, false).filter(|class| is_whole && is_header(class)) else { continue };
        let begin = run(text, comma + 1, |b| b.is_ascii_whitespace());
        let quote_at = run(text, begin, |b| b == b'\\');
        if bytes.get(quote_at) != Some(&quote) {
            continue;
        }
        let start = scheme_end(text, quote_at + 1, class);
        let end = closing(text, quote_at + 1, quote, quote_at - begin).max(start);
        let value = Value { text, start, end, key: name, is_quoted: true, is_tight: true };
        let word = text.get(start..end).unwrap_or_default();
        if !word.is_empty() && !says_nothing(word, name) && counts(&value, class) {
            spans.push(Span { start, end, kind: kind(class) });
        }
    }
}
