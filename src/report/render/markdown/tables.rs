//! Timeline, severity, requests and patterns as Markdown tables.

use super::super::timeline;
use super::super::values;
use super::super::words;
use super::Limits;
use super::sections::sentences;
use super::write::{code_cell, escape, rich_cell, table};
use crate::report::model::{Count, Report};

/// At most 24 rows: time, entries, a bar, marks.
pub(super) fn timeline(report: &Report, limits: &Limits) -> String {
    let Some(timeline) = &report.timeline else { return String::new() };
    let mut out = sentences(&timeline.notes, report, limits);
    let rows = timeline::rows(timeline);
    if rows.is_empty() {
        return out;
    }
    let most = rows.iter().map(timeline::Row::entries).max().unwrap_or(0);
    let days = rows.first().zip(rows.last()).is_some_and(|(a, b)| a.from.civil().2 != b.from.civil().2);
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let clock = words::row_time(row.from, row.nanos, days);
            let bar = "█".repeat(timeline::scaled(row.entries(), most, 20));
            let marks = escape(&row.marks(4));
            let [.., warnings, errors, worse] = row.levels;
            vec![
                clock,
                bar,
                marks,
                words::number(row.entries()),
                words::number(warnings),
                words::number(errors + worse),
            ]
        })
        .collect();
    if !out.is_empty() {
        out.push('\n');
    }
    let width = rows.first().map_or(0, |row| row.nanos);
    let from = rows.first().map(|row| row.from.date_time()).unwrap_or_default();
    let each = crate::entry::time::duration_words(width);
    out.push_str(&format!("From {from} UTC, {each} a row; errors include what is worse.\n\n"));
    out.push_str(&table(&["Time (UTC)", "", "Marks", "Entries", "Warnings", "Errors"], 3, &cells));
    out
}

/// `| ERROR | 84 | 8.4 % |`, with a fourth column where the effective severity differs.
pub(super) fn severity(report: &Report, limits: &Limits) -> String {
    if report.severity.is_empty() {
        return String::new();
    }
    let differs = report.severity.iter().any(|row| row.effective > 0);
    let rows: Vec<Vec<String>> = report
        .severity
        .iter()
        .map(|row| {
            let mut cells =
                vec![escape(&row.name), words::number(row.entries), words::percent(row.per_mille)];
            if differs {
                cells.push(if row.effective > 0 { words::number(row.effective) } else { String::new() });
            }
            cells
        })
        .collect();
    let head: &[&str] = if differs {
        &["Severity as recorded", "Entries", "Share", "As their text says"]
    } else {
        &["Severity as recorded", "Entries", "Share"]
    };
    let total: u64 = report.severity.iter().map(|row| row.entries).sum();
    let mut out = table(head, 1, &rows);
    out.push_str(&format!("\n{} in all.\n", words::entries(total)));
    if !report.severity_notes.is_empty() {
        out.push_str(&format!("\n{}", sentences(&report.severity_notes, report, limits)));
    }
    out
}

/// Statuses, latency and paths.
pub(super) fn requests(report: &Report, limits: &Limits) -> String {
    let Some(requests) = &report.requests else { return String::new() };
    let mut out = format!("- **Requests:** {}\n", words::number(requests.total));
    if !requests.statuses.is_empty() {
        out.push_str(&format!("- **Status:** {}\n", statuses(&requests.statuses, 24)));
    }
    if let Some([p50, p95, p99, most]) = requests.latency_micros {
        let [p50, p95, p99, most] = [p50, p95, p99, most].map(words::micros);
        out.push_str(&format!("- **Latency:** p50 {p50}, p95 {p95}, p99 {p99}, longest {most}\n"));
    }
    out.push_str(&sentences(&requests.notes, report, limits));
    if requests.paths.is_empty() {
        return out;
    }
    let rows: Vec<Vec<String>> = requests
        .paths
        .iter()
        .take(limits.rows)
        .map(|row| {
            let latency = row.latency_micros.map(|three| three.map(words::micros)).unwrap_or_default();
            let known = [code_cell(&row.path, 120), statuses(&row.statuses, 6), words::number(row.requests)];
            known.into_iter().chain(latency).collect()
        })
        .collect();
    out.push_str(&format!("\n{}", table(&["Path", "Status", "Requests", "p50", "p95", "p99"], 2, &rows)));
    let hidden = requests.more_paths + requests.paths.len().saturating_sub(limits.rows) as u64;
    if hidden > 0 {
        out.push_str(&format!("\n{} more paths are not listed.\n", words::number(hidden)));
    }
    out
}

fn statuses(counts: &[Count], most: usize) -> String {
    let all =
        counts.iter().take(most).map(|count| format!("{} × {}", words::number(count.n), escape(&count.what)));
    all.collect::<Vec<_>>().join(", ")
}

/// Message templates.
pub(super) fn patterns(report: &Report, limits: &Limits) -> String {
    if report.patterns.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = report
        .patterns
        .iter()
        .take(limits.rows)
        .map(|row| {
            let note = match (row.finding.is_empty(), row.note.is_empty()) {
                (false, false) => format!("{}: {}", row.finding, row.note),
                _ => format!("{}{}", row.finding, row.note),
            };
            vec![
                words::severity(row.severity).to_owned(),
                code_cell(&row.template, limits.code_chars.min(160)),
                rich_cell(&values::joined(row), limits),
                escape(&note),
                words::number(row.entries),
            ]
        })
        .collect();
    let mut out = table(&["Severity", "Message", "Values", "Remark", "Entries"], 4, &rows);
    let hidden = report.more_patterns + report.patterns.len().saturating_sub(limits.rows) as u64;
    if hidden > 0 {
        out.push_str(&format!("\n{} more are not listed.\n", words::number(hidden)));
    }
    out
}
