//! A filter as text of the Logging query language, for Logs Explorer and `gcloud logging read`
//! (cloud.google.com/logging/docs/view/logging-query-language).

use super::Filter;

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
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    text.push('"');
    text
}

/// The Logs Explorer text of a filter, one condition a line. Row numbers and files have no counterpart and are left out.
pub fn print(filter: &Filter, scope: &Scope) -> String {
    let mut lines = Vec::new();
    let any = |field: &str, values: &mut dyn Iterator<Item = String>| -> Option<String> {
        let parts: Vec<String> = values.map(|value| format!("{field}={value}")).collect();
        match parts.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(format!("({})", many.join(" OR "))),
        }
    };
    if !scope.resource.is_empty() {
        lines.push(format!("resource.type={}", quoted(&scope.resource)));
    }
    let service_field = if scope.resource == "cloud_run_job" { "job_name" } else { "service_name" };
    lines.extend(any(
        &format!("resource.labels.{service_field}"),
        &mut filter.services.iter().map(|v| quoted(v)),
    ));
    lines.extend(any("resource.labels.revision_name", &mut filter.revisions.iter().map(|v| quoted(v))));
    lines.extend(any("labels.instanceId", &mut filter.instances.iter().map(|v| quoted(v))));
    lines.extend(any("log_id", &mut std::iter::empty()));
    for log in &filter.logs {
        lines.push(format!("log_id({})", quoted(log)));
    }
    lines.extend(any(
        "severity",
        &mut filter.severities.iter().chain(&filter.recorded).map(|s| s.name().to_owned()),
    ));
    for (low, high) in &filter.statuses {
        lines.push(if low == high {
            format!("httpRequest.status={low}")
        } else {
            format!("httpRequest.status>={low} AND httpRequest.status<={high}")
        });
    }
    if let Some(from) = filter.from {
        lines.push(format!("timestamp>={}", quoted(&from.rfc3339())));
    }
    if let Some(until) = filter.until {
        lines.push(format!("timestamp<={}", quoted(&until.rfc3339())));
    }
    let texts: Vec<String> = scope
        .texts
        .iter()
        .chain((!filter.text.is_empty()).then_some(&filter.text))
        .map(|t| quoted(t))
        .collect();
    match texts.as_slice() {
        [] => {}
        [one] => lines.push(one.clone()),
        many => lines.push(format!("({})", many.join(" OR "))),
    }
    lines.join("\n")
}
