//! A redacted comparison → sections of sentences and tables, which every text form writes in its own way.

use super::words;
use crate::entry::{Severity, number};
use crate::query::Filter;
use crate::report::model::*;

/// Rows of the table of messages.
const PATTERNS: usize = 25;
/// Rows that are listed where nothing is claimed, and the adjusted p value, in millionths, up to which they are.
const NEAR: usize = 5;
const NEAR_PPM: u64 = 50_000;
/// Other changes of revision that are listed.
const OTHERS: usize = 6;
/// Services that are listed.
const SERVICES: usize = 12;
/// Characters of a message in a table.
const CHARS: usize = 160;

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
    full.map(|(heading, parts)| Section { heading: heading.to_owned(), parts }).collect()
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
        let severe = Severity::ALL.into_iter().filter(|level| *level >= Severity::Error).collect();
        let errors = Filter { severities: severe, ..side.filter.clone() };
        vec![
            Rich::text(format!("{name}: ")).c(&side.name).into(),
            Cell { text: Rich::text(span), bars: side.buckets.clone(), ..Cell::default() },
            Rich::text(if side.first.is_some() { logged } else { "–".to_owned() }).into(),
            Cell::opening(number(side.entries), side.entries, &side.filter),
            Rich::text(number(side.requests)).into(),
            Cell::opening(number(side.errors), side.errors, &errors),
        ]
    };
    let rows = vec![side("Before", &told.baseline), side("During", &told.incident)];
    let head = ["Side", "From and to", "Logged", "Entries", "Requests", "Errors"];
    parts.extend(table(&head, 2, rows));
    if redaction.is_empty() {
        return parts;
    }
    let time = told.generated_at.map_or(String::new(), |time| format!("Generated {} UTC", time.date_time()));
    let by = if time.is_empty() { "Generated".to_owned() } else { time };
    parts.push(Part::Said(Rich::text(format!("{by} by {}. {redaction}", told.generator))));
    parts
}

fn services(told: &Comparison) -> Vec<Part> {
    let claimed = told.services.iter().filter(|row| row.claimed);
    let rows: Vec<Vec<Cell>> = claimed
        .take(SERVICES)
        .map(|row| {
            let since = row.since.map_or(String::new(), |time| format!("{} UTC", time.clock_millis()));
            vec![
                named(&row.name),
                row.reason.clone().into(),
                Rich::text(since).into(),
                score(row.score),
                Rich::text(number(row.changed)).into(),
            ]
        })
        .collect();
    table(&["Service", "Why", "First change", "Evidence", "Changes"], 3, rows)
}

fn messages(told: &Comparison) -> Vec<Part> {
    let claimed = told.patterns.iter().filter(|row| row.claimed);
    let n = claimed.clone().count();
    let rows: Vec<Vec<Cell>> = claimed.take(PATTERNS).map(message).collect();
    let head = ["Message", "Service", "Change", "Before", "During", "Per minute", "Evidence"];
    let mut parts = table(&head, 3, rows);
    if n > PATTERNS {
        parts.push(Part::Said(Rich::text(format!(
            "{} more are in the JSON form.",
            number((n - PATTERNS) as u64)
        ))));
    }
    let is_near = |row: &&PatternChange| row.chance_ppm <= NEAR_PPM || row.is_new_error();
    let near = told.patterns.iter().filter(|row| !row.claimed).filter(is_near);
    let rows: Vec<Vec<Cell>> = near.take(NEAR).map(message).collect();
    if n == 0 && !rows.is_empty() {
        parts.push(Part::Said(Rich::text("No message changed beyond chance. Nearest to it came:")));
        parts.extend(table(&head, 3, rows));
    }
    parts
}

fn message(row: &PatternChange) -> Vec<Cell> {
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
        let tenths = side.per_1000_minutes.saturating_add(50) / 100;
        format!("{}.{}", number(tenths / 10), tenths % 10)
    };
    let most = row.baseline.per_1000_minutes.max(row.incident.per_1000_minutes).max(1);
    let figure = |side: &Side| Cell {
        bars: vec![side.per_1000_minutes.saturating_mul(1000) / most],
        ..Cell::opening(number(side.entries), side.entries, &side.filter)
    };
    vec![
        Rich::default().c(words::one_line(&row.template, CHARS)).into(),
        named(&row.service),
        Rich::text(change).into(),
        figure(&row.baseline),
        figure(&row.incident),
        Rich::text(format!("{} → {}", rate(&row.baseline), rate(&row.incident))).into(),
        score(row.evidence),
    ]
}

fn settings(told: &Comparison) -> Vec<Part> {
    let values = |values: &[String], filter: &Filter| -> Cell {
        let mut rich = Rich::default();
        for (n, value) in values.iter().enumerate() {
            rich = if n > 0 { rich.t(", ") } else { rich }.c(value);
        }
        opening(rich, filter)
    };
    let rows = told.settings.iter().map(|row| {
        let [before, during] = &row.filters;
        vec![
            Rich::default().c(&row.name).into(),
            named(&row.service),
            values(&row.before, before),
            values(&row.during, during),
        ]
    });
    table(&["Name", "Service", "Before", "During"], 4, rows.collect())
}

/// Words with the entries behind them; an empty filter stands for none.
fn opening(text: Rich, filter: &Filter) -> Cell {
    Cell { text, filter: (!filter.is_empty()).then(|| filter.clone()), ..Cell::default() }
}

fn requests(told: &Comparison) -> Vec<Part> {
    let rows = told.statuses.iter().map(|row| {
        let [[b, i], [t_b, t_i]] = [row.answers, row.total];
        let [f_b, f_i] = &row.filters;
        let share = |n: u64, total: u64, filter: &Filter| {
            let bars = vec![n.saturating_mul(1000) / total.max(1)];
            Cell { bars, ..Cell::opening(format!("{} of {}", number(n), number(total)), n, filter) }
        };
        let path = if row.path.is_empty() { Rich::text("all") } else { Rich::default().c(&row.path) };
        vec![
            path.into(),
            named(&row.service),
            Rich::text(&row.class).into(),
            share(b, t_b, f_b),
            share(i, t_i, f_i),
            score(row.score),
        ]
    });
    table(&["Path", "Service", "Answers", "Before", "During", "Evidence"], 3, rows.collect())
}

fn durations(told: &Comparison) -> Vec<Part> {
    let rows = told.latencies.iter().map(|row| {
        let pair = |[b, i]: [u64; 2]| -> Cell {
            Rich::text(format!("{} → {}", words::micros(b), words::micros(i))).into()
        };
        let ([b, i], [f_b, f_i]) = (row.n, &row.filters);
        vec![
            Rich::default().c(words::one_line(&row.what, CHARS)).into(),
            named(&row.service),
            Cell::opening(number(b), b, f_b),
            Cell::opening(number(i), i, f_i),
            pair(row.p50),
            pair(row.p95),
            score(row.score),
        ]
    });
    table(
        &["What", "Service", "Before", "During", "Median", "95th percentile", "Evidence"],
        2,
        rows.collect(),
    )
}

fn paces(told: &Comparison) -> Vec<Part> {
    let period = |millis: Option<u64>, filter: &Filter| -> Cell {
        let words = millis.map(|millis| words::micros(millis.saturating_mul(1000)));
        opening(Rich::text(words.unwrap_or("none".to_owned())), filter)
    };
    let rows = told.rhythms.iter().map(|row| {
        let ([b, i], [f_b, f_i]) = (row.period_millis, &row.filters);
        let (before, during) = (period(b, f_b), period(i, f_i));
        vec![
            Rich::default().c(words::one_line(&row.template, CHARS)).into(),
            named(&row.service),
            before,
            during,
        ]
    });
    table(&["Message", "Service", "Every, before", "Every, during"], 2, rows.collect())
}

fn boundaries(told: &Comparison) -> Vec<Part> {
    let mut rows: Vec<Sentence> = told
        .boundaries
        .iter()
        .take(OTHERS)
        .map(|row| {
            let text =
                Rich::text("Revision ").c(&row.after).t(" of ").c(&row.service).t(" follows ").c(&row.before);
            let at = row.at.map_or(String::new(), |at| format!(" at {} UTC", at.date_time()));
            let text = text
                .t(format!("{at}: "))
                .c(format!(
                    "fivewhys compare FILE --by revision --service {} --revision {}",
                    row.service, row.after
                ))
                .t(" compares the two.");
            Sentence { text, ..Sentence::default() }
        })
        .collect();
    let more = told.boundaries.len().saturating_sub(OTHERS);
    if more > 0 {
        let text = format!("{} more changes of revision are in the JSON form.", number(more as u64));
        rows.push(Sentence { text: Rich::text(text), ..Sentence::default() });
    }
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

fn named(name: &str) -> Cell {
    if name.is_empty() { Rich::text("–") } else { Rich::default().c(name) }.into()
}

fn score(score: u64) -> Cell {
    Rich::text(format!("{}.{}", number(score / 1000), score % 1000 / 100)).into()
}

fn table(head: &[&str], numbers_from: usize, rows: Vec<Vec<Cell>>) -> Vec<Part> {
    let head = head.iter().map(ToString::to_string).collect();
    if rows.is_empty() { Vec::new() } else { vec![Part::Table(head, numbers_from, rows)] }
}
