//! Takes secrets out of text that leaves the core. One gate before every renderer, and nowhere earlier.
//!
//! [`Memory`] gives the same value the same placeholder over a whole report. What is a secret is decided by three finders:
//! `vendors` (tokens that a prefix or a shape gives away), `keyed` (values that a key gives away, with `nested` and `sides` for
//! lists, objects, and keys that stand beside) and, on higher levels, `personal`. Each takes text and adds `Span`s; all of them run in time linear in the text.

mod keyed;
mod keys;
mod nested;
mod personal;
mod sides;
mod vendors;

#[cfg(test)]
mod tests;

use crate::order::Order as _;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How much is taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Nothing. Asked for, and said.
    Off,
    /// Tokens, keys, passwords, cookies, credentials in URLs. What callers should choose by default.
    Secrets,
    /// Also e-mails, IPs, phone numbers, query values.
    Standard,
    /// Also ids, hosts, users in paths, names in labels.
    Strict,
}

/// What a value is; the word of its placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Secret,
    Password,
    Token,
    Key,
    Cookie,
    PrivateKey,
    Word,
    Email,
    Ip,
    Phone,
    Card,
    Value,
    Id,
    Host,
    User,
    Name,
}

impl Kind {
    const ALL: [Kind; 16] = [
        Kind::Secret,
        Kind::Password,
        Kind::Token,
        Kind::Key,
        Kind::Cookie,
        Kind::PrivateKey,
        Kind::Word,
        Kind::Email,
        Kind::Ip,
        Kind::Phone,
        Kind::Card,
        Kind::Value,
        Kind::Id,
        Kind::Host,
        Kind::User,
        Kind::Name,
    ];

    fn name(self) -> &'static str {
        match self {
            Kind::Secret => "secret",
            Kind::Password => "password",
            Kind::Token => "token",
            Kind::Key => "key",
            Kind::Cookie => "cookie",
            Kind::PrivateKey => "private-key",
            Kind::Word => "word",
            Kind::Email => "email",
            Kind::Ip => "ip",
            Kind::Phone => "phone",
            Kind::Card => "card",
            Kind::Value => "value",
            Kind::Id => "id",
            Kind::Host => "host",
            Kind::User => "user",
            Kind::Name => "name",
        }
    }
}

/// A part of a text that has to go, as byte offsets on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: Kind,
}

/// What was taken out so far: value → placeholder, and how often.
#[derive(Clone, Debug)]
pub struct Memory {
    level: Level,
    words: Vec<(String, Kind)>,
    search: Option<AhoCorasick>,
    placeholders: BTreeMap<String, (Kind, u32)>,
    issued: BTreeMap<Kind, u32>,
    replaced: BTreeMap<Kind, u64>,
    /// What comes out is for a screen: characters that act are shown as escapes.
    shows: bool,
}

/// Whether a value under this name is taken out wherever it stands behind it: such a value is not to be put into other words.
pub(crate) fn is_secret_name(name: &str) -> bool {
    keys::class(name, false).is_some()
}

impl Memory {
    /// An empty memory. `words` are the reader's own: they are taken out wherever they stand, on every level but `Off`.
    pub fn new(level: Level, words: &[String]) -> Memory {
        let words = words
            .iter()
            .filter(|word| !word.trim().is_empty())
            .map(|word| (word.clone(), Kind::Word))
            .collect();
        let mut memory = Memory {
            level,
            words,
            search: None,
            placeholders: BTreeMap::new(),
            issued: BTreeMap::new(),
            replaced: BTreeMap::new(),
            shows: false,
        };
        memory.prepare();
        memory
    }

    /// The same memory for texts that are shown: what comes out of it holds no character that acts.
    #[must_use]
    pub fn for_screen(self) -> Memory {
        Memory { shows: true, ..self }
    }

    /// Texts that a program reads: what is not taken out stays as it is, character by character.
    pub fn for_files<R>(&mut self, run: impl FnOnce(&mut Memory) -> R) -> R {
        let shows = std::mem::replace(&mut self.shows, false);
        let done = run(self);
        self.shows = shows;
        done
    }

    /// The text without what has to go. Time is linear in its length.
    pub fn redact<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let spans = self.find(text);
        match spans.as_slice() {
            [] if self.shows => visible(text),
            [] => Cow::Borrowed(text),
            spans => Cow::Owned(self.replace(text, spans, 0, text.len())),
        }
    }

    /// The value of a key that stands apart from it, such as a cell under its column's heading.
    pub fn redact_value(&mut self, key: &str, value: &str) -> String {
        // A heading of several words is one key.
        let joined = format!("{}={value}", key.replace(' ', "_"));
        let spans = self.find(&joined);
        self.replace(&joined, &spans, key.len() + 1, joined.len())
    }

    /// A value that is shown apart from the text it stands in; empty where it goes together with what stands before it.
    pub fn redact_between(&mut self, before: &str, value: &str, after: &str) -> String {
        let joined = format!("{before}{value}{after}");
        let spans = self.find(&joined);
        self.replace(&joined, &spans, before.len(), before.len() + value.len())
    }

    /// Pieces of one text that are shown in different ways: found in the whole, replaced in each piece.
    pub fn redact_pieces(&mut self, pieces: &mut [&mut String]) {
        let whole: String = pieces.iter().map(|piece| piece.as_str()).collect();
        let spans = self.find(&whole);
        if spans.is_empty() && !self.shows {
            return;
        }
        let mut start = 0;
        for piece in pieces {
            let end = start + piece.len();
            **piece = self.replace(&whole, &spans, start, end);
            start = end;
        }
    }

    /// Takes names out wherever they stand from now on; for names that only the report as a whole gives away.
    pub(crate) fn learn_names<'t>(&mut self, names: impl IntoIterator<Item = &'t str>) {
        for name in names {
            // What stands for a name already is none.
            if name.trim().len() > 3
                && !holds_placeholder(name)
                && !self.words.iter().any(|(word, _)| word == name)
            {
                self.words.push((name.to_owned(), Kind::Name));
            }
        }
        self.prepare();
    }

    /// From now on takes the values found so far out wherever they stand, if they are long and mixed enough to be no word of
    /// the language. Gives whether there are any.
    pub(crate) fn learn_found(&mut self) -> bool {
        let before = self.words.len();
        for (value, (kind, _)) in &self.placeholders {
            let has = |class: fn(&u8) -> bool| value.bytes().any(|b| class(&b));
            let telling =
                (8..=4096).contains(&value.len()) && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
            if telling && !self.words.iter().any(|(word, _)| word == value) {
                self.words.push((value.clone(), *kind));
            }
        }
        let learned = self.words.len() > before;
        if learned {
            self.prepare();
        }
        learned
    }

    /// Builds the search for words: the longest one that fits wins.
    fn prepare(&mut self) {
        self.search = AhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(self.words.iter().map(|(word, _)| word.as_str()))
            .ok();
    }

    /// Kinds and how often each was replaced, by name.
    pub fn replaced(&self) -> Vec<(String, u64)> {
        self.replaced.iter().map(|(kind, n)| (kind.name().to_owned(), *n)).collect()
    }

    /// Everything that has to go, in order, without overlaps.
    fn find(&self, text: &str) -> Vec<Span> {
        if self.level == Level::Off || text.is_empty() {
            return Vec::new();
        }
        let mut spans = Vec::new();
        if let Some(search) = self.search.as_ref().filter(|_| !self.words.is_empty()) {
            for hit in search.find_iter(text) {
                let kind = self.words.get(hit.pattern().as_usize()).map_or(Kind::Word, |(_, kind)| *kind);
                spans.push(Span { start: hit.start(), end: hit.end(), kind });
            }
        }
        vendors::find(text, &mut spans);
        keyed::find(text, &mut spans);
        if self.level >= Level::Standard {
            personal::standard(text, &mut spans);
        }
        if self.level >= Level::Strict {
            personal::strict(text, &mut spans);
        }
        join(spans)
    }

    /// The text from `from` to `to` with placeholders; a span that reaches over an edge shows its placeholder once, where
    /// it begins.
    fn replace(&mut self, text: &str, spans: &[Span], from: usize, to: usize) -> String {
        let mut out = String::with_capacity(to - from);
        let mut at = from;
        for span in spans.iter().filter(|span| span.end > from && span.start < to) {
            out.push_str(text.get(at..span.start.max(at)).unwrap_or_default());
            if span.start >= from || at == from {
                out.push_str(
                    &self.placeholder(text.get(span.start..span.end).unwrap_or_default(), span.kind),
                );
            }
            at = span.end.min(to);
        }
        out.push_str(text.get(at..to).unwrap_or_default());
        if self.shows { visible(&out).into_owned() } else { out }
    }

    fn placeholder(&mut self, value: &str, kind: Kind) -> String {
        let issued = &mut self.issued;
        let (kind, n) = *self.placeholders.entry(value.to_owned()).or_insert_with(|| {
            let n = issued.entry(kind).or_insert(0);
            *n += 1;
            (kind, *n)
        });
        *self.replaced.entry(kind).or_insert(0) += 1;
        format!("<{}-{n}>", kind.name())
    }
}

/// Whether a text holds a placeholder of ours: something was taken out of it before.
pub(crate) fn holds_placeholder(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| {
        let inner = rest.split('>').next().and_then(|inner| inner.rsplit_once('-'));
        inner.is_some_and(|(name, n)| {
            !n.is_empty()
                && n.bytes().all(|byte| byte.is_ascii_digit())
                && Kind::ALL.iter().any(|kind| kind.name() == name)
        })
    })
}

/// Sorts spans and joins those that overlap; the first names the kind.
fn join(mut spans: Vec<Span>) -> Vec<Span> {
    spans.order_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)).then(a.kind.cmp(&b.kind)));
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// Whether a character would act on a terminal or hide or reorder text: controls, bidi marks, zero-width and tag characters.
pub(crate) fn acts(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Shows characters that act as visible escapes (`\x1b`, `\u{202e}`); line ends and tabs stay for the caller to place.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| acts(c) && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            c if acts(c) && (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if acts(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Whether a value stands for a secret that somebody took out already, or is no value at all.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let trimmed = value.trim_matches(|c: char| matches!(c, '"' | '\'' | '`' | '\\'));
    let Some(first) = trimmed.chars().next() else { return true };
    if matches!(first, '<' | '[' | '{' | '(' | '%' | '*' | '…')
        || trimmed.starts_with("${")
        || trimmed.starts_with("$(")
    {
        return true;
    }
    if first == '$' && trimmed.chars().skip(1).all(|c| c.is_ascii_uppercase() || c == '_') {
        return true;
    }
    let repeated = trimmed.len() >= 3
        && trimmed.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '•' | '#' | '?' | '…'));
    let lower = trimmed.to_ascii_lowercase();
    repeated
        || ["redacted", "masked", "hidden", "filtered", "removed", "scrubbed"]
            .iter()
            .any(|word| lower.starts_with(word))
}
