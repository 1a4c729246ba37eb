//! A file → what was recognised and why: the object of `inspect --format json`, and the same for people.
//!
//! Push the file like into [`Ingest`](super::Ingest); [`Inspector`] is the sink that keeps facts and the order of times.

use super::{FileFacts, FileId, Plan, Sink, detect};
use crate::entry::{Entry, Nanos};
use crate::error::Problem;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Order of the entries' times as they stand in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// No entry is earlier than the one before it. Also a file with fewer than two times.
    #[default]
    Ascending,
    /// No entry is later than the one before it.
    Descending,
    /// Neither.
    Mixed,
}

/// The object that `inspect --format json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// Encoding.
    pub encoding: String,
    /// Container, such as `wrapper:entries`.
    pub container: String,
    /// Dialect that read most records, or empty.
    pub dialect: String,
    /// Records that became entries.
    pub entries: u64,
    /// Recorded severities, `none` for absent.
    pub severity: BTreeMap<String, u64>,
    /// Earliest time as written.
    pub first: Option<String>,
    /// Latest time as written.
    pub last: Option<String>,
    /// Order of times.
    pub order: Order,
    /// Number of skipped records.
    pub skipped: u64,
}

/// Collects what [`Inspection`] needs, for each file that an input holds.
#[derive(Debug, Default)]
pub struct Inspector {
    /// Finished files with their order.
    pub files: Vec<(FileFacts, Order)>,
    before: Option<Nanos>,
    rises: bool,
    falls: bool,
}

impl Sink for Inspector {
    fn begin(&mut self, _file: &FileId) {
        self.before = None;
        self.rises = false;
        self.falls = false;
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let Some(time) = entry.time else { return };
        if let Some(before) = self.before {
            self.rises |= time > before;
            self.falls |= time < before;
        }
        self.before = Some(time);
    }

    fn end(&mut self, facts: FileFacts) {
        let order = match (self.rises, self.falls) {
            (true, true) => Order::Mixed,
            (false, true) => Order::Descending,
            _ => Order::Ascending,
        };
        self.files.push((facts, order));
    }
}

impl Inspection {
    /// From the facts of one file.
    pub fn of(facts: &FileFacts, order: Order) -> Inspection {
        let most = facts.dialects.iter().max_by(|(a_id, a), (b_id, b)| a.cmp(b).then(b_id.cmp(a_id)));
        Inspection {
            encoding: facts.encoding.name().to_owned(),
            container: facts.container.name(),
            dialect: most.map(|(id, _)| id.clone()).unwrap_or_default(),
            entries: facts.entries,
            severity: facts.severities.clone(),
            first: facts.first.as_ref().map(|(_, text)| text.clone()),
            last: facts.last.as_ref().map(|(_, text)| text.clone()),
            order,
            skipped: facts.n_skipped,
        }
    }

    /// As one line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// For people: what was recognised, why, and what all dialects scored. `plan` is what [`detect()`] says about the
/// head of the file, if it is at hand.
pub fn words(facts: &FileFacts, order: Order, plan: Option<&Plan>, problems: &[Problem]) -> String {
    let found = Inspection::of(facts, order);
    let mut out = String::new();
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(out, "{key:<11}{value}");
    };
    line("file", &facts.id.name);
    line("encoding", &found.encoding);
    if !facts.packing.is_empty() {
        line("packing", &facts.packing);
    }
    line("container", &found.container);
    let dialects: Vec<String> =
        facts.dialects.iter().map(|(id, n)| format!("{} ({id}, {n} records)", detect::title(id))).collect();
    line("dialect", &if dialects.is_empty() { "none".to_owned() } else { dialects.join(", ") });
    line("entries", &found.entries.to_string());
    let severities: Vec<String> = found.severity.iter().map(|(name, n)| format!("{name} {n}")).collect();
    line("severity", &severities.join(", "));
    line("first", found.first.as_deref().unwrap_or("no time"));
    line("last", found.last.as_deref().unwrap_or("no time"));
    line("order", &format!("{order:?}").to_lowercase());
    line("skipped", &found.skipped.to_string());
    for skipped in &facts.skipped {
        line("", &format!("line {}: {}: {}", skipped.line, skipped.reason, skipped.text));
    }
    if facts.truncated {
        line("truncated", "yes: the text ends inside a record");
    }
    for (n, reason) in facts.reasons.iter().enumerate() {
        line(if n == 0 { "because" } else { "" }, reason);
    }
    if let Some(plan) = plan {
        let scores: Vec<String> =
            plan.scores.iter().filter(|(_, n)| *n > 0).map(|(id, n)| format!("{id} {n}")).collect();
        line("scores", &scores.join(", "));
    }
    for problem in problems {
        line("problem", &problem.to_string());
    }
    out
}
