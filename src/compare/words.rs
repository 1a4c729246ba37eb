//! The comparison in a few words: verdict, headline, confidence, and how it was decided.

use crate::report::model::*;

/// How many times as strong as that of the next service the evidence of a likely first one is, in tenths.
const CLEAR: u64 = 15;

/// Fills what is told in words from the tables.
pub(super) fn conclude(told: &mut Comparison) {
    told.verdict = verdict(told);
    told.confidence = confidence(told);
    told.headline = headline(told);
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
    // Two revisions of one log have other names because they were chosen so.
    let is_chosen = !told.baseline.filter.revisions.is_empty() && !told.incident.filter.revisions.is_empty();
    let is_change = |row: &SettingChange| !is_chosen || row.name != "revision";
    let settings = told.settings.iter().any(is_change) || !told.rhythms.is_empty();
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
        rows.take(1).any(|row| !row.reason.is_empty() || row.direction == Direction::New && row.is_error())
    };
    match (told.verdict, first, next) {
        (Verdict::Changed, Some(first), None) if is_telling(first) => said(
            "likely",
            if told.services.len() > 1 {
                "It is the only service in which something changed."
            } else {
                "A step that broke off, or an error that is new, stands for itself; no other service is logged on both sides."
            },
        ),
        (Verdict::Changed, Some(first), Some(next))
            if is_telling(first) && first.score * 10 >= next.score * CLEAR =>
        {
            said("likely", "The evidence in it is much stronger than in any other service.")
        }
        (Verdict::Changed, Some(first), None) => said("possible", alone(told, first)),
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

/// What keeps the only service that changed from being a likely cause.
fn alone(told: &Comparison, first: &ServiceChange) -> &'static str {
    let top = told.patterns.iter().find(|row| row.claimed && row.service == first.name);
    if top.is_some_and(|row| matches!(row.direction, Direction::Gone | Direction::Fewer)) {
        "It changed alone, but what it misses may be missing because nobody asks for it any more."
    } else {
        "It changed alone, but what it is asked for, or something that it calls, may have changed first."
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

fn method(told: &Comparison) -> Vec<Sentence> {
    let mut all = vec![Rich::text(
        "Messages of both sides share one set of templates. Each is measured against messages of its service that moved least, so that traffic cancels out, and its variance against its own bursts. Claimed is what at most one in a hundred such claims gets wrong, and what at least doubled or fell to half.",
    )];
    let short = |side: &Compared| side.entries < 200 || side.logged_seconds < 30;
    if short(&told.baseline) || short(&told.incident) {
        let entries =
            [&told.baseline, &told.incident].map(|side| usize::try_from(side.entries).unwrap_or(usize::MAX));
        all.push(Rich::text(if super::judge::is_short(entries) {
            "One of the sides has so few entries beside the other that what is usual is not known of it: only errors are told that the other side does not have."
        } else {
            "One of the sides is short: only strong changes can be told from chance."
        }));
    }
    if told.patterns.iter().any(|row| row.claimed) {
        all.push(Rich::text("Evidence is the statistic of that test (G): the larger, the less likely by chance; the table is sorted by it, and of what is about as strong the earlier stands first."));
    }
    if told.patterns.iter().any(|row| row.claimed && row.direction == Direction::Moved) {
        all.push(Rich::text("Moved is what is said about as often as before, but after another message, which is new or gone."));
    }
    all.into_iter().map(|text| Sentence { grade: Grade::Observed, text, ..Sentence::default() }).collect()
}
