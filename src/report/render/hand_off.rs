//! A filter and the redacted report it belongs to → the same question in the languages of other tools, to be copied.

use crate::order::Order as _;
use crate::query::explorer::{self, Scope};
use crate::query::{Filter, shell, sql};
use crate::redact::{acts, holds_placeholder};
use crate::report::model::Report;

/// Shortest piece of a pattern that is good to search for.
const PIECE: usize = 8;

/// A question for other tools.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HandOff {
    /// Name of the tool, and what is to be copied into it: Logs Explorer, a shell, Log Analytics.
    pub queries: [(&'static str, String); 3],
    /// Chosen entries, findings and files have no counterpart there and are left out.
    pub is_part: bool,
    /// A placeholder stands for what redaction took out.
    pub has_placeholder: bool,
}

/// Asks other tools for what a filter lets through. A filter without a span asks for that of the log.
pub fn hand_off(report: &Report, filter: &Filter) -> HandOff {
    let mut filter = filter.clone();
    let files = &report.raw.files;
    filter.from = filter.from.or_else(|| files.iter().filter_map(|file| file.first).min());
    filter.until = filter.until.or_else(|| files.iter().filter_map(|file| file.last).max());
    // What was taken out is in no log.
    filter.texts.iter_mut().for_each(|term| term.any.retain(|text| !holds_placeholder(text)));
    filter.texts.retain(|term| !term.any.is_empty());
    let is_part = !(filter.rows.is_empty() && filter.findings.is_empty() && filter.files.is_empty());
    let scope = Scope { texts: pieces(report, &filter.shapes), ..known(report) };
    let text = plain(explorer::print(&filter, &scope));
    let command = shell::read_logs(&text, &scope.project);
    let table = plain(sql::print(&filter, &scope));
    let has_placeholder = holds_placeholder(&text);
    HandOff {
        queries: [("Logs Explorer", text), ("Command", command), ("Log Analytics", table)],
        is_part,
        has_placeholder,
    }
}

/// Without the characters that act and have no escape there.
fn plain(mut text: String) -> String {
    text.retain(|c| c == '\n' || !acts(c));
    text
}

/// Resource and project, as the report's own queries have them.
fn known(report: &Report) -> Scope {
    let after = |lead: &str, end: char| -> String {
        let texts = report.raw.queries.iter().map(|query| query.text.as_str());
        let found = texts.filter_map(|text| text.split_once(lead)).map(|(_, rest)| rest);
        found.filter_map(|rest| rest.split(end).next()).next().unwrap_or_default().to_owned()
    };
    // What is no name of a project is left out.
    let mut project = after(" --project=", ' ');
    if !project.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c)) {
        project.clear();
    }
    Scope { resource: after("resource.type=\"", '"'), project, texts: Vec::new() }
}

/// The longest constant piece of each pattern of the report that a filter names.
fn pieces(report: &Report, shapes: &[u32]) -> Vec<String> {
    let of =
        |evidence: Option<u32>| report.evidence.get(evidence? as usize).map(|found| &found.filter.shapes);
    let mut texts: Vec<String> = report
        .patterns
        .iter()
        .filter(|row| of(row.evidence).is_some_and(|all| all.iter().any(|shape| shapes.contains(shape))))
        .filter_map(|row| row.template.split("<*>").map(str::trim).max_by_key(|piece| piece.len()))
        .filter(|piece| piece.len() >= PIECE && !holds_placeholder(piece))
        .map(str::to_owned)
        .collect();
    texts.order();
    texts.dedup();
    texts
}
