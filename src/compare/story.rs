//! What a reader should know first, in graded sentences: what changed, which of it came first, what would fit as its reason.
//!
//! Sentences that are observed or derived name the entries behind them, all on the side during: of what is gone, those that it
//! came after, or else all among which it is missing. What would fit is a hypothesis and says how to test it (`guesses`).

use super::guesses;
use super::judge::{Judged, Q};
use super::rows::{Context, brief};
use super::side;
use crate::entry::number;
use crate::query::Filter;
use crate::report::model::*;
use std::collections::BTreeSet;

/// Characters of a template inside a sentence.
pub(super) const NAMED: usize = 120;
/// Messages that are told; the table has the others.
const MESSAGES: usize = 6;
/// Rows of each other table that are told.
const ROWS: usize = 3;

/// The sentences so far, and what stands behind them.
struct Story<'c> {
    context: &'c Context<'c, 'c>,
    incident: &'c Compared,
    sentences: Vec<Sentence>,
    evidence: Vec<Evidence>,
}

/// Fills the summary and the entries behind it; `listed` are the rows of messages as they were judged.
pub(super) fn tell(told: &mut Comparison, context: &Context<'_, '_>, listed: &[&Judged]) {
    let mut story = Story { context, incident: &told.incident, sentences: Vec::new(), evidence: Vec::new() };
    story.of_sides(told);
    story.of_messages(told, listed);
    if let Some((text, at)) = after_revision(told) {
        let evidence = story.since(told, listed, at);
        story.derived(text, "order in time", evidence);
    }
    for row in told.statuses.iter().filter(|row| !is_one(told, row)).take(ROWS) {
        let ([_, during], [_, filter]) = (row.answers, &row.filters);
        let evidence = story.behind(filter, during);
        story.derived(answers(row), "G-test", evidence);
    }
    for row in told.latencies.iter().take(ROWS) {
        let ([_, during], [_, filter]) = (row.n, &row.filters);
        let evidence = story.behind(filter, during);
        story.derived(latency(row), "quantile shift", evidence);
    }
    // Of what is new or gone it goes without saying.
    let claimed = |row: &RhythmChange| {
        let same = |p: &PatternChange| p.claimed && p.service == row.service && p.template == row.template;
        told.patterns.iter().any(same)
    };
    for row in told.rhythms.iter().filter(|row| !claimed(row)).take(ROWS) {
        let [_, filter] = &row.filters;
        let evidence = story.behind(filter, story.count(filter));
        story.derived(pace(row), "median of pauses", evidence);
    }
    for row in told.settings.iter().take(ROWS) {
        let [_, filter] = &row.filters;
        let evidence = story.behind(filter, story.count(filter));
        story.sentences.push(Sentence { text: setting(row), evidence, ..Sentence::default() });
    }
    let Story { mut sentences, evidence, .. } = story;
    sentences.extend(guesses::of(told));
    (told.summary, told.evidence) = (sentences, evidence);
}

/// That the sides share no convention of logging, where something seems to have changed.
fn conventions(context: &Context<'_, '_>, told: &Comparison) -> Option<Rich> {
    let [before, during] = context.sides.map(|side| side::conventions(side.index()));
    if told.verdict == Verdict::Unchanged || before.is_empty() || !before.is_disjoint(&during) {
        return None;
    }
    let named = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
    let rich = Rich::text("The sides are logged in different conventions, before as ").c(named(before));
    let rich = rich.t(" and during as ").c(named(during));
    Some(
        rich.t(": one and the same event has other words in each, so what looks new or gone may be neither."),
    )
}

/// Whether a row of all paths says what that of its only path says.
fn is_one(told: &Comparison, row: &StatusChange) -> bool {
    let key = |row: &StatusChange| (row.service.clone(), row.class.clone(), row.answers, row.total);
    row.path.is_empty() && told.statuses.iter().any(|other| !other.path.is_empty() && key(other) == key(row))
}

/// That the side during ends before the other one begins, as where the two were given the wrong way round.
fn backwards(told: &Comparison) -> Option<Rich> {
    let (end, begin) = (told.incident.last?, told.baseline.first?);
    let text = format!(
        "During ends at {} UTC, before the other side begins: are the sides the wrong way round?",
        end.date_time()
    );
    (end < begin && told.verdict != Verdict::Unchanged).then(|| Rich::text(text))
}

impl Story<'_> {
    /// What the sides are to each other.
    fn of_sides(&mut self, told: &Comparison) {
        if let Some(text) = conventions(self.context, told) {
            let evidence = self.behind(&told.incident.filter, told.incident.entries);
            self.sentences.push(Sentence { text, evidence, ..Sentence::default() });
        }
        if let Some(text) = backwards(told) {
            let evidence = self.behind(&told.incident.filter, told.incident.entries);
            self.sentences.push(Sentence { text, evidence, ..Sentence::default() });
        }
    }

    /// What is said, and errors that are too few to be claimed.
    fn of_messages(&mut self, told: &Comparison, listed: &[&Judged]) {
        let mut said: Vec<(&str, Direction, bool)> = Vec::new();
        for (row, judged) in told.patterns.iter().zip(listed) {
            // One of each kind and service, errors apart: what follows says mostly the same.
            let kind = (row.service.as_str(), row.direction, row.is_error());
            if row.claimed
                && row.direction != Direction::Moved
                && said.len() < MESSAGES
                && !said.contains(&kind)
            {
                said.push(kind);
                let evidence = self.behind_message(row, judged);
                let rule = if judged.q <= Q {
                    "G-test"
                } else {
                    "said ten times or more on one side, never on the other"
                };
                self.derived(message(row), rule, evidence);
            }
        }
        // What a pipeline is stopped for stands on the page, too.
        let few = super::new_errors(told).into_iter().filter(|row| !row.claimed);
        for row in few.take(ROWS) {
            let evidence = self.behind(&row.incident.filter, row.incident.entries);
            self.derived(too_few(row), "said on one side only", evidence);
        }
    }

    fn derived(&mut self, text: Rich, rule: &str, evidence: Option<u32>) {
        self.sentences.push(Sentence { grade: Grade::Derived, text, rule: rule.to_owned(), evidence });
    }

    /// These entries; where there are none, all of the side: it is missing among them.
    fn behind(&mut self, filter: &Filter, entries: u64) -> Option<u32> {
        let (filter, entries) = match entries {
            0 => (&self.incident.filter, self.incident.entries),
            n => (filter, n),
        };
        let same = |found: &Evidence| found.filter == *filter && found.entries == entries;
        let at = self.evidence.iter().position(same).unwrap_or_else(|| {
            self.evidence.push(Evidence { filter: filter.clone(), entries, quotes: Vec::new() });
            self.evidence.len() - 1
        });
        u32::try_from(at).ok().filter(|_| entries > 0)
    }

    fn behind_message(&mut self, row: &PatternChange, judged: &Judged) -> Option<u32> {
        match (row.incident.entries, judged.flow) {
            (0, Some(flow)) => {
                let n = self.context.rows_of(flow.after, 1).count() as u64;
                self.behind(&self.context.entries(flow.after, 1), n)
            }
            (n, _) => self.behind(&row.incident.filter, n),
        }
    }

    /// The entries by which a service was the first time other than before.
    fn since(&mut self, told: &Comparison, listed: &[&Judged], at: i64) -> Option<u32> {
        let mut rows = told.patterns.iter().zip(listed);
        let (row, judged) = rows.find(|(_, judged)| judged.since == Some(at))?;
        self.behind_message(row, judged)
    }

    /// How many entries of the side during a filter lets through.
    fn count(&self, filter: &Filter) -> u64 {
        match (filter.rows.len() as u64, filter.is_empty()) {
            (_, true) => 0,
            (0, _) => self.context.index(1).map_or(0, |index| index.count(filter)),
            (n, _) => n,
        }
    }
}

/// How long after a new revision of its own the first service changed, and when that was.
fn after_revision(told: &Comparison) -> Option<(Rich, i64)> {
    let service = told.services.iter().find(|service| service.claimed)?;
    let (revision, began) = super::new_revision(told, &service.name)?;
    let since = service.since?.0;
    let waited = since.checked_sub(began.0).filter(|nanos| *nanos >= 0)?;
    let waited = match waited / 1_000_000 {
        0 => "with".to_owned(),
        _ => format!("{} after", crate::entry::time::duration_words(waited)),
    };
    let rich = Rich::default().c(&service.name).t(format!(" changed {waited}"));
    Some((rich.t(" the first entry of its revision ").c(revision.during.join(", ")).t("."), since))
}

/// The change of revision of a service.
pub(super) fn revision_of<'t>(told: &'t Comparison, service: &str) -> Option<&'t SettingChange> {
    told.settings.iter().find(|row| row.service == service && row.name == "revision")
}

fn answers(row: &StatusChange) -> Rich {
    let [[b, i], [t_b, t_i]] = [row.answers.map(number), row.total.map(number)];
    let path = if row.path.is_empty() { "all paths" } else { &row.path };
    let rich = Rich::text(format!("{} answers of ", row.class)).c(path);
    rich.t(format!(" went from {b} of {t_b} to {i} of {t_i}."))
}

fn latency(row: &LatencyChange) -> Rich {
    let [b, i] = row.p50.map(millis);
    let [tail_b, tail_i] = row.p95.map(millis);
    Rich::default().c(brief(&row.what, NAMED)).t(format!(
        " took {b} in the median before and {i} during; the 95th percentile went from {tail_b} to {tail_i}."
    ))
}

fn pace(row: &RhythmChange) -> Rich {
    let every = |period: Option<u64>| {
        let nanos = |millis: u64| i64::try_from(millis.saturating_mul(1_000_000)).unwrap_or(i64::MAX);
        let words = period.map(|millis| crate::entry::time::duration_words(nanos(millis)));
        words.map_or("at no pace".to_owned(), |words| format!("every {words}"))
    };
    let [before, during] = row.period_millis.map(every);
    Rich::default().c(brief(&row.template, NAMED)).t(format!(" came {before} before and {during} during."))
}

fn setting(row: &SettingChange) -> Rich {
    let rich = Rich::default().c(&row.name);
    let rich = if row.service.is_empty() { rich } else { rich.t(" of ").c(&row.service) };
    set_to(rich, row).t(".")
}

/// ` was A and is B`.
pub(super) fn set_to(name: Rich, row: &SettingChange) -> Rich {
    name.t(" was ").c(row.before.join(", ")).t(" and is ").c(row.during.join(", "))
}

fn millis(micros: u64) -> String {
    let tenths = micros.saturating_add(50) / 100;
    format!("{}.{} ms", number(tenths / 10), tenths % 10)
}

/// An error that only the side during has, too seldom to be told from chance.
fn too_few(row: &PatternChange) -> Rich {
    let rich =
        Rich::text("Only during, too few to be told from chance: ").c(brief(row.template.trim(), NAMED));
    let rich = if row.service.is_empty() { rich } else { rich.t(" of ").c(&row.service) };
    rich.t(format!(" ({} times).", number(row.incident.entries)))
}

fn message(row: &PatternChange) -> Rich {
    let rich = if row.service.is_empty() { Rich::text("The log") } else { Rich::default().c(&row.service) };
    let [b, i] = [row.baseline.entries, row.incident.entries].map(number);
    let (says, counts) = match row.direction {
        Direction::New => (" says something new", format!(" ({i} times)")),
        Direction::Gone => (" no longer says", format!(" ({b} times before)")),
        Direction::More => (" says more often", format!(" ({b} before, {i} during)")),
        Direction::Fewer => (" says less often", format!(" ({b} before, {i} during)")),
        Direction::Moved => (" says at another place", format!(" ({b} before, {i} during)")),
    };
    let rich = match row.template.trim() {
        "" => rich.t(format!("{says}: entries without words")),
        template => rich.t(format!("{says}: ")).c(brief(template, NAMED)),
    };
    let rich = rich.t(counts);
    if row.reason.is_empty() {
        return rich.t(".");
    }
    let mut rich = rich.t(". ");
    rich.0.extend(row.reason.0.iter().cloned());
    rich
}
