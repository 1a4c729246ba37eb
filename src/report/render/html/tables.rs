//! Timeline, severity, requests, patterns, details and raw data as HTML.

use super::super::timeline as bars;
use super::super::values;
use super::super::words;
use super::parts::{cell, code, facts, hidden, rich, sentences, table};
use crate::report::model::{Count, Report};
use maud::{Markup, html};

/// Rows with a bar each.
pub(super) fn timeline(report: &Report) -> Markup {
    let Some(timeline) = &report.timeline else { return html! {} };
    let rows = bars::rows(timeline);
    let most = rows.iter().map(bars::Row::entries).max().unwrap_or(0);
    let width = rows.first().map_or(0, |row| row.nanos);
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let [.., warnings, errors, worse] = row.levels;
            let n = row.entries();
            vec![
                cell(words::row_time(row.from, row.nanos, row.nanos >= crate::entry::time::SECOND)),
                html! { meter min="0" max=(most.max(1)) value=(n) { (words::number(n)) } },
                cell(row.marks(6)),
                cell(words::number(n)),
                cell(words::number(warnings)),
                cell(words::number(errors + worse)),
            ]
        })
        .collect();
    html! {
        (sentences(&timeline.notes, report))
        @if !rows.is_empty() {
            p.soft { "Times in UTC, " (crate::entry::time::duration_words(width)) " a row; errors include what is worse." }
            (table(&["Time", "", "Marks", "Entries", "Warnings", "Errors"], 3, &cells))
        }
    }
}

/// Recorded severities.
pub(super) fn severity(report: &Report) -> Markup {
    let differs = report.severity.iter().any(|row| row.effective > 0);
    let rows: Vec<Vec<Markup>> = report
        .severity
        .iter()
        .map(|row| {
            let mut cells =
                vec![cell(&row.name), cell(words::number(row.entries)), cell(words::percent(row.per_mille))];
            if differs {
                cells.push(cell(if row.effective > 0 {
                    words::number(row.effective)
                } else {
                    String::new()
                }));
            }
            cells
        })
        .collect();
    let head = ["Severity as recorded", "Entries", "Share", "As their text says"];
    let head = head.get(..if differs { 4 } else { 3 }).unwrap_or(&head);
    let total: u64 = report.severity.iter().map(|row| row.entries).sum();
    html! {
        (table(head, 1, &rows))
        p { (words::entries(total)) " in all." }
        (sentences(&report.severity_notes, report))
    }
}

/// Statuses, latency, paths.
pub(super) fn requests(report: &Report) -> Markup {
    let Some(requests) = &report.requests else { return html! {} };
    let rows: Vec<Vec<Markup>> = requests
        .paths
        .iter()
        .map(|row| {
            let latency = row.latency_micros.map(|three| three.map(words::micros)).unwrap_or_default();
            let known = [code(&row.path), cell(statuses(&row.statuses)), cell(words::number(row.requests))];
            known.into_iter().chain(latency.map(cell)).collect()
        })
        .collect();
    html! {
        dl {
            dt { "Requests" } dd { (words::number(requests.total)) }
            @if !requests.statuses.is_empty() { dt { "Status" } dd { (statuses(&requests.statuses)) } }
            @if let Some([p50, p95, p99, most]) = requests.latency_micros {
                dt { "Latency" }
                dd { "p50 " (words::micros(p50)) ", p95 " (words::micros(p95)) ", p99 " (words::micros(p99)) ", longest " (words::micros(most)) }
            }
        }
        (sentences(&requests.notes, report))
        @if !rows.is_empty() { (table(&["Path", "Status", "Requests", "p50", "p95", "p99"], 2, &rows)) }
        (hidden(requests.more_paths))
    }
}

fn statuses(counts: &[Count]) -> String {
    counts
        .iter()
        .map(|count| format!("{} × {}", words::number(count.n), count.what))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Message templates.
pub(super) fn patterns(report: &Report) -> Markup {
    let rows: Vec<Vec<Markup>> = report
        .patterns
        .iter()
        .map(|row| {
            let both = !row.finding.is_empty() && !row.note.is_empty();
            let note = format!("{}{}{}", row.finding, if both { ": " } else { "" }, row.note);
            vec![
                cell(words::severity(row.severity)),
                html! {
                    (code(&row.template))
                    @for said in values::values(row) { br; span.soft { (rich(&said)) } }
                },
                cell(note),
                cell(words::number(row.entries)),
            ]
        })
        .collect();
    html! { (table(&["Severity", "Message", "Remark", "Entries"], 3, &rows)) (hidden(report.more_patterns)) }
}

/// Facts and what became of revisions, jobs and builds.
pub(super) fn details(report: &Report) -> Markup {
    let rows: Vec<Vec<Markup>> = report
        .deployments
        .iter()
        .map(|row| {
            let own = row.service.is_empty() || row.service == row.name;
            let name = html! { (code(&row.name)) @if !own { " of " (code(&row.service)) } };
            let mut cells = vec![name, cell(&row.outcome), cell(words::span(row.first, row.last))];
            cells.extend(words::deployment_counts(row).iter().map(cell));
            cells
        })
        .collect();
    let head =
        ["Revision, job or build", "Outcome", "Seen", "Entries", "Starts", "Failed exits", "Instances"];
    html! { (facts(&report.details, report)) @if !rows.is_empty() { (table(&head, 3, &rows)) } }
}

/// Files, totals, queries to copy.
pub(super) fn raw(report: &Report) -> Markup {
    let raw = &report.raw;
    let rows: Vec<Vec<Markup>> = raw
        .files
        .iter()
        .map(|row| {
            let read_as =
                [&row.encoding, &row.container, &row.dialect].into_iter().filter(|part| !part.is_empty());
            let read_as = read_as.cloned().collect::<Vec<_>>().join(", ");
            vec![
                code(&row.name),
                cell(read_as),
                cell(&row.order),
                cell(words::span(row.first, row.last)),
                cell(words::bytes(row.bytes)),
                cell(words::number(row.entries)),
                cell(words::number(row.skipped)),
            ]
        })
        .collect();
    let notes: Vec<_> =
        raw.files.iter().flat_map(|file| file.notes.iter().map(move |note| (file, note))).collect();
    html! {
        @if !rows.is_empty() { (table(&["File", "Read as", "Order", "Time range", "Size", "Entries", "Skipped"], 4, &rows)) }
        p {
            (words::entries(raw.entries)) " in " (words::bytes(raw.bytes))
            @if raw.duplicates > 0 { "; " (words::number(raw.duplicates)) " seen more than once and counted once" } "."
        }
        @if !notes.is_empty() { ul { @for (file, note) in notes { li { (code(&file.name)) ": " (code(note)) } } } }
        @for query in &raw.queries {
            p { (query.title) " (" (query.language) "):" }
            pre { code { (words::visible(&query.text)) } }
        }
    }
}
