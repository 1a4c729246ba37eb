//! The comparison in sentences: verdict, headline, confidence, summary, and how it was decided.

use super::rows::brief;
use crate::entry::number;
use crate::report::model::*;

/// Characters of a template inside a sentence.
const NAMED: usize = 120;
/// How many times as strong as that of the next service the evidence of a likely first one is, in tenths.
const CLEAR: u64 = 15;

/// Fills what is told in words from the tables.
pub(super) fn conclude(told: &mut Comparison) {
    told.verdict = verdict(told);
    told.confidence = confidence(told);
    told.headline = headline(told);
    told.summary = summary(told);
    told.method = method(told);
}

/// Changes of what is said, and of how requests are answered, name something; more or less of the same may be traffic.
fn telling(told: &Comparison) -> bool {
    let is_telling = |row: &&PatternChange| {
        !matches!(row.direction, Direction::More | Direction::Fewer)
            || row.severity >= crate::entry::Severity::Warning
    };
    let said = told.patterns.iter().filter(|row| row.claimed).any(|row| is_telling(&row));
    said || !told.statuses.is_empty() || !told.latencies.is_empty()
}

fn verdict(told: &Comparison) -> Verdict {
    let settings = !told.settings.is_empty() || !told.rhythms.is_empty();
    if telling(told) {
        Verdict::Changed
    } else if settings || told.patterns.iter().any(|row| row.claimed) {
        Verdict::Unclear
    } else {
        Verdict::Unchanged
    }
}

fn confidence(told: &Comparison) -> Confidence {
    let said = |word: &str, reason: &str| Confidence { word: word.to_owned(), reason: Rich::text(reason) };
    let mut claimed = told.services.iter().filter(|service| service.claimed);
    let (first, next) = (claimed.next(), claimed.next());
    // A step that broke off while what leads to it goes on, or an error that is new, stands for itself; what merely came to be
    // said less may be missing because nobody asks for it any more.
    let is_telling = |service: &ServiceChange| {
        let rows = told.patterns.iter().filter(|row| row.claimed && row.service == service.name);
        rows.take(1).any(|row| {
            let is_error = row.severity >= crate::entry::Severity::Error || !row.exception.is_empty();
            !row.reason.is_empty() || row.direction == Direction::New && is_error
        })
    };
    match (told.verdict, first, next) {
        (Verdict::Changed, Some(first), None) if is_telling(first) => {
            said("likely", "It is the only service in which something changed.")
        }
        (Verdict::Changed, Some(first), Some(next))
            if is_telling(first) && first.score * 10 >= next.score * CLEAR =>
        {
            said("likely", "The evidence in it is much stronger than in any other service.")
        }
        (Verdict::Changed, Some(_), None) => said(
            "possible",
            "It changed alone, but what it misses may be missing because nobody asks for it any more.",
        ),
        (Verdict::Changed, Some(_), Some(_)) => {
            said("possible", "Other services changed as well, so one may only follow from another.")
        }
        (Verdict::Unclear, ..) => said(
            "none",
            "Only frequencies or settings differ. A lack of CPU, memory or network hardly shows in logs: look at metrics before you blame a service.",
        ),
        _ => said(
            "none",
            "Nothing differs beyond chance. A lack of CPU, memory or network hardly shows in logs: look at metrics.",
        ),
    }
}

fn headline(told: &Comparison) -> Rich {
    let first = told.services.iter().find(|service| service.claimed);
    match (told.verdict, first) {
        (Verdict::Unchanged, _) => Rich::text("No change beyond chance."),
        (Verdict::Changed, Some(service)) if !service.name.is_empty() => {
            Rich::text("Something changed, most of all in ").c(&service.name).t(".")
        }
        (Verdict::Changed, _) => Rich::text("Something changed."),
        (Verdict::Unclear, _) => {
            Rich::text("Frequencies or settings differ, but nothing that names a cause.")
        }
    }
}

fn summary(told: &Comparison) -> Vec<Sentence> {
    let derived = |text: Rich, rule: &str| Sentence {
        grade: Grade::Derived,
        text,
        rule: rule.to_owned(),
        evidence: None,
    };
    let observed = |text: Rich| Sentence { text, ..Sentence::default() };
    let mut all = Vec::new();
    let mut said: Vec<(&str, Direction)> = Vec::new();
    for row in told.patterns.iter().filter(|row| row.claimed && row.direction != Direction::Moved) {
        // One of each kind and service: what follows says mostly the same.
        if said.len() < 6 && !said.contains(&(&row.service, row.direction)) {
            said.push((&row.service, row.direction));
            all.push(derived(pattern(row), "G-test"));
        }
    }
    all.extend(after_revision(told).map(|text| derived(text, "order in time")));
    for row in told.statuses.iter().take(3) {
        let [[b, i], [t_b, t_i]] = [row.answers, row.total];
        let path = if row.path.is_empty() { "all paths" } else { &row.path };
        let rich = Rich::text(format!("{} answers of ", row.class)).c(path);
        let rich = rich.t(format!(
            " went from {} of {} to {} of {}.",
            number(b),
            number(t_b),
            number(i),
            number(t_i)
        ));
        all.push(derived(rich, "G-test"));
    }
    for row in told.latencies.iter().take(3) {
        let [b, i] = row.p50.map(millis);
        let [tail_b, tail_i] = row.p95.map(millis);
        let rich = Rich::default().c(brief(&row.what, NAMED)).t(format!(
            " took {b} in the median before and {i} during; the 95th percentile went from {tail_b} to {tail_i}."
        ));
        all.push(derived(rich, "quantile shift"));
    }
    for row in told.settings.iter().take(3) {
        let rich = Rich::default().c(&row.name);
        let rich = if row.service.is_empty() { rich } else { rich.t(" of ").c(&row.service) };
        all.push(observed(
            rich.t(" was ").c(row.before.join(", ")).t(" and is ").c(row.during.join(", ")).t("."),
        ));
    }
    all
}

/// How long after a new revision of its own the first service changed.
fn after_revision(told: &Comparison) -> Option<Rich> {
    let service = told.services.iter().find(|service| service.claimed)?;
    let is_own = |row: &&SettingChange| row.service == service.name && row.name == "revision";
    let revision = told.settings.iter().find(is_own)?;
    let waited = service.since?.0.checked_sub(revision.since?.0).filter(|nanos| *nanos >= 0)?;
    let waited = match waited / 1_000_000 {
        0 => "with".to_owned(),
        _ => format!("{} after", crate::entry::time::duration_words(waited)),
    };
    let rich = Rich::default().c(&service.name).t(format!(" changed {waited}"));
    Some(rich.t(" the first entry of its revision ").c(revision.during.join(", ")).t("."))
}

fn millis(micros: u64) -> String {
    format!("{}.{} ms", number(micros / 1000), micros % 1000 / 100)
}

fn pattern(row: &PatternChange) -> Rich {
    let who = if row.service.is_empty() { "The log".to_owned() } else { row.service.clone() };
    let rich = if row.service.is_empty() { Rich::text(who) } else { Rich::default().c(who) };
    let [b, i] = [row.baseline.entries, row.incident.entries].map(number);
    let (says, counts) = match row.direction {
        Direction::New => (" says something new", format!(" ({i} times)")),
        Direction::Gone => (" no longer says", format!(" ({b} times before)")),
        Direction::More => (" says more often", format!(" ({b} before, {i} during)")),
        Direction::Fewer => (" says less often", format!(" ({b} before, {i} during)")),
        Direction::Moved => (" says at another place", format!(" ({b} before, {i} during)")),
    };
    let rich = rich.t(format!("{says}: ")).c(brief(&row.template, NAMED)).t(counts);
    if row.reason.is_empty() {
        return rich.t(".");
    }
    let mut rich = rich.t(". ");
    rich.0.extend(row.reason.0.iter().cloned());
    rich
}

fn method(told: &Comparison) -> Vec<Sentence> {
    let mut all = vec![Rich::text(
        "Messages of both sides share one set of templates. Each is measured against messages of its service that moved least, so that traffic cancels out, and its variance against its own bursts. Claimed is what at most one in a hundred such claims gets wrong, and what changed at least by half.",
    )];
    let short = |side: &Compared| side.entries < 200 || side.logged_seconds < 30;
    if short(&told.baseline) || short(&told.incident) {
        all.push(Rich::text("One of the sides is short: only strong changes can be told from chance."));
    }
    all.into_iter().map(|text| Sentence { grade: Grade::Observed, text, ..Sentence::default() }).collect()
}
