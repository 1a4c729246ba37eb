//! A filter as SQL for Log Analytics (cloud.google.com/logging/docs/analyze/examples; columns after the schema of log views,
//! cloud.google.com/logging/docs/analyze/query-and-view).

use super::explorer::{Scope, labels, resources};
use super::model::ORIGINS;
use super::{Filter, Term};

/// Columns of the origins, in the order of [`Filter::origins`].
const COLUMNS: [&str; ORIGINS] = [
    "JSON_VALUE(resource.labels.project_id)",
    "resource.type",
    SERVICE,
    "JSON_VALUE(resource.labels.revision_name)",
    "JSON_VALUE(labels.instanceId)",
    "JSON_VALUE(labels[\"run.googleapis.com/execution_name\"])",
    "JSON_VALUE(resource.labels.location)",
    "log_id",
    "JSON_VALUE(resource.labels.container_name)",
];
/// What names a service is another label for each type of resource.
const SERVICE: &str = "";
/// What stands for a project that is not known.
const PROJECT: &str = "PROJECT_ID";

/// The SQL of a filter. Row numbers, files, patterns and findings have no counterpart and are left out.
pub fn print(filter: &Filter, scope: &Scope) -> String {
    let project = if scope.project.is_empty() { PROJECT } else { &scope.project };
    let mut all = Vec::new();
    if !scope.resource.is_empty() && filter.resources.is_empty() {
        all.push(format!("resource.type = {}", quoted(&scope.resource)));
    }
    all.extend(conditions(filter, scope));
    let texts = Term { any: scope.texts.clone(), regex: false };
    all.extend((!scope.texts.is_empty()).then(|| term(&texts)));
    let wanted = if all.is_empty() { String::new() } else { format!("\nWHERE {}", all.join("\n  AND ")) };
    format!(
        "SELECT timestamp, severity, resource, text_payload, json_payload, http_request\nFROM `{project}.global._Default._AllLogs` AS entry{wanted}\nORDER BY timestamp\nLIMIT 10000"
    )
}

/// `resource.labels.x` and `labels."x"` as columns.
fn column(label: &str) -> String {
    match label.split_once(".\"") {
        Some((labels, name)) => format!("JSON_VALUE({labels}[\"{name}])"),
        None => format!("JSON_VALUE({label})"),
    }
}

fn conditions(filter: &Filter, scope: &Scope) -> Vec<String> {
    let mut all = Vec::new();
    let services: Vec<String> = labels(&resources(filter, scope)).into_iter().map(column).collect();
    for (list, column) in filter.origins().into_iter().zip(COLUMNS) {
        if column == SERVICE {
            let named: Vec<String> = services.iter().filter_map(|column| one_of(column, list)).collect();
            all.extend((!named.is_empty()).then(|| any(&named)));
        } else {
            all.extend(one_of(column, list));
        }
    }
    for levels in [&filter.severities, &filter.recorded] {
        let names: Vec<String> = levels.iter().map(|level| level.name().to_owned()).collect();
        all.extend(one_of("severity", &names));
    }
    let statuses: Vec<String> = filter
        .statuses
        .iter()
        .map(|(low, high)| format!("http_request.status BETWEEN {low} AND {high}"))
        .collect();
    all.extend((!statuses.is_empty()).then(|| any(&statuses)));
    if let Some((low, high)) = filter.latency_micros {
        let micros = "http_request.latency.seconds * 1000000 + DIV(http_request.latency.nanos, 1000)";
        all.push(match high {
            u32::MAX => format!("{micros} >= {low}"),
            high => format!("{micros} BETWEEN {low} AND {high}"),
        });
    }
    if let Some(request) = filter.request {
        all.push(format!("http_request IS {}NULL", if request { "NOT " } else { "" }));
    }
    for (time, operator) in [(filter.from, ">="), (filter.until, "<=")] {
        all.extend(time.map(|time| format!("timestamp {operator} TIMESTAMP({})", quoted(&time.rfc3339()))));
    }
    let traces: Vec<String> =
        filter.traces.iter().map(|id| format!("ENDS_WITH(trace, {})", quoted(id))).collect();
    all.extend((!traces.is_empty()).then(|| any(&traces)));
    all.extend(filter.texts.iter().map(term));
    for not in &filter.not {
        let inner = conditions(not, scope);
        if !inner.is_empty() {
            all.push(format!("NOT ({})", inner.join(" AND ")));
        }
    }
    all
}

fn term(term: &Term) -> String {
    let of = |text: &String| {
        if term.regex {
            format!("REGEXP_CONTAINS(TO_JSON_STRING(entry), {})", quoted(&format!("(?m){text}")))
        } else {
            format!("CONTAINS_SUBSTR(entry, {})", quoted(text))
        }
    };
    any(&term.any.iter().map(of).collect::<Vec<_>>())
}

fn one_of(column: &str, values: &[String]) -> Option<String> {
    let quoted: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("{column} = {one}")),
        many => Some(format!("{column} IN ({})", many.join(", "))),
    }
}

fn any(conditions: &[String]) -> String {
    match conditions {
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}

/// A string of GoogleSQL: escapes are those of the Logging query language
/// (cloud.google.com/bigquery/docs/reference/standard-sql/lexical).
fn quoted(text: &str) -> String {
    super::explorer::quoted(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Nanos, Severity};

    #[test]
    fn a_filter_becomes_conditions() {
        let filter = Filter {
            services: vec!["shop".into()],
            severities: vec![Severity::Error, Severity::Critical],
            statuses: vec![(500, 599)],
            latency_micros: Some((250_000, u32::MAX)),
            from: Nanos::parse("2026-03-10T09:00:00Z"),
            texts: vec![Term { any: vec!["it's \"x\"".into()], regex: false }],
            not: vec![Filter { logs: vec!["stdout".into()], ..Filter::default() }],
            ..Filter::default()
        };
        let scope =
            Scope { resource: "cloud_run_revision".into(), project: "demo".into(), texts: Vec::new() };
        assert_eq!(
            print(&filter, &scope),
            "SELECT timestamp, severity, resource, text_payload, json_payload, http_request\n\
             FROM `demo.global._Default._AllLogs` AS entry\n\
             WHERE resource.type = \"cloud_run_revision\"\n  \
             AND JSON_VALUE(resource.labels.service_name) = \"shop\"\n  \
             AND severity IN (\"ERROR\", \"CRITICAL\")\n  \
             AND http_request.status BETWEEN 500 AND 599\n  \
             AND http_request.latency.seconds * 1000000 + DIV(http_request.latency.nanos, 1000) >= 250000\n  \
             AND timestamp >= TIMESTAMP(\"2026-03-10T09:00:00Z\")\n  \
             AND CONTAINS_SUBSTR(entry, \"it's \\\"x\\\"\")\n  \
             AND NOT (log_id = \"stdout\")\n\
             ORDER BY timestamp\nLIMIT 10000"
        );
        assert!(print(&Filter::default(), &Scope::default()).contains("`PROJECT_ID.global"));
    }
}
