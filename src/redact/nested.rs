//! Secrets in lists and objects under a secret's key: `"token": ["x"]`, `"credentials": {"value": "x"}`,
//! `Authorization:[Bearer x]` as Go prints a header, `{apiKeys=[x, y]}` as Java prints a map.
//!
//! The brackets are followed from the one behind the key to the one that closes it. A text directly in a list is judged as
//! the value of the key itself; one under a further key only if that key names a value, or if it looks made by a machine.

use super::keyed::{Value, closing, counts, scheme_end};
use super::keys::{Class, class, describes, kind, names_value, says_nothing};
use super::vendors::run;
use super::{Kind, Span, sides};
use std::collections::BTreeSet;

/// Deepest nesting that is followed.
const DEPTH: usize = 64;

/// Bracket by bracket through one text; each is followed once, so that the time stays linear.
pub(super) struct Nested {
    seen: BTreeSet<usize>,
    n_left: usize,
}

/// What a place inside the brackets says of a text that stands there.
#[derive(Clone, Copy)]
struct Place {
    class: Class,
    trust: Trust,
    is_list: bool,
}

/// How sure the keys around a text are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// It is the value of the secret's key.
    Own,
    /// It is one of a list whose key may be the name of something harmless, such as `tokens`.
    Likely,
    /// It stands under a further key that says nothing.
    Beside,
    /// It stands under a key of something else: a user, a time, a message.
    Other,
}

impl Nested {
    pub(super) fn new(text: &str) -> Nested {
        // Strings may hold brackets of their own, which are followed for themselves.
        Nested { seen: BTreeSet::new(), n_left: text.len().saturating_mul(8) }
    }

    /// Adds what has to go between the bracket at `open` and the one that closes it. `is_plural`: the key names several.
    pub(super) fn find(
        &mut self,
        text: &str,
        open: usize,
        class: Class,
        is_plural: bool,
        spans: &mut Vec<Span>,
    ) {
        if self.n_left == 0 || self.seen.contains(&open) {
            return;
        }
        let trust = if is_plural { Trust::Likely } else { Trust::Own };
        let mut walk = Walk { text, at: open, stack: Vec::new(), next: None, slashes: 0, bare: Vec::new() };
        walk.next = Some(Place { class, trust, is_list: true });
        while walk.step(&mut self.seen, spans) {}
        self.n_left = self.n_left.saturating_sub(walk.at - open);
        // Words of brackets that nothing closes are prose; a long number is none, the text may be cut behind it.
        let is_closed = walk.stack.is_empty();
        spans.extend(walk.bare.into_iter().filter(|span| is_closed || is_number(text, *span)));
    }
}

/// One walk.
struct Walk<'t> {
    text: &'t str,
    at: usize,
    stack: Vec<Place>,
    /// The place of the value of the key that was just read.
    next: Option<Place>,
    /// Backslashes before the quotes of this text, which is itself a string.
    slashes: usize,
    bare: Vec<Span>,
}

impl Walk<'_> {
    /// One sign, text or word; says whether there is more to follow.
    fn step(&mut self, seen: &mut BTreeSet<usize>, spans: &mut Vec<Span>) -> bool {
        let Some(byte) = self.text.as_bytes().get(self.at).copied() else { return false };
        match byte {
            b'[' | b'{' | b'(' => {
                if self.stack.len() >= DEPTH || !seen.insert(self.at) {
                    return false;
                }
                self.open(byte != b'{');
            }
            b']' | b'}' | b')' => {
                self.at += 1;
                self.next = None;
                self.stack.pop();
                return !self.stack.is_empty();
            }
            b',' | b';' => {
                self.next = None;
                self.at += 1;
            }
            b' ' | b'\t' | b'\n' | b'\r' | b':' | b'=' | b'>' => self.at += 1,
            b'"' | b'\'' | b'`' | b'\\' => return self.quoted(spans),
            _ => self.word(),
        }
        true
    }

    fn open(&mut self, is_list: bool) {
        let around = self.stack.last().copied();
        if let Some(place) = self.next.take().or(around) {
            self.stack.push(Place { is_list, ..place });
        }
        self.at += 1;
        self.header(is_list);
    }

    /// A header's value without quotes is all that stands in its brackets.
    fn header(&mut self, is_list: bool) {
        let Some(place) = self.stack.last().copied() else { return };
        if !is_list || !matches!(place.class, Class::Header(_)) || place.trust == Trust::Other {
            return;
        }
        let end = run(self.text, self.at, |b| !matches!(b, b']' | b'[' | b'"' | b'\'' | b'\\' | b'\n'));
        if self.text.as_bytes().get(end) == Some(&b']') {
            self.judge(scheme_end(self.text, self.at, place.class), end, place, false);
            self.at = end;
        }
    }

    /// A quoted text: a key, or a value. `false` where the string ends that all of this stands in.
    fn quoted(&mut self, spans: &mut Vec<Span>) -> bool {
        let bytes = self.text.as_bytes();
        let quote_at = run(self.text, self.at, |b| b == b'\\');
        let slashes = quote_at - self.at;
        let Some(quote) = bytes.get(quote_at).copied() else { return false };
        if !matches!(quote, b'"' | b'\'' | b'`') {
            // A line end written out, between two values of a printed object.
            self.at = quote_at + usize::from(matches!(quote, b'n' | b'r' | b't'));
            return slashes > 0 && self.at > quote_at;
        }
        if slashes < self.slashes {
            return false;
        }
        self.slashes = slashes;
        let begin = quote_at + 1;
        let end = closing(self.text, begin, quote, slashes);
        self.at = (run(self.text, end, |b| b == b'\\') + 1).min(self.text.len());
        let sign = run(self.text, self.at, |b| b == b' ');
        let is_key = matches!(bytes.get(sign), Some(b':'))
            || matches!(bytes.get(sign..sign + 2), Some(b"=>"))
            || matches!(bytes.get(self.at), Some(b'='));
        // What is cut where a key stands may be one.
        let is_cut = end >= self.text.len()
            && self.next.is_none()
            && self.stack.last().is_some_and(|place| !place.is_list);
        if is_key {
            self.key(begin, end);
        } else if is_cut {
            return false;
        } else if let Some(place) = self.next.take().or_else(|| self.stack.last().copied()) {
            let begin = scheme_end(self.text, begin, place.class);
            let before = self.bare.len();
            self.judge(begin, end.max(begin), place, true);
            spans.extend(self.bare.drain(before..));
        }
        true
    }

    /// A word or number without quotes: a key, or a value.
    fn word(&mut self) {
        let is_list = self.stack.last().is_some_and(|place| place.is_list);
        let end = run(self.text, self.at, |b| {
            let is_sign = matches!(b, b',' | b';' | b'[' | b']' | b'{' | b'}' | b'(' | b')' | b'"' | b'\'');
            !b.is_ascii_whitespace() && !is_sign && (is_list || !matches!(b, b':' | b'='))
        });
        let end = end.max(self.at + 1);
        let end = (end..=self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(end);
        let begin = std::mem::replace(&mut self.at, end);
        match self.text.as_bytes().get(end) {
            Some(b':' | b'=') => return self.key(begin, end),
            // `map[token:[…] …]`: a key whose value is a list.
            Some(b'[') if self.text.get(begin..end).is_some_and(|word| word.ends_with(':')) => {
                return self.key(begin, end - 1);
            }
            _ => {}
        }
        if let Some(place) = self.next.take().or_else(|| self.stack.last().copied()) {
            let word = self.text.get(begin..end).unwrap_or_default();
            self.judge(begin, begin + word.trim_end_matches('…').len(), place, false);
        }
    }

    /// A key says of its value what the value of another secret is, or less than the key around it.
    fn key(&mut self, begin: usize, end: usize) {
        let Some(around) = self.stack.last().copied() else { return };
        let key = self.text.get(begin..end).unwrap_or_default();
        let named = || sides::named(self.text, key, begin);
        let place = match class(key, false).or_else(named) {
            Some(class) => Place { class, trust: Trust::Own, is_list: true },
            None if around.trust == Trust::Other || describes(key) => Place { trust: Trust::Other, ..around },
            None if names_value(key) => around,
            None => Place { trust: Trust::Beside, ..around },
        };
        self.next = Some(place);
    }

    fn judge(&mut self, start: usize, end: usize, place: Place, is_quoted: bool) {
        let Some(value) = self.text.get(start..end).filter(|value| !value.is_empty()) else { return };
        if says_nothing(value, "") {
            return;
        }
        let goes = match place.trust {
            Trust::Own if is_quoted || matches!(place.class, Class::Header(_)) => counts(
                &Value { text: self.text, start, end, key: "", is_quoted, is_tight: true },
                place.class,
            ),
            Trust::Own => beside(value, place.class),
            Trust::Likely => likely(value, place.class, is_quoted),
            Trust::Beside => is_quoted && beside(value, place.class),
            Trust::Other => false,
        };
        let is_number = value.bytes().all(|b| b.is_ascii_digit());
        let goes = if is_number { value.len() >= digits(place) } else { goes };
        if goes {
            self.bare.push(Span { start, end, kind: kind(place.class) });
        }
    }
}

fn is_number(text: &str, span: Span) -> bool {
    text.get(span.start..span.end).is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()))
}

/// Digits of the shortest number that is a secret at such a place: shorter ones count something.
fn digits(place: Place) -> usize {
    match (place.trust, place.class) {
        (Trust::Own, Class::Password) => 4,
        (Trust::Own, _) => super::keyed::NUMBER_DIGITS,
        (Trust::Likely, Class::Token(Kind::Key | Kind::Secret)) => 10,
        _ => usize::MAX,
    }
}

fn likely(value: &str, class: Class, is_quoted: bool) -> bool {
    match class {
        Class::Password => is_quoted && value.len() >= 4 && !value.contains(' ') || is_mixed(value),
        Class::Header(_) => true,
        Class::Token(_) => beside(value, class),
    }
}

/// Whether a text under a key of its own is a secret: under a password or a key more readily than under a session.
fn beside(value: &str, class: Class) -> bool {
    let is_strict = matches!(class, Class::Token(Kind::Token | Kind::Cookie));
    super::keyed::looks_random(value) || !is_strict && is_mixed(value)
}

/// A word with letters and digits, and no version, date or path.
fn is_mixed(value: &str) -> bool {
    let has = |passes: fn(&u8) -> bool| value.bytes().any(|b| passes(&b));
    let is_name = value.contains(['/', ' ', ':']) || value.contains(|c: char| !c.is_ascii());
    let dotted = value.starts_with(|c: char| c.is_ascii_digit() || c == 'v') && value.contains('.');
    let is_date = value.get(4..5) == Some("-")
        && value.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()));
    value.len() >= 6
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !is_name
        && !dotted
        && !is_date
}
