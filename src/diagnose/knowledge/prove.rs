//! Rules → what is wrong with them beyond their keys: references, regexes, placeholders, examples, anchors, overlaps.
//!
//! Used by `Knowledge::add` (references only), by `fivewhys rules --check` and by the tests of the built-in rules.

use super::expression::Expression;
use super::fill;
use super::matcher::{captures, folded, normal};
use super::model::{CONTEXT, Fault, Rule, Signature};
use crate::order::Gather as _;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::{BTreeMap, BTreeSet};

/// Literal variants of a regex that are looked at; more than that is cut.
const VARIANTS: usize = 600;

fn fault(rule: &Rule, key: &str, text: impl Into<String>) -> Fault {
    Fault { line: rule.line, table: rule.signature.id.clone(), key: key.to_owned(), text: text.into() }
}

/// What can be told without samples: ids used twice, ids that do not exist, regexes that do not compile, placeholders
/// without a capture.
pub fn references(rules: &[Rule], known: &[Signature]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let own: Vec<&str> = rules.iter().map(|rule| rule.signature.id.as_str()).collect();
    let ids: Vec<&str> =
        own.iter().copied().chain(known.iter().map(|signature| signature.id.as_str())).collect();
    let mut seen = BTreeSet::new();
    for rule in rules {
        let signature = &rule.signature;
        if !seen.insert(signature.id.as_str()) {
            faults.push(fault(rule, "id", "used twice in this file"));
        }
        for (key, list) in [("explains", &signature.explains), ("also", &signature.also)] {
            for id in list {
                if *id == signature.id {
                    faults.push(fault(rule, key, "names itself"));
                } else if !ids.contains(&id.as_str()) {
                    let hint = super::file::nearest(id, &ids);
                    let hint = hint.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
                    faults.push(fault(rule, key, format!("`{id}` does not exist{hint}")));
                }
            }
        }
        if Expression::new(&signature.each).is_err() {
            faults.push(fault(rule, "each", "does not compile".to_owned()));
        }
        match Expression::new(&signature.regex) {
            Err(error) => {
                let text = error.to_string();
                let last = text.lines().last().unwrap_or_default();
                faults.push(fault(rule, "regex", format!("does not compile: {last}")));
            }
            Ok(regex) => placeholders(rule, &regex, &mut faults),
        }
    }
    faults
}

fn placeholders(rule: &Rule, regex: &Expression, faults: &mut Vec<Fault>) {
    let signature = &rule.signature;
    let each = Expression::new(&signature.each).ok();
    let collected = each.iter().flat_map(Expression::names);
    let captures: BTreeSet<&str> = regex.names().chain(collected).map(folded).gathered();
    let listed = |key: &'static str, list: &'_ [String]| -> Vec<(&'static str, String)> {
        list.iter().map(|text| (key, text.clone())).collect()
    };
    let mut texts = vec![
        ("what", signature.what.clone()),
        ("impact", signature.impact.clone()),
        ("action", signature.action.clone()),
        ("verify", signature.verify.clone()),
    ];
    texts.extend(listed("check", &signature.check));
    texts.extend(listed("actions", &signature.actions));
    for (key, text) in &texts {
        for name in fill::names(text) {
            if !captures.contains(name.as_str()) && !CONTEXT.contains(&name.as_str()) {
                faults.push(fault(rule, key, format!("{{{name}}} is no capture of the regex")));
            }
        }
    }
    for name in signature.subject.iter().filter(|name| !captures.contains(name.as_str())) {
        faults.push(fault(rule, "subject", format!("`{name}` is no capture of the regex")));
    }
    for name in signature.facts.values().flat_map(|text| fill::names(text)) {
        if !captures.contains(name.as_str()) {
            faults.push(fault(rule, "facts", format!("{{{name}}} is no capture of the regex")));
        }
    }
}

/// Whether a signature takes a text: an anchor occurs and the regex matches.
fn hits(signature: &Signature, regex: &Expression, text: &str) -> bool {
    let low = text.to_ascii_lowercase();
    signature.anchor.iter().any(|anchor| low.contains(anchor.as_str())) && regex.is_match(text)
}

/// Whether each example matches, no counterexample does, and the anchors cover the regex.
pub fn samples(rules: &[Rule]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for rule in rules {
        let signature = &rule.signature;
        let Ok(regex) = Expression::new(&signature.regex) else {
            continue;
        };
        for text in rule.samples.examples.iter().map(|text| normal(text)) {
            if !regex.is_match(&text) {
                faults.push(fault(rule, "examples", format!("not matched: {}", short(&text))));
            } else if !hits(signature, &regex, &text) {
                faults.push(fault(rule, "anchor", format!("no anchor occurs in: {}", short(&text))));
            }
            let captures = captures(&regex, &text);
            for (key, template) in [("what", &signature.what), ("action", &signature.action)] {
                if fill::prose(template, &captures).is_empty() {
                    let text = format!(
                        "nothing is left of it for: {}; put `[…]` around optional parts",
                        short(&text)
                    );
                    faults.push(fault(rule, key, text));
                }
            }
        }
        for text in rule.samples.counterexamples.iter().map(|text| normal(text)) {
            if hits(signature, &regex, &text) {
                faults.push(fault(rule, "counterexamples", format!("matched: {}", short(&text))));
            }
        }
        for text in unanchored(signature).into_iter().take(1) {
            faults.push(fault(rule, "anchor", format!("no anchor covers the alternative: {}", short(&text))));
        }
    }
    faults
}

/// Every rule over all the others' examples: different meanings for one text must be settled by `also`.
/// `all` holds the rules of a file and those they join.
pub fn overlaps(all: &[Rule], own: &BTreeSet<&str>) -> Vec<Fault> {
    let regexes: Vec<Option<Expression>> =
        all.iter().map(|rule| Expression::new(&rule.signature.regex).ok()).collect();
    let by_id: BTreeMap<&str, &Signature> =
        all.iter().map(|rule| (rule.signature.id.as_str(), &rule.signature)).gathered();
    let mut faults = Vec::new();
    for rule in all {
        let this = &rule.signature;
        for text in rule.samples.examples.iter().map(|text| normal(text)) {
            for (other, regex) in all.iter().map(|rule| &rule.signature).zip(&regexes) {
                let ours = own.contains(this.id.as_str()) || own.contains(other.id.as_str());
                if this.id == other.id || !ours || settled(this, other, &by_id) {
                    continue;
                }
                if regex.as_ref().is_some_and(|regex| hits(other, regex, &text)) {
                    let (theirs, mine) = (other.role.name(), this.role.name());
                    let text =
                        format!("`{}` ({theirs}; this is {mine}) also matches: {}", other.id, short(&text));
                    faults.push(fault(rule, "also", text));
                }
            }
        }
    }
    faults
}

/// Whether it is clear which of two wins, or makes no difference.
fn settled(a: &Signature, b: &Signature, by_id: &BTreeMap<&str, &Signature>) -> bool {
    let same = a.role == b.role || (a.role.is_benign() && b.role.is_benign());
    same || a.generic != b.generic || reaches(a, b, by_id, 4) || reaches(b, a, by_id, 4)
}

fn reaches(from: &Signature, to: &Signature, by_id: &BTreeMap<&str, &Signature>, depth: usize) -> bool {
    depth > 0
        && from.also.iter().any(|id| {
            *id == to.id || by_id.get(id.as_str()).is_some_and(|next| reaches(next, to, by_id, depth - 1))
        })
}

fn short(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(90).collect();
    format!("`{}`", line.trim())
}

/// Alternatives of the regex that the prefilter would never try, because no anchor is part of their literal text.
fn unanchored(signature: &Signature) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(&signature.regex) else {
        return Vec::new();
    };
    let covered = |text: &String| signature.anchor.iter().any(|anchor| text.contains(anchor.as_str()));
    variants(&hir).into_iter().filter(|text| !covered(text)).map(|text| text.replace('\0', "*")).collect()
}

/// The texts a pattern can match, lower-cased, as far as they are literal; a gap of unknown text is written as NUL.
fn variants(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).to_lowercase()],
        HirKind::Class(class) => class_variants(class),
        HirKind::Capture(capture) => variants(&capture.sub),
        HirKind::Repetition(repetition) => {
            let once = variants(&repetition.sub);
            let more = repetition.max != Some(1);
            let mut all: Vec<String> =
                once.into_iter().map(|text| if more { text + "\0" } else { text }).collect();
            if repetition.min == 0 {
                all.push(String::new());
            }
            all
        }
        HirKind::Alternation(parts) => parts
            .iter()
            .flat_map(variants)
            .gathered::<BTreeSet<String>>()
            .into_iter()
            .take(VARIANTS)
            .collect(),
        HirKind::Concat(parts) => {
            let mut all = vec![String::new()];
            for part in parts {
                let tails = variants(part);
                all = all
                    .iter()
                    .flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")))
                    .take(VARIANTS)
                    .collect();
            }
            all
        }
    }
}

/// A class of a few characters is that many literals (upper and lower case count as one), any other one is a gap.
fn class_variants(class: &Class) -> Vec<String> {
    let mut letters = BTreeSet::new();
    if let Class::Unicode(class) = class {
        for range in class.iter() {
            if range.len() > 8 {
                return vec!["\0".to_owned()];
            }
            for letter in range.start()..=range.end() {
                // Folding of (?i) adds U+017F and U+212A, which lower-case to nothing in ASCII.
                if letter.is_ascii() {
                    letters.insert(letter.to_ascii_lowercase().to_string());
                }
            }
        }
    }
    if letters.is_empty() || letters.len() > 4 {
        vec!["\0".to_owned()]
    } else {
        letters.into_iter().collect()
    }
}
