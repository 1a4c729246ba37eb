//! Secrets that their key gives away: `password=x`, `"apiKey": "x"`, `Authorization: Bearer x`, `?token=x`, `--secret x`.
//!
//! Every `=` and `:` is looked at once: what stands before it is read backwards as a key, what follows is its value. Prose
//! such as `Invalid token: signature mismatch` has the same shape, so unquoted values behind a colon must look random.

use super::keys::{Class, class, is_expression, is_prose, kind, plural, says_nothing};
use super::nested::Nested;
use super::vendors::run;
use super::{Kind, Span, sides};

/// Longest key read backwards.
const KEY_BYTES: usize = 80;
/// Digits of the shortest number under a token's key that is taken for one; `"session": 4096` counts something.
pub(super) const NUMBER_DIGITS: usize = 7;
/// Longest quoted value; this keeps the time linear where quotes are not closed.
const VALUE_BYTES: usize = 64 * 1024;

/// Adds values that a key gives away.
pub(super) fn find(text: &str, spans: &mut Vec<Span>) {
    let bytes = text.as_bytes();
    let (mut done, mut nested) = (0, Nested::new(text));
    for at in memchr::memchr3_iter(b'=', b':', b'%', bytes) {
        if at < done {
            continue;
        }
        let sign = match bytes.get(at) {
            Some(b'%') if text.get(at..at + 3).is_some_and(|code| code.eq_ignore_ascii_case("%3d")) => at + 3,
            Some(b'%') => continue,
            _ => at + 1,
        };
        match pair(text, at, sign) {
            Some(Found::Value(span)) => {
                done = span.end;
                spans.push(span);
            }
            Some(Found::Brackets { open, class, is_plural }) => {
                nested.find(text, open, class, is_plural, spans);
            }
            None => {}
        }
    }
    flags(text, spans);
    sides::find(text, spans);
}

/// `--password x`: the key is told by its dashes, the separator is a blank.
fn flags(text: &str, spans: &mut Vec<Span>) {
    let mut done = 0;
    for dashes in memchr::memmem::find_iter(text.as_bytes(), b"--") {
        if dashes < done {
            continue;
        }
        let end = run(text, dashes + 2, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        done = end;
        let Some(key) = text.get(dashes + 2..end).filter(|key| !key.is_empty() && key.len() <= KEY_BYTES)
        else {
            continue;
        };
        let Some(class) = class(key, false) else { continue };
        if text.as_bytes().get(end) != Some(&b' ') {
            continue;
        }
        let Some((start, end, _)) = value(text, end + 1, class) else { continue };
        let word = text.get(start..end).unwrap_or_default();
        let counts = class == Class::Password || looks_random(word);
        if counts && !word.starts_with('-') && !says_nothing(word, key) {
            spans.push(Span { start, end, kind: kind(class) });
        }
    }
}

/// What stands behind a key.
enum Found {
    /// A secret.
    Value(Span),
    /// A list or an object that may hold some.
    Brackets { open: usize, class: Class, is_plural: bool },
}

/// One key with its value around a separator that stands from `at` to `after`.
fn pair(text: &str, at: usize, after: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let sign = bytes.get(at).copied()?;
    let next = bytes.get(after).copied();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    if next == Some(sign)
        || matches!(before, Some(b'=' | b':' | b'!' | b'<' | b'>')) && sign == b'=' && before != Some(b':')
    {
        return None;
    }
    if sign == b':' && (before == Some(b':') || next == Some(b'/') || next == Some(b'=')) {
        return None;
    }
    let (key, key_start) = key(text, at)?;
    let lead = key_start.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    let in_query = matches!(lead, Some(b'?' | b'&')) && sign != b':';
    let after = if sign == b'=' && next == Some(b'>') { after + 1 } else { after };
    let begin = run(text, after, |b| b == b' ' || b == b'\t');
    let is_tuple = || matches!(bytes.get(begin..begin + 2), Some([b'(', b'"' | b'\'']));
    if matches!(bytes.get(begin), Some(b'[' | b'{')) || is_tuple() {
        let one = class(key, in_query).or_else(|| sides::named(text, key, key_start));
        let class = one.or_else(|| plural(key))?;
        return Some(Found::Brackets { open: begin, class, is_plural: one.is_none() });
    }
    let class = class(key, in_query).or_else(|| sides::named(text, key, key_start))?;
    let (start, end, quoted) = value(text, after, class)?;
    let word = text.get(start..end)?;
    if says_nothing(word, key) {
        return None;
    }
    let is_tight = sign != b':' && start - after <= 2 || quoted;
    let goes = counts(&Value { text, start, end, key, is_quoted: quoted, is_tight }, class)
        || sign == b':' && is_number_of_object(text, key_start, start, end);
    goes.then_some(Found::Value(Span { start, end, kind: kind(class) }))
}

/// A value, the text around it, and what is known of it.
pub(super) struct Value<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) key: &'t str,
    pub(super) is_quoted: bool,
    /// Quoted, or right behind an equal sign: no prose.
    pub(super) is_tight: bool,
}

/// Whether a value of this class is a secret.
pub(super) fn counts(value: &Value<'_>, class: Class) -> bool {
    let Value { text, start, end, key, is_quoted, is_tight } = *value;
    let word = text.get(start..end).unwrap_or_default();
    match class {
        Class::Header(_) => !word.contains(' ') || looks_random(word) || word.contains('='),
        Class::Password if is_quoted => !is_prose(word),
        Class::Password if is_tight => !is_expression(text, start, end),
        Class::Password => {
            word.bytes().any(|b| b.is_ascii_digit()) || ends_line(text, end) && !is_prose(word)
        }
        Class::Token(_) if is_tight => is_value(word) && !is_expression(text, start, end),
        // A name such as `x-api-key` is that of a header and begins no sentence. A user in a URL is another rule's.
        Class::Token(_) if key.get(..2).is_some_and(|lead| lead.eq_ignore_ascii_case("x-")) => {
            is_value(word) && !word.contains('@')
        }
        Class::Token(_) => looks_random(word),
    }
}

/// Whether a long number is the value of a key of an object, which is no prose: `"apiKey": 123456789012`, `{ apiKey: … }`.
fn is_number_of_object(text: &str, key_start: usize, start: usize, end: usize) -> bool {
    let word = text.get(start..end).unwrap_or_default();
    let before = text.get(..key_start).unwrap_or_default();
    let in_braces = || {
        let opens = before.trim_ascii_end().ends_with(['{', ',']);
        let rest = text.get(end..).unwrap_or_default().trim_ascii_start();
        opens && (rest.starts_with([',', '}']))
    };
    word.len() >= NUMBER_DIGITS
        && word.bytes().all(|b| b.is_ascii_digit())
        && (before.ends_with(['"', '\'', '`']) || in_braces())
}

/// The key before a separator, without its quotes and brackets, and where it (or its quote) begins.
fn key(text: &str, at: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let back = |from: usize, most: usize, passes: &dyn Fn(u8) -> bool| {
        let run =
            bytes.get(..from).unwrap_or_default().iter().rev().take(most).take_while(|b| passes(**b)).count();
        from - run
    };
    let end = back(at, 2, &|b| b == b' ');
    let end = back(end, 6, &|b| matches!(b, b'"' | b'\'' | b'`' | b']' | b'\\' | b'*'));
    let start = back(end, KEY_BYTES, &|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    let key = text.get(start..end)?;
    // `\npassword=x` written out: the n belongs to the line end.
    let escaped = start > 0 && bytes.get(start - 1) == Some(&b'\\') && key.starts_with(['n', 't', 'r']);
    let key = if escaped { key.get(1..)? } else { key };
    (!key.is_empty()).then_some((key, start))
}

/// The value from `from` on: where it begins, where it ends, whether it is quoted.
fn value(text: &str, from: usize, class: Class) -> Option<(usize, usize, bool)> {
    let start = run(text, from, |b| b == b' ' || b == b'\t');
    let quote_at = run(text, start, |b| b == b'\\');
    let quote_at = quote_at + usize::from(is_prefix(text, quote_at));
    let quote = text.as_bytes().get(quote_at).copied().filter(|b| matches!(b, b'"' | b'\'' | b'`'));
    if let Some(quote) = quote {
        let begin = quote_at + 1;
        let slashes = run(text, start, |b| b == b'\\') - start;
        let begin = scheme_end(text, begin, class);
        return Some((begin, closing(text, begin, quote, slashes), true));
    }
    let begin = scheme_end(text, start, class);
    let end = match class {
        Class::Header(_) => {
            run(text, begin, |b| !matches!(b, b'\n' | b'\r' | b'"' | b'\'' | b'\\' | b'}' | b']'))
        }
        Class::Password => run(text, begin, |b| {
            !b.is_ascii_whitespace() && !matches!(b, b';' | b'"' | b'\'' | b'`' | b'<' | b'>')
        }),
        Class::Token(_) => run(text, begin, |b| {
            !b.is_ascii_whitespace()
                && !matches!(
                    b,
                    b';' | b'&'
                        | b'"'
                        | b'\''
                        | b'`'
                        | b'<'
                        | b'>'
                        | b','
                        | b')'
                        | b'}'
                        | b']'
                        | b'|'
                        | b'\\'
                )
        }),
    };
    let word = text.get(begin..end)?;
    let word = match class {
        // A comma or ampersand belongs to a password unless another pair or nothing follows it.
        Class::Password => {
            let rest = |at: usize| word.get(at + 1..).unwrap_or_default();
            let mut signs = word.match_indices([',', '&']);
            let sign = signs.find(|(at, _)| rest(*at).is_empty() || rest(*at).contains(['=', ':']));
            word.get(..sign.map_or(word.len(), |(at, _)| at))?.trim_end_matches([')', '}', ']', '.', ','])
        }
        Class::Token(_) => word.trim_end_matches(['.', '…', ':']),
        Class::Header(_) => word.trim_end(),
    };
    // `…` stays: it is ours, and says that the value was cut.
    let word = word.trim_end_matches('…');
    (!word.is_empty()).then_some((begin, begin + word.len(), false))
}

/// Whether a letter stands before a quote that says of which kind it is: `b'x'`.
fn is_prefix(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at..at + 2), Some([b'b' | b'u' | b'r', b'"' | b'\'']))
}

/// Where a quoted value ends: the same quote behind as many backslashes as its opening one had.
pub(super) fn closing(text: &str, begin: usize, quote: u8, slashes: usize) -> usize {
    let bytes = text.as_bytes();
    let mut run = 0;
    for (at, b) in bytes.iter().enumerate().skip(begin).take(VALUE_BYTES) {
        if *b == b'\\' {
            run += 1;
        } else {
            if *b == quote && run <= slashes {
                return at - run;
            }
            run = 0;
        }
    }
    let end = begin.saturating_add(VALUE_BYTES).min(bytes.len());
    (end..=bytes.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(bytes.len())
}

/// Behind `Bearer `, `Basic ` and the like.
pub(super) fn scheme_end(text: &str, at: usize, class: Class) -> usize {
    const SCHEMES: &[&str] = &[
        "bearer",
        "basic",
        "token",
        "digest",
        "apikey",
        "negotiate",
        "aws4-hmac-sha256",
        "googlelogin",
        "key",
    ];
    if matches!(class, Class::Header(Kind::Cookie)) {
        return at;
    }
    let end = run(text, at, |b| b.is_ascii_alphanumeric() || b == b'-');
    let word = text.get(at..end).unwrap_or_default();
    let blank = run(text, end, |b| b == b' ');
    let is_scheme = blank > end && SCHEMES.iter().any(|scheme| scheme.eq_ignore_ascii_case(word));
    if is_scheme { blank } else { at }
}

/// Whether a value of a token's key can be one: not a small number.
fn is_value(value: &str) -> bool {
    value.len() >= 4
        && !(value.len() < 7 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        && !is_prose(value)
}

fn ends_line(text: &str, end: usize) -> bool {
    text.get(end..).is_none_or(|rest| {
        rest.trim_start_matches([' ', '.', ',', '"', '\'', ')', '}', ']', '…'])
            .chars()
            .next()
            .is_none_or(|c| c == '\n')
    })
}

/// Whether a value looks made by a machine: letters and digits mixed over some length, or very long, or kinds of characters
/// that change as words and names never do (of random texts of 20 letters and digits, one in seven has less than two digits).
pub(super) fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    let blanks = value.bytes().filter(u8::is_ascii_whitespace).count();
    let mixed =
        value.bytes().any(|b| b.is_ascii_uppercase()) && value.bytes().any(|b| b.is_ascii_lowercase());
    let is_path = value.matches('/').count() >= 2 && !value.contains(['+', '=']);
    let is_date = value.len() >= 8 && digits >= 8 && letters <= 2;
    let kind = |b: u8| (b.is_ascii_uppercase(), b.is_ascii_lowercase(), b.is_ascii_digit());
    let changes = value.bytes().zip(value.bytes().skip(1)).filter(|(a, b)| kind(*a) != kind(*b)).count();
    let restless = value.len() >= 16 && mixed && changes * 3 >= value.len();
    blanks == 0
        && !is_path
        && !is_date
        && (value.len() >= 8 && digits >= 2 && letters >= 2
            || value.len() >= 24 && (mixed || digits > 0)
            || restless)
}
