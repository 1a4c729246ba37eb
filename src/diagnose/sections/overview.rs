//! Headline, overview and technical details.

use crate::diagnose::causality::{self, Scene};
use crate::diagnose::evidence::Book;
use crate::diagnose::findings::{self, Told};
use crate::diagnose::knowledge::Role;
use crate::diagnose::lifecycle::collapse::What;
use crate::diagnose::troubles::Kind;
use crate::diagnose::words::{self, number};
use crate::digest::Index;
use crate::entry::Source;
use crate::ingest::PRINCIPAL;
use crate::order::{Gather as _, Order as _};
use crate::query::Filter;
use crate::report::model::{Class, Fact, Grade, Headline, Rich, State};
use std::collections::{BTreeMap, BTreeSet};

/// Keys of labels that are listed, and values of each.
const LABELS: usize = 24;
const LABEL_VALUES: usize = 4;

/// The first line.
pub(crate) fn headline(scene: &Scene<'_>, told: &[Told]) -> Headline {
    let Some(main) = told.iter().find(|t| t.finding.class != Class::Notice) else { return calm(scene, told) };
    let finding = &main.finding;
    let mut sentence = finding.title.clone();
    let n = main.failures.len() as u64;
    let tail = match main.incident.collapse.as_ref().map(|c| c.what) {
        Some(What::Loop) => format!(" — {}", words::count(n, "exit", "exits")),
        Some(What::Job) => format!(" — {}", words::count(n, "failed attempt", "failed attempts")),
        Some(_) => String::new(),
        None if finding.counts.first().is_some_and(|c| c.what == "failed requests") => {
            format!(" — {}", words::count(n, "failed request", "failed requests"))
        }
        None if n > 1 && !names(&finding.title.plain(), &number(n)) => format!(" — {} times", number(n)),
        None => String::new(),
    };
    let when = match (finding.first, finding.last) {
        (Some(first), Some(last)) => format!(", {}", words::span(first, last)),
        _ => String::new(),
    };
    let rejected = main.incident.collapse.as_ref().filter(|c| findings::extent::rejected(scene, c));
    let state = match finding.state {
        State::Ongoing if rejected.is_some() => {
            let serving = rejected.map_or(Vec::new(), |c| findings::extent::serving(scene, c));
            let named = match serving.as_slice() {
                [one] => one.name.clone(),
                more => format!("{} other revisions", more.len()),
            };
            let verb = if serving.len() == 1 { "serves" } else { "serve" };
            sentence =
                sentence.t(tail).t(when).t("; it did not become ready by the end of the log, and ").c(named);
            sentence = sentence.t(format!(" {verb} on."));
            return Headline {
                sentence,
                grade: Grade::Derived,
                state: finding.state,
                evidence: finding.evidence,
            };
        }
        State::Ongoing => "; still going on at the end of the log.",
        State::Ended if !findings::state::asked_again(scene, &main.incident, finding.last) => {
            "; none in the rest of the log, in which nobody asked for it again."
        }
        State::Ended => "; over by the end of the log.",
        State::Superseded => "; over since a later revision works.",
        State::Once => "; seen once.",
        _ => ".",
    };
    sentence = sentence.t(tail).t(when).t(state);
    Headline { sentence, grade: Grade::Derived, state: finding.state, evidence: finding.evidence }
}

/// Whether a number stands in a text by itself.
fn names(text: &str, number: &str) -> bool {
    text.split(|c: char| c.is_whitespace()).any(|word| word.trim_matches([',', ':', '(', ')']) == number)
}

fn calm(scene: &Scene<'_>, told: &[Told]) -> Headline {
    if scene.index.rows().is_empty() {
        let sentence = Rich::text("No log entries were read, so nothing can be said.");
        return Headline { sentence, grade: Grade::Derived, state: State::Unknown, evidence: None };
    }
    let swallowed: Vec<&Told> = told
        .iter()
        .filter(|t| {
            t.incident.root.and_then(|root| scene.troubles.get(root)).is_some_and(|r| r.role == Role::Cause)
        })
        .collect();
    let n = swallowed.len() as u64;
    let root = |t: &Told| t.incident.root.and_then(|root| scene.troubles.get(root));
    // What its own retry repaired, and what states a failure without a level, is no outage, but a failure.
    let ended = told.iter().any(|t| t.incident.collapse.is_some());
    let hidden = |t: &Told| t.finding.cause.iter().any(|said| said.rule == causality::upstreams::RULE);
    let failed = ended
        || told.iter().any(hidden)
        || told.iter().filter_map(root).any(|root| root.kind == Kind::Suspect);
    let failure = if failed { "outage" } else { "failure" };
    let mut sentence = match (audit_trail(scene.index), swallowed.first()) {
        (Some(trail), None) => Rich::text(trail),
        (_, None) if none_answered(scene.index) => Rich::text(format!(
            "No {failure} in this log, and no success either{}: check which paths the service serves",
            answered(scene.index)
        )),
        (_, None) => Rich::text(format!("Healthy: no {failure} in this log{}", answered(scene.index))),
        // An error that failed nothing is what a reader has to know, so it stands in the first line.
        (_, Some(first)) => {
            let looked = match (ended, scene.index.requests().is_empty()) {
                (true, _) => "what ended badly was repaired by its own retry",
                // Without requests nothing is known of those that failed.
                (_, true) => "no crash in this log",
                _ => "no failed request and no crash in this log",
            };
            let answered = answered(scene.index);
            let mut text =
                Rich::text(format!("No outage: {looked}{answered}; but an error in it needs a look: "));
            text.0.extend(first.finding.title.0.iter().cloned());
            match first.failures.len() as u64 {
                0 | 1 => text,
                times => text.t(format!(" ({} times)", number(times))),
            }
        }
    };
    if n > 1 {
        sentence = sentence.t(format!(", and {}", words::count(n - 1, "more error", "more errors")));
    }
    sentence = match told.len() as u64 - n {
        0 if n > 0 => sentence.t("."),
        0 if none_answered(scene.index) => sentence.t("."),
        0 => sentence.t(", nothing to do."),
        rest => sentence
            .t(format!("; {} worth knowing, no emergency.", words::count(rest, "notice is", "notices are"))),
    };
    Headline { sentence, grade: Grade::Derived, state: State::Healthy, evidence: None }
}

/// `; 8 of 9 requests were answered without an error, 1 was refused as the client's fault (4xx)`.
fn answered(index: &Index) -> String {
    let of = |from: u16, to: u16| {
        index.requests().iter().filter(|r| (from..to).contains(&r.status)).count() as u64
    };
    let total = index.requests().len() as u64;
    let (fine, refused) = (of(0, 400), of(400, 500));
    if total == 0 {
        return String::new();
    }
    if none_answered(index) {
        return format!("; all {} requests were refused as the client's fault (4xx)", number(total));
    }
    let mut text = format!(
        "; {} of {} answered without an error",
        number(fine),
        words::count(total, "request was", "requests were")
    );
    if refused > 0 {
        let refused = words::count(refused, "was", "were");
        text.push_str(&format!(", {refused} refused as the client's fault (4xx)"));
    }
    text
}

/// Whether there were requests, and each was refused.
pub(crate) fn none_answered(index: &Index) -> bool {
    let requests = index.requests();
    requests.len() > 1 && requests.iter().all(|r| (400..500).contains(&r.status))
}

/// A log of nothing but audit entries: how many calls, by whom.
fn audit_trail(index: &Index) -> Option<String> {
    let audit =
        |row: &crate::digest::Row| index.shape(row.shape()).is_some_and(crate::digest::Shape::is_audit);
    if index.rows().is_empty() || !index.rows().iter().all(audit) {
        return None;
    }
    let mut who: Vec<String> = Vec::new();
    let mut more = 0;
    for (key, values, rest) in index.labels().iter() {
        if key == PRINCIPAL {
            who.extend(values.into_iter().map(str::to_owned));
            more += rest as usize;
        }
    }
    more += who.len().saturating_sub(3);
    who.truncate(3);
    let mut text =
        format!("Calm: an audit trail of {}", words::count(index.rows().len() as u64, "call", "calls"));
    if !who.is_empty() {
        text.push_str(&format!(" by {}", words::list(&who)));
        if more > 0 {
            text.push_str(&format!(" and {more} more"));
        }
    }
    let single = index.rows().len() == 1;
    text.push_str(if single { ", which was not refused" } else { ", none of them refused or failed" });
    Some(text)
}

/// What sources have under one of their names, most entries first.
fn values(index: &Index, counts: &[u64], of: impl Fn(&Source<'_>) -> String) -> Vec<(String, u64)> {
    let mut by_value: BTreeMap<String, u64> = BTreeMap::new();
    for (source, n) in index.sources().iter().zip(counts) {
        let value = of(source);
        if !value.is_empty() && *n > 0 {
            *by_value.entry(value).or_default() += n;
        }
    }
    let mut values: Vec<(String, u64)> = by_value.into_iter().collect();
    values.order_by(|(a, n), (b, m)| m.cmp(n).then(a.cmp(b)));
    values
}

/// Entries by source.
pub(crate) fn entries_by_source(index: &Index) -> Vec<u64> {
    let mut counts = vec![0u64; index.sources().len()];
    for row in index.rows() {
        if let Some(count) = counts.get_mut(row.source() as usize) {
            *count += 1;
        }
    }
    counts
}

fn fact(key: &str, values: Vec<(String, u64)>, most: usize, evidence: Option<u32>) -> Option<Fact> {
    let more = values.len().saturating_sub(most) as u64;
    let shown: Vec<String> = values.into_iter().take(most).map(|(value, _)| value).collect();
    (!shown.is_empty()).then(|| Fact {
        key: key.to_owned(),
        values: shown,
        more,
        note: Rich::default(),
        evidence,
    })
}

/// Service, revision, location, time range, entries.
pub(crate) fn overview(scene: &Scene<'_>, book: &mut Book<'_>, counts: &[u64]) -> Vec<Fact> {
    let index = scene.index;
    let mut facts = Vec::new();
    let everything = book.filter_of(Filter::default(), index.rows().len() as u64);
    facts.extend(fact("Service", values(index, counts, |s| s.service.to_string()), 4, everything));
    facts.extend(fact("Revision", values(index, counts, |s| s.revision.to_string()), 4, None));
    facts.extend(fact("Location", values(index, counts, |s| s.location.to_string()), 3, None));
    if let Some([first, last]) = index.span() {
        let long = crate::entry::time::duration_words(last.0 - first.0);
        facts.push(Fact {
            key: "Time range".into(),
            values: vec![format!("{} ({long})", words::span(first, last))],
            ..Fact::default()
        });
    }
    let files = index.files().len() as u64;
    facts.push(Fact {
        key: "Entries".into(),
        values: vec![format!(
            "{} in {}",
            words::count(index.rows().len() as u64, "entry", "entries"),
            words::count(files, "file", "files")
        )],
        evidence: everything,
        ..Fact::default()
    });
    facts
}

/// Project, resource, instances, labels, what the messages tell of the environment.
pub(crate) fn details(scene: &Scene<'_>, book: &mut Book<'_>, counts: &[u64]) -> Vec<Fact> {
    let index = scene.index;
    let mut facts = Vec::new();
    facts.extend(fact("Project", values(index, counts, |s| s.project.to_string()), 4, None));
    facts.extend(fact("Resource type", values(index, counts, |s| s.resource.to_string()), 6, None));
    facts.extend(fact("Service", values(index, counts, |s| s.service.to_string()), 6, None));
    facts.extend(fact("Revision", values(index, counts, |s| s.revision.to_string()), 8, None));
    facts.extend(fact("Execution or build", values(index, counts, |s| s.execution.to_string()), 6, None));
    facts.extend(fact("Location", values(index, counts, |s| s.location.to_string()), 4, None));
    facts.extend(fact("Container", values(index, counts, |s| s.container.to_string()), 4, None));
    let instances: BTreeSet<&str> = index
        .sources()
        .iter()
        .zip(counts)
        .filter(|(_, n)| **n > 0)
        .map(|(s, _)| s.instance.as_ref())
        .filter(|i| !i.is_empty())
        .gathered();
    if !instances.is_empty() {
        let mut shown: Vec<String> = instances
            .iter()
            .take(3)
            .map(|id| {
                // Only what nobody reads is cut: a name that says something stays whole.
                if id.len() > 40 && id.bytes().all(|b| b.is_ascii_hexdigit()) || id.len() > 80 {
                    format!("{}…", id.get(..12).unwrap_or(id))
                } else {
                    (*id).to_owned()
                }
            })
            .collect();
        shown.insert(0, words::count(instances.len() as u64, "instance", "instances"));
        facts.push(Fact { key: "Instances".into(), values: shown, ..Fact::default() });
    }
    facts.extend(fact("Logs", values(index, counts, |s| s.log.to_string()), 8, None));
    facts.extend(stated(scene, book));
    for (key, values, more) in index.labels().iter().take(LABELS) {
        let more = values.len().saturating_sub(LABEL_VALUES) as u64 + u64::from(more);
        let values: Vec<String> = values.into_iter().map(str::to_owned).take(LABEL_VALUES).collect();
        facts.push(Fact { key: format!("Label {key}"), values, more, ..Fact::default() });
    }
    let n_more = index.labels().iter().skip(LABELS).count() as u64;
    if n_more > 0 {
        let values = vec![format!("{} not listed", words::count(n_more, "key", "keys"))];
        facts.push(Fact { key: "More labels".into(), values, ..Fact::default() });
    }
    facts
}

/// What messages state: ports, versions, databases, environment.
fn stated(scene: &Scene<'_>, book: &mut Book<'_>) -> Vec<Fact> {
    let mut found: BTreeMap<String, BTreeMap<String, Vec<u32>>> = BTreeMap::new();
    for statement in scene.statements {
        for hit in &statement.matches {
            for (name, value) in scene.knowledge.facts(hit) {
                found.entry(name).or_default().entry(value).or_default().extend(statement.rows());
            }
        }
    }
    found
        .into_iter()
        .map(|(name, values)| {
            let more = values.len().saturating_sub(6) as u64;
            let mut rows: Vec<u32> = values.values().flatten().copied().collect();
            rows.sort_unstable();
            rows.dedup();
            Fact {
                key: words::capital(&name),
                values: values.into_keys().take(6).collect(),
                more,
                note: Rich::default(),
                evidence: book.rows(&rows),
            }
        })
        .collect()
}
