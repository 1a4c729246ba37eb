//! Technical details, lists of sentences, coverage and raw data as Markdown.

use super::super::words;
use super::Limits;
use super::write::{behind_sentence, code, code_cell, escape, fenced, quotes, rich, sentence, table};
use crate::report::model::{Fact, FileRow, Report, Sentence};

/// Facts as a list: key, values as code, note.
pub(super) fn facts(facts: &[Fact], limits: &Limits) -> String {
    let mut out = String::new();
    for fact in facts {
        let shown = limits.list.min(12);
        let values: Vec<String> = fact.values.iter().take(shown).map(|value| code(value, 160)).collect();
        let note = rich(&fact.note, limits);
        let note = match (note.is_empty(), values.is_empty()) {
            (true, _) => String::new(),
            (false, true) => note,
            (false, false) => format!(" ({note})"),
        };
        let (key, more) = (escape(&fact.key), words::more(fact, shown));
        out.push_str(&format!("- **{key}:** {}{more}{note}\n", values.join(", ")));
    }
    out
}

/// Sentences as a list, each with the number of entries behind it.
pub(super) fn sentences(said: &[Sentence], report: &Report, limits: &Limits) -> String {
    said.iter()
        .take(limits.list * 2)
        .map(|said| format!("- {}{}\n", sentence(said, limits), behind_sentence(said, &report.evidence)))
        .collect()
}

/// Facts, then a table of revisions, jobs and builds with what became of each.
pub(super) fn details(report: &Report, limits: &Limits) -> String {
    let mut out = facts(&report.details, limits);
    if report.deployments.is_empty() {
        return out;
    }
    let rows: Vec<Vec<String>> = report
        .deployments
        .iter()
        .take(limits.rows)
        .map(|row| {
            let name = if row.service.is_empty() || row.service == row.name {
                code_cell(&row.name, 120)
            } else {
                format!("{} of {}", code_cell(&row.name, 120), code_cell(&row.service, 120))
            };
            let mut cells = vec![name, escape(&row.outcome), words::span(row.first, row.last)];
            cells.extend(words::deployment_counts(row));
            cells
        })
        .collect();
    let head =
        ["Revision, job or build", "Outcome", "Seen", "Entries", "Starts", "Failed exits", "Instances"];
    out.push_str(&format!("\n{}", table(&head, 3, &rows)));
    let hidden = report.deployments.len().saturating_sub(limits.rows);
    if hidden > 0 {
        out.push_str(&format!("\n{} more are not listed.\n", words::number(hidden as u64)));
    }
    out
}

/// The share explained, blind spots, and what nothing explains.
pub(super) fn coverage(report: &Report, limits: &Limits) -> String {
    let coverage = &report.coverage;
    let mut out = String::new();
    out.push_str(&sentences(&coverage.sentences, report, limits));
    let block = quotes(&coverage.unexplained, limits);
    if !block.is_empty() {
        out.push_str(&format!("\nFrequent messages that nothing explains:\n\n{block}"));
    }
    if !report.warnings.is_empty() {
        out.push_str("\nWarnings:\n\n");
        for problem in report.warnings.iter().take(limits.list) {
            out.push_str(&format!("- {}\n", code(&problem.to_string(), 400)));
        }
        let hidden = report.warnings.len().saturating_sub(limits.list);
        if hidden > 0 {
            out.push_str(&format!("- {} more\n", words::number(hidden as u64)));
        }
    }
    out
}

/// Files, totals and the queries to copy.
pub(super) fn raw(report: &Report, limits: &Limits) -> String {
    let raw = &report.raw;
    let mut out = String::new();
    if !raw.files.is_empty() {
        let rows: Vec<Vec<String>> = raw.files.iter().take(limits.rows).map(file).collect();
        let head = ["File", "Read as", "Order", "Time range", "Size", "Entries", "Skipped"];
        out.push_str(&table(&head, 4, &rows));
        let hidden = raw.files.len().saturating_sub(limits.rows);
        if hidden > 0 {
            out.push_str(&format!("\n{} more files are not listed.\n", words::number(hidden as u64)));
        }
        out.push_str(&format!("\n{} in {}", words::entries(raw.entries), words::bytes(raw.bytes)));
        if raw.duplicates > 0 {
            out.push_str(&format!(
                "; {} seen more than once and counted once",
                words::number(raw.duplicates)
            ));
        }
        out.push_str(".\n");
    }
    let notes = raw.files.iter().flat_map(|file| file.notes.iter().map(move |note| (file, note)));
    let notes: Vec<String> = notes
        .take(limits.list)
        .map(|(file, note)| format!("- {}: {}\n", code(&file.name, 120), code(note, 300)))
        .collect();
    if !notes.is_empty() {
        out.push_str(&format!("\n{}", notes.concat()));
    }
    for query in raw.queries.iter().take(limits.list) {
        let lines: Vec<String> = query.text.lines().map(|line| words::one_line(line, 600)).collect();
        out.push_str(&format!(
            "\n{} ({}):\n\n{}",
            escape(&query.title),
            escape(&query.language),
            fenced("", &lines, "")
        ));
    }
    out
}

fn file(row: &FileRow) -> Vec<String> {
    let read_as = [&row.encoding, &row.container, &row.dialect].map(|part| escape(part));
    vec![
        code_cell(&row.name, 120),
        read_as.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        escape(&row.order),
        words::span(row.first, row.last),
        words::bytes(row.bytes),
        words::number(row.entries),
        words::number(row.skipped),
    ]
}
