//! A message → the figures that stand in its words: `rows=0`, `412 rows`, and how long a call to a target took.

use super::{CLEARED, EACH, FOUND, Figure, Kind, LEVEL, WORK, ahead, is_until, kind, thousandths};
use crate::entry::Nanos;
use aho_corasick::{AhoCorasick, MatchKind};
use std::borrow::Cow;
use std::sync::LazyLock;

/// Bytes of a message that are looked at.
const LOOK: usize = 240;

/// What a text with a figure has beside the words of [`WORK`], [`LEVEL`] and [`CLEARED`]; the first is the unit of a duration.
const STEMS: [&str; 4] = ["ms", "watermark", "cursor", "oldest"];

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = STEMS.into_iter().chain(WORK).chain(LEVEL).chain(CLEARED).chain(FOUND);
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(words).ok()
});

/// Where words of figures stand in a text; the same for all texts that differ in digits alone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentions {
    /// Start, end, and whether it is the unit of a duration.
    words: Vec<(usize, usize, bool)>,
    /// Whether it may name what was called.
    target: bool,
}

impl Mentions {
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn of(message: &str) -> Mentions {
        let head = head(message);
        let hits = FINDER.iter().flat_map(|finder| finder.find_iter(head));
        Mentions {
            words: hits.map(|hit| (hit.start(), hit.end(), hit.pattern().as_usize() == 0)).collect(),
            target: head.contains("://") || METHODS.iter().any(|method| head.contains(method)),
        }
    }
}

fn head(message: &str) -> &str {
    message.get(..message.floor_char_boundary(LOOK)).unwrap_or(message)
}

/// The figures of a text, at most [`EACH`]; `micros` is a duration that it states.
pub fn in_text<'m>(message: &'m str, micros: Option<u64>, time: Option<Nanos>) -> Vec<Figure<'m>> {
    in_text_at(message, &Mentions::of(message), micros, time)
}

/// The same where the mentions are known.
pub(crate) fn in_text_at<'m>(
    message: &'m str,
    mentions: &Mentions,
    micros: Option<u64>,
    time: Option<Nanos>,
) -> Vec<Figure<'m>> {
    let mut found: Vec<Figure<'m>> = Vec::new();
    let head = head(message);
    let mut millis = micros.and_then(|micros| i64::try_from(micros).ok());
    let mut past = 0;
    for (start, end, is_unit) in &mentions.words {
        if *is_unit {
            millis = millis.or_else(|| before_ms(head, *start, *end));
            continue;
        }
        if *start < past || found.len() >= EACH {
            continue;
        }
        let (from, until) = token(head, *start, *end);
        past = until;
        let name = head.get(from..until).unwrap_or("");
        found.extend(named(head, name, from, until, time));
    }
    if mentions.target
        && let Some((millis, target)) = millis.and_then(|millis| Some((millis, target(head)?)))
    {
        found.insert(0, Figure { kind: Kind::Took, name: target, of: "".into(), value: millis });
    }
    found
}

/// The value that belongs to a name: `rows=12`, `rows: 12`, `12 rows`.
fn named<'m>(
    head: &'m str,
    name: &'m str,
    from: usize,
    until: usize,
    time: Option<Nanos>,
) -> Option<Figure<'m>> {
    let after = head.get(until..)?.trim_start_matches('"');
    let assigned = after.strip_prefix(['=', ':']).map(|rest| rest.trim_start_matches([' ', '"', '\'']));
    if let Some(rest) = assigned {
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ';')).unwrap_or(rest.len());
        let value = rest.get(..end)?.trim_end_matches([',', '%', ')', '}', ']', '.']);
        if is_until(name) {
            return ahead(name, value, time?);
        }
        let (kind, of) = (kind(name)?, Cow::Borrowed(""));
        if let Some(value) = megabytes(value).filter(|_| matches!(kind, Kind::Level | Kind::Limit)) {
            return Some(Figure { kind, name: Cow::Owned(format!("{name} MB")), of, value });
        }
        return Some(Figure { kind, name: Cow::Borrowed(name), of, value: thousandths(value)? });
    }
    let kind = kind(name).filter(|kind| *kind == Kind::Work)?;
    let (before, all) = number_before(head.get(..from)?.strip_suffix(' ')?)?;
    // `0 of 892 rows`, `0/892 rows`: the first number is what was done.
    let done = ["of", "out of", "/"].iter().find_map(|word| {
        let rest = before.trim_end_matches(' ').strip_suffix(word)?;
        let is_word = *word == "/" || rest.ends_with(' ');
        number_before(rest.trim_end_matches(' ')).filter(|_| is_word)
    });
    let value = done.map_or(all, |(_, done)| done);
    Some(Figure { kind, name: Cow::Borrowed(name), of: Cow::Borrowed(""), value })
}

/// The number that a text ends with, in thousandths, and what stands before it.
fn number_before(text: &str) -> Option<(&str, i64)> {
    let start = text.rfind(|c: char| !(c.is_ascii_digit() || c == ',')).map_or(0, |at| at + 1);
    let start = text.is_char_boundary(start).then_some(start)?;
    Some((text.get(..start)?, thousandths(text.get(start..)?)?))
}

/// Thousandths of megabytes of a size with its unit, `90.7GB` or `512MiB`: values of one name are written in several. A thousand and 1,024
/// are told apart by nobody who writes `GB`, so both count as a thousand.
fn megabytes(text: &str) -> Option<i64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.get(digits.len()..)?.to_ascii_lowercase();
    let value = thousandths(digits)?;
    match unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b'))? {
        "k" => Some(value / 1_000),
        "m" => Some(value),
        "g" => value.checked_mul(1_000),
        "t" => value.checked_mul(1_000_000),
        _ => None,
    }
}

/// The whole name that a hit is part of.
fn token(head: &str, from: usize, until: usize) -> (usize, usize) {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    let bytes = head.as_bytes();
    let before = bytes.iter().take(from).rev().take_while(|b| part(b)).count();
    let after = bytes.iter().skip(until).take_while(|b| part(b)).count();
    (from - before, until + after)
}

/// Thousandths of milliseconds before the letters `ms`, if they are that unit.
fn before_ms(head: &str, at: usize, end: usize) -> Option<i64> {
    let before = head.get(..at)?.trim_end_matches(' ');
    let is_word = head.as_bytes().get(end).is_some_and(u8::is_ascii_alphanumeric);
    let start = before.rfind(|c: char| !(c.is_ascii_digit() || c == '.')).map_or(0, |at| at + 1);
    let number = before.get(start..).filter(|number| !is_word && !number.is_empty())?;
    thousandths(number.trim_start_matches('.'))
}

/// What was called: a method with a URL or a path, or a URL; ids in it masked, its query cut off.
fn target(head: &str) -> Option<Cow<'_, str>> {
    let mut words =
        head.split_whitespace().map(|word| word.trim_matches(['"', '\'', '[', ']', '(', ')', ',']));
    let mut method = "";
    let url = words.find(|word| {
        if METHODS.contains(word) {
            method = word;
        }
        word.contains("://") || !method.is_empty() && word.starts_with('/')
    })?;
    let url = url.split(['?', '#']).next().filter(|url| url.len() <= 160)?;
    let mut name = String::from(method);
    if !name.is_empty() {
        name.push(' ');
    }
    for (n, segment) in url.split('/').enumerate() {
        if n > 0 {
            name.push('/');
        }
        let digits = segment.bytes().filter(u8::is_ascii_digit).count();
        let is_host = n == 2 && url.contains("://");
        if !is_host && digits > 0 && (digits * 3 >= segment.len().max(4) || segment.len() >= 16) {
            name.push_str("<*>");
        } else {
            name.push_str(segment);
        }
    }
    Some(Cow::Owned(name))
}

#[cfg(test)]
mod tests {
    use super::{CLEARED, LEVEL, METHODS, STEMS, WORK};

    #[test]
    fn no_word_can_stand_in_a_hexadecimal_id() {
        for word in [&STEMS[..], &WORK, &LEVEL, &CLEARED, &METHODS].concat() {
            assert!(!word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')), "{word}");
        }
    }
}
