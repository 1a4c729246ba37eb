//! Texts and regular expressions in raw bytes: a [`Needle`] looks for one, a [`Scan`] goes through chunks of any size.
//!
//! Takes the bytes of a log, gives the offsets of hits, the same for any split. Behind a hit the search goes on at the next `}`
//! or line end: what follows sooner stands in the same record. In JSON a character may be written as an escape, so both
//! forms are found: a search for `"a" < 1` finds `\"a\" \u003c 1`.

mod scan;

pub use scan::Scan;

use regex::bytes::{Regex, RegexBuilder};

/// Longest text that is searched for, in characters.
const TEXT_CHARS: usize = 1_000;
/// Bytes that a compiled expression may have.
const REGEX_BYTES: usize = 2 * 1024 * 1024;
/// Ways in which the escapes of one place are tried: only a text of many backslashes has more.
const STEPS: u32 = 256;
/// Bytes of logs in JSON, the most frequent first, as they stand in ordinary exports; all others are rarer.
const FREQUENT: &[u8] = b"\" e0t12oa:in,sr3.-lcd5/46p7m89ug_fh{}bTvyZwkx";

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Needle(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Text(Text),
    Regex(Regex),
}

/// A text: the forms of each character, and the one that is looked for first.
#[derive(Clone, Debug)]
struct Text {
    forms: Vec<Vec<Vec<u8>>>,
    anchor: usize,
    /// First bytes that the forms of the anchor can have, the last one repeated.
    bytes: [u8; 3],
    /// Bytes before and behind the anchor that a match can have.
    reach: usize,
}

impl Needle {
    /// A text, without regard to ASCII case. `None` if it is empty; what is longer than 1,000 characters is cut.
    pub fn text(text: &str) -> Option<Needle> {
        let chars: Vec<char> = text.chars().take(TEXT_CHARS).collect();
        let forms: Vec<Vec<Vec<u8>>> = chars.iter().map(|c| forms(*c)).collect();
        let rarity = |c: &char| {
            let mut utf8 = [0; 4];
            let byte = c.encode_utf8(&mut utf8).bytes().next().unwrap_or(0);
            let of = |byte| FREQUENT.iter().position(|b| *b == byte).unwrap_or(FREQUENT.len());
            of(byte.to_ascii_lowercase()).min(of(byte.to_ascii_uppercase()))
        };
        // A character without escapes is looked for by one or two bytes.
        let (anchor, _) = chars
            .iter()
            .enumerate()
            .max_by_key(|(at, c)| (forms.get(*at).is_some_and(|f| f.len() == 1), rarity(c)))?;
        let mut bytes: Vec<u8> = forms.get(anchor)?.iter().filter_map(|form| form.first().copied()).collect();
        let first = *bytes.first()?;
        bytes.extend([first.to_ascii_lowercase(), first.to_ascii_uppercase()]);
        bytes.sort_unstable();
        bytes.dedup();
        let last = bytes.last().copied()?;
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(last);
        let longest = |forms: &Vec<Vec<u8>>| forms.iter().map(Vec::len).max().unwrap_or(0);
        let reach = forms.iter().map(longest).sum();
        Some(Needle(Kind::Text(Text { anchor, bytes: [byte(0), byte(1), byte(2)], reach, forms })))
    }

    /// A regular expression, matched line by line. Error: what is wrong with it.
    pub fn regex(pattern: &str) -> Result<Needle, String> {
        let built = RegexBuilder::new(pattern).multi_line(true).crlf(true).size_limit(REGEX_BYTES).build();
        built.map(|regex| Needle(Kind::Regex(regex))).map_err(|error| {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim_start_matches("error: ");
            format!("this is no regular expression: {last}")
        })
    }

    /// The needles of a term: one each alternative. Empty texts and faulty expressions give none.
    pub fn of_term(term: &super::Term) -> Vec<Needle> {
        let needle = |text: &String| if term.regex { Needle::regex(text).ok() } else { Needle::text(text) };
        term.any.iter().filter_map(needle).collect()
    }

    /// Whether it occurs in these bytes.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        let mut scan = Scan::whole(self, 0);
        let mut found = false;
        scan.push(bytes, &mut |_| found = true);
        scan.finish(&mut |_| found = true);
        found
    }
}

/// Says what is wrong with a regular expression.
pub fn check(pattern: &str) -> Result<(), String> {
    Needle::regex(pattern).map(|_| ())
}

/// How a character may stand in a text or a JSON string.
fn forms(c: char) -> Vec<Vec<u8>> {
    let raw = c.to_string().into_bytes();
    if c.is_ascii_alphanumeric() || " _-.,:;()[]{}@#$%*!?|~^".contains(c) {
        return vec![raw];
    }
    let short = match c {
        '"' | '\\' | '/' => Some(c),
        '\n' => Some('n'),
        '\r' => Some('r'),
        '\t' => Some('t'),
        _ => None,
    };
    let mut units = [0; 2];
    let unicode: String = c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let mut forms = vec![raw, unicode.into_bytes()];
    forms.extend(short.map(|c| format!("\\{c}").into_bytes()));
    forms
}

impl Text {
    /// The next place at or after `from` where the anchor may stand.
    fn candidate(&self, hay: &[u8], from: usize) -> Option<usize> {
        let [a, b, c] = self.bytes;
        let rest = hay.get(from..)?;
        let at = match () {
            () if a == b => memchr::memchr(a, rest),
            () if b == c => memchr::memchr2(a, b, rest),
            () => memchr::memchr3(a, b, c, rest),
        };
        at.map(|at| from + at)
    }

    /// Whether the text stands around an anchor at this place.
    fn stands(&self, hay: &[u8], at: usize) -> bool {
        let (before, rest) = self.forms.split_at_checked(self.anchor).unwrap_or_default();
        let (head, tail) = hay.split_at_checked(at).unwrap_or_default();
        ahead(tail, rest, &mut 0) && behind(head, before, &mut 0)
    }
}

fn ahead(mut hay: &[u8], forms: &[Vec<Vec<u8>>], steps: &mut u32) -> bool {
    for (nth, of_char) in forms.iter().enumerate() {
        if let [only] = of_char.as_slice() {
            match hay.split_at_checked(only.len()) {
                Some((here, rest)) if here.eq_ignore_ascii_case(only) => hay = rest,
                _ => return false,
            }
            continue;
        }
        *steps += 1;
        let rest = forms.get(nth + 1..).unwrap_or_default();
        return *steps < STEPS
            && of_char.iter().any(|form| {
                hay.split_at_checked(form.len())
                    .is_some_and(|(here, after)| here.eq_ignore_ascii_case(form) && ahead(after, rest, steps))
            });
    }
    true
}

fn behind(mut hay: &[u8], forms: &[Vec<Vec<u8>>], steps: &mut u32) -> bool {
    for (nth, of_char) in forms.iter().enumerate().rev() {
        let split = |hay: &'_ [u8], form: &[u8]| hay.len().checked_sub(form.len());
        if let [only] = of_char.as_slice() {
            match split(hay, only).and_then(|at| hay.split_at_checked(at)) {
                Some((rest, here)) if here.eq_ignore_ascii_case(only) => hay = rest,
                _ => return false,
            }
            continue;
        }
        *steps += 1;
        let rest = forms.get(..nth).unwrap_or_default();
        return *steps < STEPS
            && of_char.iter().any(|form| {
                split(hay, form).and_then(|at| hay.split_at_checked(at)).is_some_and(|(before, here)| {
                    here.eq_ignore_ascii_case(form) && behind(before, rest, steps)
                })
            });
    }
    true
}
