//! Patterns that a reader marked as noise → a rule file that makes them known noise, here and in every later log.
//!
//! Takes templates with messages of theirs, gives TOML that [`super::Knowledge::add`] reads. A regex is made of the words that
//! template and redacted message share, so that what redaction took out can't come back: it is a gap. Log text stands in strings
//! only, with everything escaped that could end one or hide what it says.

use super::expression::Expression;
use super::matcher::normal;
use super::{Knowledge, Signature, file};
use crate::hash;
use crate::order::{Gather as _, Order as _};
use crate::pattern::VARIABLE;
use crate::redact::acts;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

/// A pattern that was marked.
#[derive(Clone, Debug, Default)]
pub struct Marked {
    /// Its words, `<*>` for what varies.
    pub template: String,
    /// Messages of it.
    pub messages: Vec<Message>,
}

/// A message of a pattern.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// As it stands in the log: what the rule has to match.
    pub raw: String,
    /// As it may leave: what the rule may quote.
    pub redacted: String,
}

/// A rule file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Its text; empty if no rule stands in it.
    pub toml: String,
    /// Rules that were made for this file.
    pub made: usize,
    /// Templates whose words say too little to know them by.
    pub left_out: Vec<String>,
}

/// Said at the top of each file.
const HEAD: &str = "# Known noise, marked by hand on the page of Fivewhys. Drop this file on the page together with a log, or give its\n\
                    # folder to the command: fivewhys report LOG --rules FOLDER\n";
/// Characters of a title, and of a message above which only the lines that matter are quoted.
const TITLE_CHARS: usize = 60;
const EXAMPLE_BYTES: usize = 1000;
/// What a rule may not match; the first one that it doesn't is its counterexample.
const OTHERS: [&str; 3] = ["A message of another kind.", "0", "(nothing)"];
/// Area of what no built-in signature knows.
const AREA: &str = "lifecycle";

/// Writes the rules of patterns behind those of `before`, a rule file that is in use (or nothing): one file says it all.
pub fn write(knowledge: &Knowledge, before: &str, marked: &[Marked]) -> Written {
    let old = file::parse(before).unwrap_or_default();
    let mut ids: BTreeSet<String> = old.into_iter().map(|rule| rule.signature.id).gathered();
    let mut written =
        Written { toml: if ids.is_empty() { HEAD.into() } else { before.into() }, ..Written::default() };
    for pattern in marked {
        match rule(pattern) {
            Some(rule) if !ids.contains(&rule.id) => {
                ids.insert(rule.id.clone());
                table(&mut written.toml, &rule, &rivals(knowledge, pattern));
                written.made += 1;
            }
            Some(_) => {}
            None => written.left_out.push(pattern.template.clone()),
        }
    }
    if ids.is_empty() {
        written.toml.clear();
    }
    written
}

/// What is written of a pattern.
struct Rule {
    id: String,
    title: String,
    anchor: String,
    regex: String,
    example: String,
    counterexample: &'static str,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Blanks.
    Blank,
    /// Anything, on one line.
    Gap,
    /// These words.
    Words(String),
}

/// The strictest rule that matches most of the messages; none where the words say too little.
fn rule(pattern: &Marked) -> Option<Rule> {
    let texts: Vec<(String, String)> = pattern
        .messages
        .iter()
        .map(|message| (normal(&message.raw).into_owned(), normal(&message.redacted).into_owned()))
        .collect();
    let (example, parts) = texts
        .iter()
        .map(|(_, redacted)| (redacted, parts(&pattern.template, redacted)))
        .max_by_key(|(_, parts)| letters(parts))?;
    let anchor = anchor(&parts)?;
    let mut best: Option<(usize, Expression, String)> = None;
    for (source, least) in sources(&parts, pattern.template.ends_with('…')) {
        let Ok(regex) = Expression::new(&source) else { continue };
        if letters(&parts) < least || !is_hit(&anchor, &regex, example) {
            continue;
        }
        let hits = texts.iter().filter(|(raw, _)| is_hit(&anchor, &regex, raw)).count();
        if hits > best.as_ref().map_or(0, |(most, ..)| *most) {
            best = Some((hits, regex, source));
        }
    }
    let (_, regex, source) = best?;
    let counterexample = OTHERS.into_iter().find(|text| !regex.is_match(text))?;
    Some(Rule {
        id: format!("noise-{:016x}", hash::bytes(source.as_bytes())),
        title: title(&parts),
        anchor,
        example: quoted_lines(example, regex.find(example)?).to_owned(),
        regex: source,
        counterexample,
    })
}

/// The template as parts. Words that the redacted message does not hold, in this order, are gaps.
fn parts(template: &str, redacted: &str) -> Vec<Part> {
    let mut rest = redacted;
    let mut parts = Vec::new();
    for (n, word) in template.trim_end_matches('…').split_whitespace().enumerate() {
        if n > 0 {
            parts.push(Part::Blank);
        }
        for (n, piece) in word.split(VARIABLE).enumerate() {
            if n > 0 {
                parts.push(Part::Gap);
            }
            if piece.is_empty() {
                continue;
            }
            match rest.find(piece) {
                Some(at) => {
                    rest = rest.get(at + piece.len()..).unwrap_or_default();
                    parts.push(Part::Words(piece.to_owned()));
                }
                None => parts.push(Part::Gap),
            }
        }
    }
    parts
}

fn words(parts: &[Part]) -> impl Iterator<Item = &str> {
    parts.iter().filter_map(|part| if let Part::Words(words) = part { Some(words.as_str()) } else { None })
}

/// Letters and digits by which the message is known.
fn letters(parts: &[Part]) -> usize {
    words(parts).flat_map(str::chars).filter(|c| c.is_alphanumeric()).count()
}

/// Regexes for the parts, the strictest first, each with the letters that it takes to be more than a guess: a line of its own,
/// a part of a line, the words in their order over several lines.
fn sources(parts: &[Part], is_cut: bool) -> Vec<(String, usize)> {
    let inner = trimmed(parts);
    let loose: Vec<String> = words(parts).map(regex::escape).collect();
    let mut all = vec![(strict(inner), 6), (format!("(?s){}", loose.join(".*?")), 12)];
    if !is_cut {
        all.insert(0, (format!(r"(?m)^\s*{}\s*$", strict(parts)), 3));
    }
    all
}

/// Parts without the gaps at both ends.
fn trimmed(parts: &[Part]) -> &[Part] {
    let is_words = |part: &Part| matches!(part, Part::Words(_));
    let first = parts.iter().position(is_words).unwrap_or(parts.len());
    let last = parts.iter().rposition(is_words).map_or(first, |last| last + 1);
    parts.get(first..last).unwrap_or_default()
}

fn strict(parts: &[Part]) -> String {
    let mut source = String::new();
    let mut run: Vec<&Part> = Vec::new();
    for part in parts {
        match part {
            Part::Words(words) => {
                between(&mut source, &std::mem::take(&mut run));
                source.push_str(&regex::escape(words));
            }
            other => run.push(other),
        }
    }
    between(&mut source, &run);
    source
}

/// What stands between words: blanks, or anything with the blanks at its ends.
fn between(source: &mut String, run: &[&Part]) {
    let is_blank = |part: Option<&&Part>| part.is_some_and(|part| **part == Part::Blank);
    match run {
        [] => {}
        [Part::Blank] => source.push_str(r"\s+"),
        _ => {
            source.push_str(if is_blank(run.first()) { r"\s.*?" } else { ".*?" });
            source.push_str(if run.len() > 1 && is_blank(run.last()) { r"\s" } else { "" });
        }
    }
}

/// The longest piece of the words that is the same in upper and lower case beyond ASCII, in lower case.
fn anchor(parts: &[Part]) -> Option<String> {
    let is_plain = |c: char| c.is_ascii() || c.to_lowercase().eq([c]);
    let pieces = words(parts).flat_map(|words| words.split(move |c| !is_plain(c)));
    let longest = pieces.map(str::to_ascii_lowercase).max_by_key(|piece| piece.chars().count())?;
    (longest.chars().count() >= 2).then_some(longest)
}

fn is_hit(anchor: &str, regex: &Expression, text: &str) -> bool {
    text.to_ascii_lowercase().contains(anchor) && regex.is_match(text)
}

/// The message, or of a long one the lines that the regex took.
fn quoted_lines(text: &str, taken: Range<usize>) -> &str {
    if text.len() <= EXAMPLE_BYTES {
        return text;
    }
    let start = text.get(..taken.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end =
        text.get(taken.end..).and_then(|after| after.find('\n')).map_or(text.len(), |at| taken.end + at);
    text.get(start..end).unwrap_or(text)
}

/// The words without anything that a title could take for a placeholder.
fn title(parts: &[Part]) -> String {
    let is_kept = |c: char| c.is_alphanumeric() || ".,:;'()/_=-".contains(c);
    let mut text = String::new();
    for part in trimmed(parts) {
        match part {
            Part::Blank => text.push(' '),
            Part::Gap => text.push('…'),
            Part::Words(words) => text.extend(words.chars().map(|c| if is_kept(c) { c } else { ' ' })),
        }
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(TITLE_CHARS) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None if text.is_empty() => "A message without words".into(),
        None => text,
    }
}

/// Built-in signatures that know these messages as something else: the new rule has to win over them. Rules of the reader's own are
/// not named, since a file that names them could not be used without them.
fn rivals<'k>(knowledge: &'k Knowledge, pattern: &Marked) -> Vec<&'k Signature> {
    let texts = pattern.messages.iter().flat_map(|message| [&message.raw, &message.redacted]);
    let numbers: BTreeSet<usize> =
        texts.flat_map(|text| knowledge.matches(text)).map(|found| found.signature).gathered();
    let mut rivals: Vec<&Signature> = numbers
        .into_iter()
        .filter_map(|n| knowledge.signatures.get(n))
        .filter(|signature| !signature.generic && !signature.role.is_benign())
        .filter(|signature| !knowledge.added.contains_key(&signature.id))
        .collect();
    rivals.order_by(|a, b| a.id.cmp(&b.id));
    rivals
}

fn table(out: &mut String, rule: &Rule, rivals: &[&Signature]) {
    let area = rivals.first().map_or(AREA, |signature| signature.area.as_str());
    let also: Vec<String> = rivals.iter().map(|signature| quoted(&signature.id)).collect();
    let strings = [
        ("id", rule.id.as_str()),
        ("title", &rule.title),
        ("area", area),
        ("role", "noise"),
        ("regex", &rule.regex),
        ("what", "A message that somebody marked as known noise."),
        ("action", "Nothing to do: it is known and harmless."),
        ("source", "marked on the page of Fivewhys"),
    ];
    let lists = [
        ("anchor", rule.anchor.as_str()),
        ("examples", &rule.example),
        ("counterexamples", rule.counterexample),
    ];
    out.push_str("\n[[signature]]\n");
    for (key, text) in strings {
        let _ = writeln!(out, "{key} = {}", quoted(text));
    }
    for (key, text) in lists {
        let _ = writeln!(out, "{key} = [{}]", quoted(text));
    }
    out.push_str("priority = { outage = \"none\", otherwise = \"none\" }\n");
    if !also.is_empty() {
        let _ = writeln!(out, "also = [{}]", also.join(", "));
    }
}

/// A TOML string on one line. What changes the direction or the look of a line without being seen is written by its number.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if acts(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
#[path = "noise_tests.rs"]
mod tests;
