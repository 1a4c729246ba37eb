//! An incident → what its finding shows beside the cause: quotes, consequences, other wordings.

use super::titles::error_words;
use super::{place_of, signature, sorted};
use crate::diagnose::causality::{self, Incident, Scene};
use crate::diagnose::evidence::{Book, derived, observed, quote_of, quotes};
use crate::diagnose::knowledge;
use crate::diagnose::statements::prefix::unprefixed;
use crate::diagnose::statements::{self, Statement};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::words::{self, with_reason};
use crate::order::Order as _;
use crate::report::model::{Rich, Sentence};
use crate::trace;

/// Consequences told one by one.
const SYMPTOMS: usize = 7;
pub(crate) fn finding_quotes(
    scene: &Scene<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
    rows: &[u32],
) -> Vec<crate::report::model::Quote> {
    let mut found = Vec::new();
    let first = |trouble: &Trouble, at: usize| {
        trouble.statements.get(at).and_then(|&n| scene.statements.get(n)).and_then(|s| s.occurrences.first())
    };
    if let Some(root) = root {
        found.extend((0..3).filter_map(|at| first(root, at)).filter_map(|o| quote_of(scene.index, o)));
    }
    found.extend(statement_of(scene, root));
    for symptom in incident
        .symptoms
        .iter()
        .filter_map(|&n| scene.troubles.get(n))
        .filter(|t| tells_something(scene, t))
        .take(5)
    {
        found.extend(first(symptom, 0).and_then(|o| quote_of(scene.index, o)));
    }
    if let Some(collapse) = &incident.collapse {
        let exits: Vec<u32> = collapse.cycles.iter().map(|cycle| cycle.exit).collect();
        found.extend(quotes(scene.index, &exits, 1));
    }
    if found.is_empty() {
        found = quotes(scene.index, rows, 3);
    }
    let mut seen = Vec::new();
    found.retain(|quote| {
        let new = !seen.contains(&quote.row);
        seen.push(quote.row);
        new
    });
    found.truncate(8);
    found
}

/// The SQL that failed, where the library printed it on a line of its own behind the error.
fn statement_of(scene: &Scene<'_>, root: Option<&Trouble>) -> Option<crate::report::model::Quote> {
    let first = root?.occurrences.first()?.rows.last().copied()?;
    let source = scene.index.row(first)?.source();
    let near = (first + 1..first + 8).find(|&n| {
        scene.index.row(n).is_some_and(|row| {
            row.source() == source
                && scene
                    .index
                    .shape(row.shape())
                    .is_some_and(|shape| shape.text().trim_start().starts_with("[SQL: "))
        })
    })?;
    quotes(scene.index, &[near], 1).pop()
}

pub(crate) fn symptoms(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: Option<&Trouble>,
) -> Vec<Sentence> {
    if root.is_some_and(|root| root.kind == Kind::ClientErrors) {
        return Vec::new();
    }
    let is_request = |t: &Trouble| matches!(t.kind, Kind::ServerErrors | Kind::ClientErrors);
    let requests: Vec<u32> = incident
        .symptoms
        .iter()
        .filter_map(|&n| scene.troubles.get(n))
        .filter(|t| is_request(t))
        .flat_map(Trouble::rows)
        .collect();
    let mut sentences = super::requests::consequences(scene, book, &sorted(requests));
    let mut rest: Vec<u32> = Vec::new();
    let mut troubles: Vec<&Trouble> =
        incident.symptoms.iter().filter_map(|&n| scene.troubles.get(n)).filter(|t| !is_request(t)).collect();
    // What is known first, then by number; stray lines of a dump are counted together.
    troubles.order_by_key(|t| {
        (
            !matches!(t.kind, Kind::Signature(_) | Kind::Exception | Kind::ServerErrors),
            std::cmp::Reverse(t.occurrences.len()),
        )
    });
    for trouble in troubles {
        let rows = trouble.rows();
        let n = trouble.occurrences.len() as u64;
        let signature = signature(scene.knowledge, trouble);
        if sentences.len() >= SYMPTOMS || !tells_something(scene, trouble) {
            rest.extend(rows);
            continue;
        }
        let words = error_words(trouble.lead(scene.statements), signature, trouble.trace(scene.statements));
        let text = match signature {
            Some(signature) => {
                Rich::text(format!("{} ({}): ", signature.label(), words::count(n, "time", "times"))).c(words)
            }
            None => Rich::default().c(words).t(format!(" ({})", words::count(n, "time", "times"))),
        };
        let (text, rule) = relation(scene, trouble, root, text);
        sentences.push(derived(text, rule, book.rows(&rows)));
    }
    if !rest.is_empty() {
        let rest = sorted(rest);
        let text = Rich::text(format!(
            "{} said with it, such as lines of the same dump.",
            words::count(rest.len() as u64, "further entry", "further entries")
        ));
        sentences.push(derived(text, "follows from the cause by time and place", book.rows(&rest)));
    }
    sentences
}

/// A consequence, or what came before and is known to lead to it, with the rule.
fn relation(
    scene: &Scene<'_>,
    trouble: &Trouble,
    root: Option<&Trouble>,
    text: Rich,
) -> (Rich, &'static str) {
    if root.is_some_and(|root| causality::forerun::same_target(scene, trouble, root)) {
        let text = Rich([Rich::text("Before it, of the same target: ").0, text.0].concat());
        return (text, "the same target in the fields of both, and said before it");
    }
    if root.is_some_and(|root| causality::forerun::is_so(scene, root, trouble)) {
        return (
            text,
            "began out of a calm shortly after the cause at the same service, and goes on as long",
        );
    }
    if let Some(root) = root.filter(|root| causality::relations::led_to(scene, trouble, root)) {
        let first = |t: &Trouble| t.occurrences.first().map(statements::Occurrence::first);
        let (place, rule) = if first(trouble) <= first(root) {
            ("Before it: ", "known to lead to it, and said before it")
        } else {
            ("Behind it: ", "known to lead to it, and said by the machine that it runs on")
        };
        (Rich([Rich::text(place).0, text.0].concat()), rule)
    } else if trouble.kind == Kind::Message && trouble.role == knowledge::Role::Warning {
        (text, "said within a second or two of it at the same place, nearly every time")
    } else {
        (text, "follows from the cause by time and place")
    }
}

/// Whether a trouble is worth a sentence of its own, and is not a stray line of somebody's dump.
fn tells_something(scene: &Scene<'_>, trouble: &Trouble) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count() >= 12;
    matches!(trouble.kind, Kind::Signature(_) | Kind::Exception | Kind::ServerErrors)
        || trouble
            .lead(scene.statements)
            .is_some_and(|s| !trace::is_fragment(s.text.trim_end()) && words(&s.text))
}

/// A message without the values of a failed query: they are data of somebody's, and say nothing about the failure.
pub(crate) fn without_data(message: &str) -> &str {
    let end = message
        .find("\nparams:")
        .or_else(|| message.find(" params: "))
        .or_else(|| message.find("[parameters: "));
    end.and_then(|end| message.get(..end)).unwrap_or(message)
}

/// Other wordings of the same failure; equal ones are counted together, the title's own is left out.
pub(crate) fn variants(scene: &Scene<'_>, book: &mut Book<'_>, root: &Trouble, title: &str) -> Vec<Sentence> {
    let mut united: Vec<(Rich, u64, Vec<u32>)> = Vec::new();
    for statement in root.statements.iter().filter_map(|&n| scene.statements.get(n)).take(200) {
        let words = variant(statement);
        if !words.plain().chars().any(char::is_alphabetic) || trace::is_fragment(words.plain().trim_end()) {
            continue;
        }
        let n = statement.occurrences.len() as u64;
        match united.iter_mut().find(|(known, _, _)| *known == words) {
            Some((_, known, rows)) => {
                *known += n;
                rows.extend(statement.rows());
            }
            None => united.push((words, n, statement.rows())),
        }
    }
    united.order_by_key(|(_, n, _)| std::cmp::Reverse(*n));
    // The title's own wording is worth a line only for its number among others.
    let quoted = united.len() <= 3 && united.iter().all(|(_, n, _)| *n == 1);
    if quoted
        || united.len() == 1 && root.statements.len() == 1
        || united.iter().all(|(words, _, _)| words.plain() == title)
    {
        return Vec::new();
    }
    let sentence = |(words, n, rows): (Rich, u64, Vec<u32>)| {
        observed(words.t(format!(" ({})", words::count(n, "time", "times"))), book.rows(&sorted(rows)))
    };
    united.into_iter().take(8).map(sentence).collect()
}

/// One wording: the reported exception and its place, or the message.
fn variant(statement: &Statement) -> Rich {
    let outer = statement.trace.as_ref().and_then(|trace| trace.chain.first());
    let words = outer.map_or(String::new(), |e| {
        let message = with_reason(without_data(&e.message), 160);
        if e.kind.is_empty() {
            message
        } else if message.is_empty() {
            e.kind.clone()
        } else {
            format!("{}: {message}", e.kind)
        }
    });
    let text = Rich::default().c(if words.is_empty() {
        with_reason(unprefixed(&statement.text), 200)
    } else {
        words
    });
    match outer.and_then(|e| e.frames.iter().find(|f| f.user && !f.file.is_empty())) {
        Some(frame) => text.t(" at ").c(place_of(frame)),
        None => text,
    }
}
