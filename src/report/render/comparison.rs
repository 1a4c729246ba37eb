//! A redacted comparison → sections of sentences and tables, which every text form writes in its own way.

use super::words;
use crate::entry::number;
use crate::report::model::*;

/// Rows of the table of messages.
const PATTERNS: usize = 25;
/// Rows that are listed where nothing is claimed, and the adjusted p value, in millionths, up to which they are.
const NEAR: usize = 5;
const NEAR_PPM: u64 = 50_000;
/// Services that are listed.
const SERVICES: usize = 12;
/// Characters of a message in a table.
const CHARS: usize = 160;

/// A heading and what stands under it.
pub(super) struct Section {
    pub(super) heading: &'static str,
    pub(super) parts: Vec<Part>,
}

/// A piece of a section.
pub(super) enum Part {
    /// A paragraph.
    Said(Rich),
    /// A list.
    List(Vec<Sentence>),
    /// A table: names of columns, the first column of numbers, rows.
    Table(Vec<&'static str>, usize, Vec<Vec<Rich>>),
}

/// The title of the document.
pub(super) const TITLE: &str = "What changed";

/// All sections that have something to say, in the order of reading.
pub(super) fn sections(told: &Comparison, redaction: &str) -> Vec<Section> {
    let all = [
        ("Overview", overview(told, redaction)),
        ("Services", services(told)),
        ("Messages", messages(told)),
        ("Settings and revisions", settings(told)),
        ("Requests", requests(told)),
        ("Durations", durations(told)),
        ("Paces", paces(told)),
        ("Other comparisons", boundaries(told)),
        ("How this was decided", vec![Part::List(told.method.clone())]),
        ("Warnings", warnings(told)),
    ];
    let full = all.into_iter().filter(|(_, parts)| !parts.is_empty());
    full.map(|(heading, parts)| Section { heading, parts }).collect()
}

fn overview(told: &Comparison, redaction: &str) -> Vec<Part> {
    let mut parts = vec![Part::Said(told.headline.clone())];
    let Confidence { word, reason } = &told.confidence;
    if !word.is_empty() {
        let mut rich = Rich::text(format!("Confidence in a cause: {word}. "));
        rich.0.extend(reason.0.iter().cloned());
        parts.push(Part::Said(rich));
    }
    if !told.summary.is_empty() {
        parts.push(Part::List(told.summary.clone()));
    }
    let side = |name: &str, side: &Compared| {
        let logged = crate::entry::time::duration_words(
            i64::try_from(side.logged_seconds).unwrap_or(0).saturating_mul(1_000_000_000),
        );
        let span = words::span(side.first, side.last);
        let [entries, requests, errors] = [side.entries, side.requests, side.errors].map(number);
        let name = Rich::text(format!("{name}: ")).c(&side.name);
        vec![
            name,
            Rich::text(span),
            Rich::text(logged),
            Rich::text(entries),
            Rich::text(requests),
            Rich::text(errors),
        ]
    };
    let rows = vec![side("Before", &told.baseline), side("During", &told.incident)];
    let head = vec!["Side", "From and to", "Logged", "Entries", "Requests", "Errors"];
    parts.push(Part::Table(head, 2, rows));
    let time = told.generated_at.map_or(String::new(), |time| format!("Generated {} UTC", time.date_time()));
    let by = if time.is_empty() { "Generated".to_owned() } else { time };
    parts.push(Part::Said(Rich::text(format!("{by} by {}. {redaction}", told.generator))));
    parts
}

fn services(told: &Comparison) -> Vec<Part> {
    let claimed = told.services.iter().filter(|row| row.claimed);
    let rows: Vec<Vec<Rich>> = claimed
        .take(SERVICES)
        .map(|row| {
            let since = row.since.map_or(String::new(), |time| format!("{} UTC", time.clock_millis()));
            vec![
                named(&row.name),
                row.reason.clone(),
                Rich::text(since),
                score(row.score),
                Rich::text(number(row.changed)),
            ]
        })
        .collect();
    table(&["Service", "Why", "First new message", "Evidence", "Changes"], 3, rows)
}

fn messages(told: &Comparison) -> Vec<Part> {
    let claimed = told.patterns.iter().filter(|row| row.claimed);
    let n = claimed.clone().count();
    let rows: Vec<Vec<Rich>> = claimed.take(PATTERNS).map(message).collect();
    let head = ["Message", "Service", "Change", "Before", "During", "Per minute", "Evidence"];
    let mut parts = table(&head, 3, rows);
    if n > PATTERNS {
        parts.push(Part::Said(Rich::text(format!(
            "{} more are in the JSON form.",
            number((n - PATTERNS) as u64)
        ))));
    }
    let near = told.patterns.iter().filter(|row| !row.claimed && row.chance_ppm <= NEAR_PPM);
    let rows: Vec<Vec<Rich>> = near.take(NEAR).map(message).collect();
    if n == 0 && !rows.is_empty() {
        parts.push(Part::Said(Rich::text("No message changed beyond chance. Nearest to it came:")));
        parts.extend(table(&head, 3, rows));
    }
    parts
}

fn message(row: &PatternChange) -> Vec<Rich> {
    let change = match (row.direction, row.times) {
        (Direction::New, _) => "new".to_owned(),
        (Direction::Gone, _) => "gone".to_owned(),
        (Direction::Moved, _) => "moved".to_owned(),
        (Direction::More | Direction::Fewer, Some(times)) => {
            format!("× {}.{:02}", times / 1000, times % 1000 / 10)
        }
        (Direction::More | Direction::Fewer, None) => String::new(),
    };
    let rate = |side: &Side| {
        format!("{}.{}", number(side.per_1000_minutes / 1000), side.per_1000_minutes % 1000 / 100)
    };
    vec![
        Rich::default().c(words::one_line(&row.template, CHARS)),
        named(&row.service),
        Rich::text(change),
        Rich::text(number(row.baseline.entries)),
        Rich::text(number(row.incident.entries)),
        Rich::text(format!("{} → {}", rate(&row.baseline), rate(&row.incident))),
        score(row.evidence),
    ]
}

fn settings(told: &Comparison) -> Vec<Part> {
    let values = |values: &[String]| {
        let mut rich = Rich::default();
        for (n, value) in values.iter().enumerate() {
            rich = if n > 0 { rich.t(", ") } else { rich }.c(value);
        }
        rich
    };
    let rows = told.settings.iter().map(|row| {
        vec![Rich::default().c(&row.name), named(&row.service), values(&row.before), values(&row.during)]
    });
    table(&["Name", "Service", "Before", "During"], 4, rows.collect())
}

fn requests(told: &Comparison) -> Vec<Part> {
    let rows = told.statuses.iter().map(|row| {
        let [[b, i], [t_b, t_i]] = [row.answers, row.total];
        let share = |n: u64, total: u64| Rich::text(format!("{} of {}", number(n), number(total)));
        let path = if row.path.is_empty() { Rich::text("all") } else { Rich::default().c(&row.path) };
        vec![
            path,
            named(&row.service),
            Rich::text(&row.class),
            share(b, t_b),
            share(i, t_i),
            score(row.score),
        ]
    });
    table(&["Path", "Service", "Answers", "Before", "During", "Evidence"], 3, rows.collect())
}

fn durations(told: &Comparison) -> Vec<Part> {
    let rows = told.latencies.iter().map(|row| {
        let pair = |[b, i]: [u64; 2]| Rich::text(format!("{} → {}", words::micros(b), words::micros(i)));
        let [before, during] = row.n.map(number);
        let n = Rich::text(format!("{before} → {during}"));
        vec![
            Rich::default().c(words::one_line(&row.what, CHARS)),
            named(&row.service),
            n,
            pair(row.p50),
            pair(row.p95),
            score(row.score),
        ]
    });
    table(&["What", "Service", "Measured", "Median", "95th percentile", "Evidence"], 2, rows.collect())
}

fn paces(told: &Comparison) -> Vec<Part> {
    let period = |millis: Option<u64>| {
        Rich::text(millis.map_or("none".to_owned(), |millis| words::micros(millis.saturating_mul(1000))))
    };
    let rows = told.rhythms.iter().map(|row| {
        let [before, during] = row.period_millis.map(period);
        vec![Rich::default().c(words::one_line(&row.template, CHARS)), named(&row.service), before, during]
    });
    table(&["Message", "Service", "Every, before", "Every, during"], 2, rows.collect())
}

fn boundaries(told: &Comparison) -> Vec<Part> {
    let rows: Vec<Sentence> = told
        .boundaries
        .iter()
        .take(4)
        .map(|row| {
            let text =
                Rich::text("Revision ").c(&row.after).t(" of ").c(&row.service).t(" follows ").c(&row.before);
            let at = row.at.map_or(String::new(), |at| format!(" at {} UTC", at.date_time()));
            let text = text
                .t(format!("{at}: give that file alone and "))
                .c("--by revision")
                .t(" to compare the two.");
            Sentence { text, ..Sentence::default() }
        })
        .collect();
    if rows.is_empty() { Vec::new() } else { vec![Part::List(rows)] }
}

fn warnings(told: &Comparison) -> Vec<Part> {
    let said = |problem: &crate::error::Problem| Sentence {
        text: Rich::text(problem.to_string()),
        ..Sentence::default()
    };
    if told.warnings.is_empty() {
        Vec::new()
    } else {
        vec![Part::List(told.warnings.iter().map(said).collect())]
    }
}

fn named(name: &str) -> Rich {
    if name.is_empty() { Rich::text("–") } else { Rich::default().c(name) }
}

fn score(score: u64) -> Rich {
    Rich::text(format!("{}.{}", number(score / 1000), score % 1000 / 100))
}

fn table(head: &[&'static str], numbers_from: usize, rows: Vec<Vec<Rich>>) -> Vec<Part> {
    if rows.is_empty() { Vec::new() } else { vec![Part::Table(head.to_vec(), numbers_from, rows)] }
}
