//! The one gate to text: takes a report and a redaction level, gives what a reader gets.
//!
//! Each caller names the level; the library has no default. Renderers are private to this module and see redacted data only.

mod chat;
mod comparison;
mod entries;
mod gate;
mod html;
mod markdown;
mod timeline;
mod values;
mod words;

pub use entries::{EntryFormat, entries};
pub use values::{numbered, values};

use super::model::{Boundary, Comparison, Quote, Report, Section, Sentence};
use crate::redact::{Level, Memory, holds_placeholder};

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown, the headings of the product description.
    Markdown,
    /// One HTML file without script, with its own policy.
    Html,
    /// JSON of the model (`docs/report.schema.json`).
    Json,
    /// A few lines for a channel of Slack or Google Chat.
    Chat,
}

/// A report after redaction, for the page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Redacted {
    /// The report.
    pub report: Report,
    /// What was replaced: kind and number.
    pub replaced: Vec<(String, u64)>,
}

/// Redacts a report.
pub fn redact(report: &Report, level: Level) -> Redacted {
    redact_with(report, level, &[])
}

/// Redacts a report; words of the reader's own are taken out as well.
///
/// Two walks: the first finds values by what they are and where they stand, the second takes out the same values wherever
/// else they stand, since a token that one line names as such may be bare in the next.
pub fn redact_with(report: &Report, level: Level, words: &[String]) -> Redacted {
    redact_keeping(report, level, words).0
}

/// The same, and the memory of what was replaced: what is redacted with it later has the placeholders of the report.
pub fn redact_keeping(report: &Report, level: Level, words: &[String]) -> (Redacted, Memory) {
    let mut report = report.clone();
    let mut memory = Memory::new(level, words);
    if level == Level::Off {
        return (Redacted { report, replaced: Vec::new() }, memory);
    }
    if level == Level::Strict {
        learn_names(&report, &mut memory);
    }
    gate::Gate { memory: &mut memory }.report(&mut report);
    if memory.learn_found() {
        gate::Gate { memory: &mut memory }.report(&mut report);
    }
    let redacted = Redacted { report, replaced: memory.replaced() };
    (redacted, memory)
}

/// Entries that are not in the report, redacted as it was: two walks here too.
pub fn quotes(quotes: &mut [Quote], memory: &mut Memory) {
    gate::Gate { memory }.quotes(&mut quotes.to_vec());
    memory.learn_found();
    gate::Gate { memory }.quotes(quotes);
}

/// Names that only the facts of the report give away as such: who and where, not what.
fn learn_names(report: &Report, memory: &mut Memory) {
    const KEYS: &[&str] = &[
        "project",
        "instance",
        "account",
        "user",
        "email",
        "cluster",
        "namespace",
        "host",
        "node",
        "pod",
        "label",
    ];
    let facts = report.overview.iter().chain(&report.details);
    let telling =
        facts.filter(|fact| KEYS.iter().any(|name| fact.key.to_ascii_lowercase().starts_with(name)));
    let instances = report.evidence.iter().flat_map(|evidence| &evidence.filter.instances);
    memory.learn_names(telling.flat_map(|fact| &fact.values).chain(instances).map(String::as_str));
}

/// Redacts a comparison; words of the reader's own are taken out as well. Gives what was replaced, too.
pub fn redact_comparison(
    told: &Comparison,
    level: Level,
    words: &[String],
) -> (Comparison, Vec<(String, u64)>) {
    let mut told = told.clone();
    if level == Level::Off {
        return (told, Vec::new());
    }
    let mut memory = Memory::new(level, words);
    gate::Gate { memory: &mut memory }.comparison(&mut told);
    if memory.learn_found() {
        gate::Gate { memory: &mut memory }.comparison(&mut told);
    }
    let replaced = memory.replaced();
    (told, replaced)
}

/// A report of what is shown, redacted with the memory of that: the same placeholders.
pub fn redact_again(report: &Report, memory: &mut Memory) -> Redacted {
    gate::Gate { memory }.report(&mut report.clone());
    memory.learn_found();
    let mut report = report.clone();
    gate::Gate { memory }.report(&mut report);
    Redacted { report, replaced: Vec::new() }
}

/// A comparison of what is shown, redacted as that was, in sections for the page: without what only other forms say. The
/// sentences are those of the report, whose entries the page can open.
pub fn comparison_sections(mut told: Comparison, changes: &[Sentence], memory: &mut Memory) -> Vec<Section> {
    told.boundaries.clear();
    keep_to(&mut told, memory);
    // The first one says what the page shows above: what was compared, and the result.
    told.summary = changes.iter().skip(1).cloned().collect();
    comparison::sections(&told, "")
}

/// Changes of revision, redacted as what is shown was.
pub fn boundaries(boundaries: Vec<Boundary>, memory: &mut Memory) -> Vec<Boundary> {
    let mut told = Comparison { boundaries, ..Comparison::default() };
    keep_to(&mut told, memory);
    told.boundaries
}

/// Two walks, as with a report.
fn keep_to(told: &mut Comparison, memory: &mut Memory) {
    gate::Gate { memory }.comparison(&mut told.clone());
    memory.learn_found();
    gate::Gate { memory }.comparison(told);
}

/// Redacts and renders a comparison.
pub fn render_comparison(told: &Comparison, format: Format, level: Level, words: &[String]) -> String {
    let (told, replaced) = redact_comparison(told, level, words);
    let said = said(level, &replaced);
    match format {
        Format::Markdown => {
            markdown::document(comparison::TITLE, &comparison::sections(&told, &said), &told.evidence)
        }
        Format::Html => {
            html::document(comparison::TITLE, &comparison::sections(&told, &said), &told.evidence)
        }
        Format::Json => json(&told),
        Format::Chat => chat::document(comparison::TITLE, &comparison::sections(&told, &said)),
    }
}

/// One piece of text for a terminal or a label: redacted, on one line, characters that act shown as escapes.
pub fn plain(text: &str, level: Level) -> String {
    words::one_line(&Memory::new(level, &[]).redact(text), 2_000)
}

/// JSON for a terminal: characters that act are written as its own escapes; the values stay what they are.
pub fn json_visible(json: &str) -> String {
    words::json_visible(json)
}

/// Text of several lines for a terminal: characters that act are shown as escapes, line ends and tabs stay.
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    words::visible(text)
}

/// Redacts and renders a report.
pub fn render(report: &Report, format: Format, level: Level) -> String {
    render_with(report, format, level, &[])
}

/// Redacts and renders a report; words of the reader's own are taken out as well.
pub fn render_with(report: &Report, format: Format, level: Level, words: &[String]) -> String {
    let redacted = redact_with(report, level, words);
    let said = said(level, &redacted.replaced);
    match format {
        Format::Markdown => markdown::render(&redacted.report, &said),
        Format::Html => html::render(&redacted.report, &said),
        Format::Json => json(&redacted.report),
        Format::Chat => chat::render(&redacted.report, &said),
    }
}

/// Redacts and renders a report that was opened from its JSON, whose text was redacted before.
pub fn render_again(report: &Report, format: Format, level: Level, words: &[String]) -> String {
    let redacted = redact_with(report, level, words);
    let text = json(&redacted.report);
    let said = match redacted.replaced.as_slice() {
        [] if holds_placeholder(&text) => {
            "Redaction: as when this report was exported; nothing more had to be replaced.".to_owned()
        }
        replaced => said(level, replaced),
    };
    match format {
        Format::Markdown => markdown::render(&redacted.report, &said),
        Format::Html => html::render(&redacted.report, &said),
        Format::Json => text,
        Format::Chat => chat::render(&redacted.report, &said),
    }
}

fn json(told: &impl serde::Serialize) -> String {
    let mut text = words::json_visible(&serde_json::to_string_pretty(told).unwrap_or_default());
    text.push('\n');
    text
}

/// The sentence that says what redaction did, shown wherever text leaves.
fn said(level: Level, replaced: &[(String, u64)]) -> String {
    let name = match level {
        Level::Off => return "Redaction: off, by request.".into(),
        Level::Secrets => "secrets",
        Level::Standard => "standard",
        Level::Strict => "strict",
    };
    let total: u64 = replaced.iter().map(|(_, n)| n).sum();
    if total == 0 {
        return format!("Redaction: {name}; nothing had to be replaced.");
    }
    let kinds: Vec<String> =
        replaced.iter().map(|(kind, n)| format!("{} × {kind}", words::number(*n))).collect();
    format!("Redaction: {name}; replaced {}.", kinds.join(", "))
}
