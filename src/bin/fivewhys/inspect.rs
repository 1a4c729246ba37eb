//! `fivewhys inspect`: what a file was recognised as, and why.

use crate::args::{InspectArgs, InspectFormat};
use crate::inputs::{self, Input};
use crate::output::{self, Exit, Failure, one_line};
use crate::read;
use fivewhys::entry::Entry;
use fivewhys::error::{Code, Problem};
use fivewhys::ingest::{FileFacts, FileId, Sink};
use fivewhys::report::render;
use serde_json::{Map, Value, json};

/// Keeps the facts of files and forgets the entries.
#[derive(Default)]
struct Facts {
    files: Vec<FileFacts>,
    order: Order,
}

/// Whether the times of entries rise or fall.
#[derive(Default)]
struct Order {
    last: Option<i64>,
    rises: bool,
    falls: bool,
}

impl Order {
    fn name(&self) -> &'static str {
        match (self.rises, self.falls) {
            (true, true) => "mixed",
            (false, true) => "descending",
            _ => "ascending",
        }
    }
}

impl Sink for Facts {
    fn begin(&mut self, _file: &FileId) {}

    fn entry(&mut self, entry: &Entry<'_>) {
        let Some(time) = entry.time else { return };
        if let Some(last) = self.order.last {
            self.order.rises |= time.0 > last;
            self.order.falls |= time.0 < last;
        }
        self.order.last = Some(time.0);
    }

    fn end(&mut self, facts: FileFacts) {
        self.files.push(facts);
    }
}

/// Runs it.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    let (inputs, mut problems) = inputs::expand(&args.inputs);
    let mut readable = false;
    for input in &inputs {
        let mut facts = Facts::default();
        match read::into(input, &mut facts) {
            Ok(more) => problems.extend(more),
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        }
        readable |= facts.files.iter().any(|file| file.entries > 0);
        match args.format {
            InspectFormat::Json => output::print(&json_lines(input, &facts))?,
            InspectFormat::Text => output::print(&text(&facts))?,
        }
    }
    if !readable && problems.is_empty() {
        problems.push(Problem::new(Code::EEmpty, ""));
    }
    output::say(&problems);
    Ok(if readable { Exit::Made } else { Exit::Unusable })
}

/// One object: of the file itself, or of an archive with its members in `members`.
fn json_lines(input: &Input, facts: &Facts) -> String {
    let mut objects: Vec<Value> = facts.files.iter().map(|file| object(file, facts.order.name())).collect();
    let value = match objects.len() {
        0 => json!({ "file": input.name(), "entries": 0 }),
        1 => objects.pop().unwrap_or_default(),
        _ => json!({ "file": input.name(), "members": objects }),
    };
    let mut line = render::json_visible(&serde_json::to_string(&value).unwrap_or_default());
    line.push('\n');
    line
}

fn object(file: &FileFacts, order: &str) -> Value {
    let severity: Map<String, Value> =
        file.severities.iter().filter(|(_, n)| **n > 0).map(|(name, n)| (name.clone(), json!(n))).collect();
    let first = file.first.as_ref().map(|(_, text)| text.clone());
    let last = file.last.as_ref().map(|(_, text)| text.clone());
    let mut object = json!({
        "file": file.id.name,
        "encoding": file.encoding.name(),
        "container": file.container.name(),
        "dialect": dialect(file),
        "entries": file.entries,
        "severity": severity,
        "first": first,
        "last": last,
        "order": order,
        "skipped": file.n_skipped,
    });
    if let Some(object) = object.as_object_mut().filter(|_| !file.packing.is_empty()) {
        object.insert("packing".into(), json!(file.packing));
    }
    object
}

/// The dialect that read most records.
fn dialect(file: &FileFacts) -> &str {
    let most = file.dialects.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)));
    most.map_or("", |(name, _)| name.as_str())
}

fn text(facts: &Facts) -> String {
    let mut out = String::new();
    for file in &facts.files {
        let none = || "none".to_owned();
        let severities: Vec<String> = file.severities.iter().map(|(name, n)| format!("{name} {n}")).collect();
        let dialects: Vec<String> = file.dialects.iter().map(|(name, n)| format!("{name} ({n})")).collect();
        let rows = [
            ("file", file.id.name.clone()),
            ("encoding", file.encoding.name().to_owned()),
            ("packing", if file.packing.is_empty() { none() } else { file.packing.clone() }),
            ("container", file.container.name()),
            ("dialect", if dialects.is_empty() { none() } else { dialects.join(", ") }),
            ("entries", file.entries.to_string()),
            ("severity", severities.join(", ")),
            ("first", file.first.as_ref().map_or_else(none, |(_, text)| text.clone())),
            ("last", file.last.as_ref().map_or_else(none, |(_, text)| text.clone())),
            ("order", facts.order.name().to_owned()),
            ("skipped", file.n_skipped.to_string()),
            ("truncated", if file.truncated { "yes".into() } else { "no".into() }),
        ];
        for (key, value) in rows {
            out.push_str(&format!("{key:<10} {}\n", one_line(&value)));
        }
        for reason in &file.reasons {
            out.push_str(&format!("because    {}\n", one_line(reason)));
        }
        for skipped in &file.skipped {
            out.push_str(&format!(
                "line {:<5} {}: {}\n",
                skipped.line,
                skipped.reason,
                one_line(&skipped.text)
            ));
        }
        out.push('\n');
    }
    out
}
