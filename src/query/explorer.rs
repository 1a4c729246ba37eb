//! A filter as text of the Logging query language, for Logs Explorer and `gcloud logging read`
//! (cloud.google.com/logging/docs/view/logging-query-language).

use super::field::NAMES;
use super::print::{any, latencies, severities, statuses};
use super::{Filter, Term};

/// What a digest knows and a filter alone does not: the resource and project of what is shown.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// `resource.type`, or empty.
    pub resource: String,
    /// Project id, or empty.
    pub project: String,
    /// Literal texts that stand for the filter's shapes.
    pub texts: Vec<String>,
}

/// Quotes a value for the Logging query language.
pub fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => {
                text.push('\\');
                text.push(c);
            }
            '\n' => text.push_str("\\n"),
            '\t' => text.push_str("\\t"),
            '\r' => text.push_str("\\r"),
            // No control character is beyond U+FFFF.
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// The Logs Explorer text of a filter, one condition a line. Row numbers, files, patterns and findings have no counterpart and
/// are left out, and so is an exclusion that speaks of them.
pub fn print(filter: &Filter, scope: &Scope) -> String {
    let mut lines = Vec::new();
    if !scope.resource.is_empty() && filter.resources.is_empty() {
        lines.push(format!("resource.type={}", quoted(&scope.resource)));
    }
    lines.extend(conditions(filter, scope));
    any(scope.texts.iter().map(|text| quoted(text)), &mut lines);
    lines.join("\n")
}

fn conditions(filter: &Filter, scope: &Scope) -> Vec<String> {
    let mut all = Vec::new();
    let is_job = scope.resource == "cloud_run_job";
    for (list, names) in filter.origins().into_iter().zip(NAMES) {
        let name = match names.first().copied().unwrap_or_default() {
            "resource.labels.service_name" if is_job => "resource.labels.job_name",
            "execution" => "labels.\"run.googleapis.com/execution_name\"",
            name => name,
        };
        let condition = |value: &String| match name {
            "log_id" => format!("log_id({})", quoted(value)),
            name => format!("{name}={}", quoted(value)),
        };
        any(list.iter().map(condition), &mut all);
    }
    let levels: Vec<_> = filter.severities.iter().chain(&filter.recorded).copied().collect();
    severities("severity", &levels, &mut all);
    statuses(&filter.statuses, &mut all);
    all.extend(filter.latency_micros.map(latencies).unwrap_or_default());
    if let Some(from) = filter.from {
        all.push(format!("timestamp>={}", quoted(&from.rfc3339())));
    }
    if let Some(until) = filter.until {
        all.push(format!("timestamp<={}", quoted(&until.rfc3339())));
    }
    let trace = |id: &String| match scope.project.as_str() {
        "" => format!("trace:{}", quoted(id)),
        project => format!("trace={}", quoted(&format!("projects/{project}/traces/{id}"))),
    };
    any(filter.traces.iter().map(trace), &mut all);
    for Term { any: texts, regex } in &filter.texts {
        let field = if *regex { "textPayload=~" } else { "" };
        any(texts.iter().map(|text| format!("{field}{}", quoted(text))), &mut all);
    }
    for not in filter.not.iter().filter(|not| is_known_there(not)) {
        match conditions(not, scope).as_slice() {
            [] => {}
            [one] => all.push(format!("NOT {one}")),
            many => all.push(format!("NOT ({})", many.join(" AND "))),
        }
    }
    all
}

/// Whether every condition of a filter has a counterpart in Logs Explorer.
fn is_known_there(filter: &Filter) -> bool {
    filter.shapes.is_empty()
        && filter.findings.is_empty()
        && filter.files.is_empty()
        && filter.rows.is_empty()
        && filter.request.is_none()
        && filter.not.iter().all(is_known_there)
}
