//! Azure Application Insights: telemetry as exported from its query editor, the REST API or Log Analytics → entries.
//!
//! learn.microsoft.com/azure/azure-monitor/app/data-model-complete: `itemType` is trace, request, dependency, exception … with
//! `severityLevel` 0 (Verbose) to 4 (Critical); workspace tables (`AppTraces`, `AppRequests` …) name the same columns otherwise. A
//! query's answer is `tables` with `columns` and `rows`.

use super::fields::{has_any, mean_value, micros, request_line, time_of, word};
use super::shape::text;
use super::{Dialect, Head, Record, Score};
use crate::entry::{Entry, Http, Severity, Source};
use crate::ingest::value::Value;
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub(super) struct ApplicationInsights;

const TIME: &[&str] = &["timestamp", "TimeGenerated", "timestamp [UTC]", "TimeGenerated [UTC]"];
const KIND: &[&str] = &["itemType", "Type", "$table"];
const ROLE: &[&str] = &["cloud_RoleName", "AppRoleName"];
const OPERATION: &[&str] = &["operation_Id", "OperationId"];
const NAME: &[&str] = &["name", "Name"];

/// What a row tells of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Trace,
    Request,
    Dependency,
    Exception,
    Other,
}

impl Dialect for ApplicationInsights {
    fn id(&self) -> &'static str {
        "application-insights"
    }

    fn title(&self) -> &'static str {
        "Azure Application Insights"
    }

    fn score(&self, head: &Head<'_>) -> Score {
        mean_value(head, "Application Insights fields (itemType, cloud_RoleName, operation_Id)", points)
    }

    fn entries(&self, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
        let Some(value) = record.value.as_ref() else { return 0 };
        let Some(Value::List(tables)) = value.get("tables") else { return one(value, record, emit) };
        tables.iter().map(|table| rows(table, record, emit)).sum()
    }
}

/// The rows of a query's answer, each with the names of its columns.
fn rows(table: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    let Some(Value::List(rows)) = table.get("rows") else { return 0 };
    let names = columns(table);
    let of = |row: &Value<'_>| match row {
        Value::List(cells) => {
            let named = names.iter().zip(cells).map(|(name, cell)| (Cow::Borrowed(*name), cell.clone()));
            one(&Value::Object(named.collect()), record, emit)
        }
        _ => 0,
    };
    rows.iter().map(of).sum()
}

fn columns<'v>(table: &'v Value<'_>) -> Vec<&'v str> {
    match table.get("columns") {
        Some(Value::List(columns)) => columns.iter().map(|column| word(column, &["name"])).collect(),
        _ => Vec::new(),
    }
}

/// A kind of telemetry beside who sent it, or a table whose columns say so.
fn points(value: &Value<'_>) -> u32 {
    if let Some(Value::List(tables)) = value.get("tables") {
        let names: Vec<&str> = tables.iter().flat_map(columns).collect();
        let has = |wanted: &[&str]| wanted.iter().any(|name| names.contains(name));
        return if has(TIME) && (has(ROLE) || has(OPERATION)) { 97 } else { 0 };
    }
    let is_row = kind(value).is_some() && has_any(value, TIME);
    if is_row && (has_any(value, ROLE) || has_any(value, OPERATION)) { 97 } else { 0 }
}

fn kind(value: &Value<'_>) -> Option<Kind> {
    Some(match word(value, KIND) {
        "trace" | "AppTraces" => Kind::Trace,
        "request" | "AppRequests" => Kind::Request,
        "dependency" | "AppDependencies" => Kind::Dependency,
        "exception" | "AppExceptions" => Kind::Exception,
        "customEvent"
        | "pageView"
        | "availabilityResult"
        | "browserTiming"
        | "AppEvents"
        | "AppPageViews"
        | "AppAvailabilityResults" => Kind::Other,
        _ => return None,
    })
}

fn one(value: &Value<'_>, record: &Record<'_>, emit: &mut dyn FnMut(&Entry<'_>)) -> usize {
    let Some(kind) = kind(value).filter(|_| points(value) > 0) else { return 0 };
    let mut entry = Entry { span: record.span, source: source(value), ..Entry::default() };
    if let Some((time, text)) = TIME.iter().filter_map(|key| value.get(key)).find_map(time_of) {
        (entry.time, entry.time_text) = (Some(time), text);
    }
    entry.written_severity = severity(word(value, &["severityLevel", "SeverityLevel"]));
    let some = |names| Some(word(value, names)).filter(|id| !id.is_empty()).map(Cow::Borrowed);
    (entry.trace_id, entry.insert_id) = (some(OPERATION), some(&["itemId", "ItemId", "_ItemId"]));
    match kind {
        Kind::Request => {
            entry.http = request(value);
            let line = entry.http.as_ref().map(request_line);
            entry.message = line.map_or(Cow::Borrowed(word(value, NAME)), Cow::Owned);
        }
        Kind::Dependency => call(value, &mut entry),
        Kind::Exception => thrown(value, &mut entry),
        Kind::Trace | Kind::Other => {
            let said = Some(word(value, &["message", "Message"])).filter(|said| !said.is_empty());
            entry.message = Cow::Borrowed(said.unwrap_or_else(|| word(value, NAME)));
        }
    }
    if entry.message.is_empty() {
        entry.message = Cow::Owned(super::fields::compact(value));
    }
    emit(&entry);
    1
}

/// 0 Verbose, 1 Information, 2 Warning, 3 Error, 4 Critical; the portal's tables write the words.
fn severity(level: &str) -> Option<Severity> {
    match level {
        "0" | "Verbose" => Some(Severity::Debug),
        "1" | "Information" => Some(Severity::Info),
        "2" | "Warning" => Some(Severity::Warning),
        "3" | "Error" => Some(Severity::Error),
        "4" | "Critical" => Some(Severity::Critical),
        _ => None,
    }
}

fn source<'v>(value: &'v Value<'_>) -> Source<'v> {
    let field = |names: &[&str]| Cow::Borrowed(text(value, names));
    let of = text(value, &["appName", "_ResourceId"]);
    Source {
        project: Cow::Borrowed(of.rsplit_once('/').map_or(of, |(_, name)| name)),
        resource: Cow::Borrowed(""),
        service: field(ROLE),
        revision: field(&["application_Version", "AppVersion"]),
        instance: field(&["cloud_RoleInstance", "AppRoleInstance"]),
        execution: Cow::Borrowed(""),
        location: Cow::Borrowed(""),
        log: field(KIND),
        container: Cow::Borrowed(""),
    }
}

/// `GET /orders/{id}` with its code and milliseconds; the URL where it is there, but of the own service only its path.
fn request<'v>(value: &'v Value<'_>) -> Option<Http<'v>> {
    let (method, path) = word(value, NAME).split_once(' ')?;
    let url = word(value, &["url", "Url"]);
    let path_of_url =
        url.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    (super::access::is_method(method) && path.starts_with('/')).then(|| Http {
        method: Cow::Borrowed(method),
        url: Cow::Borrowed(path_of_url.unwrap_or(path)),
        status: word(value, &["resultCode", "ResultCode"]).parse().unwrap_or(0),
        latency_micros: micros(word(value, &["duration", "DurationMs"]), 1_000),
        remote: Cow::Borrowed(word(value, &["client_IP", "ClientIP"])),
        ..Http::default()
    })
}

/// A call to something else, in the words of a client that logs it.
fn call<'v>(value: &'v Value<'_>, entry: &mut Entry<'v>) {
    let (name, target) = (word(value, NAME), word(value, &["target", "Target"]));
    let what = if target.is_empty() || name.contains(target) {
        name.to_owned()
    } else {
        format!("{name} ({target})")
    };
    let (code, took) = (word(value, &["resultCode", "ResultCode"]), word(value, &["duration", "DurationMs"]));
    let took = if took.is_empty() { String::new() } else { format!(" in {took} ms") };
    let answer = if code.is_empty() { String::new() } else { format!(" -> {code}") };
    entry.message = Cow::Owned(format!("{what}{answer}{took}"));
    let is_failed = value.get("success").or_else(|| value.get("Success")).is_some_and(|success| {
        matches!(success, Value::Bool(false))
            || success.scalar().is_some_and(|s| s.eq_ignore_ascii_case("false"))
    });
    if is_failed {
        entry.payload_level = Some(Severity::Warning);
    }
}

fn thrown<'v>(value: &'v Value<'_>, entry: &mut Entry<'v>) {
    let kind = word(value, &["type", "ExceptionType"]);
    let said = word(
        value,
        &["outerMessage", "OuterMessage", "message", "innermostMessage", "InnermostMessage", "problemId"],
    );
    entry.message = Cow::Owned(match (kind.is_empty(), said.is_empty()) {
        (false, false) => format!("{kind}: {said}"),
        _ => format!("{kind}{said}"),
    });
    let details = value.get("details").or_else(|| value.get("Details"));
    let first = match details {
        Some(Value::List(list)) => list.first(),
        other => other,
    };
    let stack = first.map_or("", |detail| word(detail, &["rawStack", "stack"]));
    if !stack.is_empty() {
        entry.detail = Some(Cow::Borrowed(stack));
    }
}
