//! What stands around a failure: takes an incident, gives sentences on the step before it, on severities, on other revisions and
//! on changes.

use crate::diagnose::causality::{Incident, Scene};
use crate::diagnose::evidence::{Book, derived};
use crate::diagnose::troubles::{Kind, Trouble};
use crate::diagnose::{anomalies, changes, lifecycle, words};
use crate::entry::{Nanos, Severity};
use crate::report::model::{Finding, Priority, Rich, Sentence, State};

/// What a job or build said just before it failed: of these the step before is the one that failed; of a service that starts,
/// anything may stand there.
pub(crate) fn step_before(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    root: &Trouble,
    all: &[u32],
) -> Option<Sentence> {
    use crate::diagnose::lifecycle::collapse::What;
    let steps = incident.collapse.as_ref().is_some_and(|c| matches!(c.what, What::Job | What::Build));
    let found = if steps && root.kind != Kind::LastWords {
        lifecycle::last_words::before_failure(scene, root, all)
    } else {
        None
    };
    found.map(|(words, rows)| {
        let text = Rich::text("Just before it the same process says ").c(words).t(".");
        derived(text, "the entry before the failure, by the same instance or run", book.rows(&rows))
    })
}

/// How the severities of its entries stand to those of the log.
pub(crate) fn severities(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    incident: &Incident,
    all: &[u32],
) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let errors = |rows: &[u32]| {
        rows.iter()
            .filter(|&&n| scene.index.row(n).is_some_and(|row| row.severity() >= Severity::Error))
            .count() as u64
    };
    let written =
        |row: &crate::digest::Row| row.recorded().is_some_and(|severity| severity >= Severity::Error);
    let total = scene.index.n_at_least(Severity::Error);
    let mine = errors(all);
    let recorded_total = scene.index.n_recorded_at_least(Severity::Error);
    let recorded = all.iter().filter_map(|&n| scene.index.row(n)).filter(|row| written(row)).count() as u64;
    let stops = incident.collapse.as_ref().is_some_and(|c| {
        matches!(c.what, lifecycle::collapse::What::Loop | lifecycle::collapse::What::Crash)
    });
    if mine == 0 && stops {
        let text = "There is no ERROR among its entries: an alert on severity would miss it.";
        sentences.push(derived(Rich::text(text), "severities of its entries", book.rows(all)));
    }
    if mine > 1 && total > 0 {
        let of = |mine: u64, total: u64| {
            if mine == total {
                format!("All {}", words::number(total))
            } else {
                format!("{} of {}", words::number(mine), words::number(total))
            }
        };
        let text = if recorded == mine && recorded_total == total || recorded == 0 {
            format!("{} entries of ERROR and above in this log belong to it.", of(mine, total))
        } else {
            format!(
                "{} entries recorded as ERROR and above belong to it ({} counting those that say so in their text only).",
                of(recorded, recorded_total),
                words::number(mine)
            )
        };
        sentences.push(derived(
            Rich::text(text),
            "entries of the cause and of its consequences",
            book.rows(all),
        ));
    }
    sentences
}

/// What other revisions show, and what changed just before and after.
pub(crate) fn around(
    scene: &Scene<'_>,
    book: &mut Book<'_>,
    finding: &Finding,
    (incident, failures): (&Incident, &[(Nanos, u32)]),
    priority: Priority,
) -> Vec<Sentence> {
    let mut sentences = match changes::revisions::beside(scene, incident, finding.last) {
        Some(found) => changes::revisions::tell(book, &found),
        None => Vec::new(),
    };
    sentences.extend(changes::revisions::outlived(scene, book, incident, failures));
    if priority < Priority::P2 {
        sentences.extend(changes::before(scene, book, finding.first, &changes::About::of(scene, incident)));
        if finding.state == State::Ended {
            sentences.extend(changes::after(scene, book, finding.last));
        }
    }
    sentences
}

/// Adds to urgent findings what was set otherwise and who lost a role just before, and what parts failing work from other work.
pub(crate) fn tell(scene: &Scene<'_>, book: &mut Book<'_>, told: &mut [super::Told]) {
    changes::switched::tell(scene, book, told);
    changes::reversal::tell(scene, book, told);
    changes::parted::tell(scene, book, told);
    changes::defaulted::tell(scene, book, told);
    changes::foretold::tell(scene, book, told);
    changes::taken_away::tell(scene, book, told);
    anomalies::timed_out::tell(scene, book, told);
    changes::scaled::tell(scene, book, told);
    changes::unmanned::tell(scene, book, told);
    changes::secrets(scene, book, told);
}
