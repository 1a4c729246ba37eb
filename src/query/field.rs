//! One comparison → a filter: which fields there are, under which names, and what can be compared with what.

use super::model::ORIGINS;
use super::parse::Check;
use super::{Filter, Term};
use crate::entry::{Nanos, Severity};

/// Names of the origins in a query: that of the Logging query language first, then others, in lower case and without what
/// stands before the last dot.
pub(super) const NAMES: [&[&str]; ORIGINS] = [
    &["resource.labels.project_id", "project", "project_id"],
    &["resource.type", "type", "resource"],
    &["resource.labels.service_name", "service", "service_name", "job_name", "function_name", "module_id"],
    &["resource.labels.revision_name", "revision", "revision_name", "version_id"],
    &["labels.instanceId", "instance", "instanceid", "instance_id", "pod", "pod_name"],
    &["execution", "execution_name", "build_id"],
    &["resource.labels.location", "location", "region", "zone"],
    &["log_id", "log", "logname"],
    &["resource.labels.container_name", "container", "container_name"],
];

/// Whether this may stand before the last dot of this name.
fn is_prefix(prefix: &str, name: &str) -> bool {
    match prefix {
        "" | "resource.labels." => true,
        "resource." => name == "type",
        "labels." => matches!(name, "instanceid" | "instance_id"),
        "labels.run.googleapis.com/" => name == "execution_name",
        "httprequest." => matches!(name, "status" | "latency"),
        "jsonpayload." => name == "message",
        _ => false,
    }
}

/// Whether a name is that of a function with one argument.
pub(super) fn is_function(name: &str) -> bool {
    matches!(name, "log_id" | "SEARCH")
}

/// The filter of one comparison. Error: what is wrong with it, for people.
pub(super) fn condition(
    field: &str,
    operator: &str,
    value: &str,
    check: Check<'_>,
) -> Result<Filter, String> {
    let lower = field.to_ascii_lowercase();
    let at = lower.rfind(['.', '/']).map_or(0, |at| at + 1);
    let (prefix, name) = lower.split_at(at);
    let known = is_prefix(prefix, name);
    let mut filter = Filter::default();
    let origin = NAMES.iter().position(|names| known && names.contains(&name));
    if let Some(list) = origin.and_then(|at| filter.origins_mut().into_iter().nth(at)) {
        only_equal(field, operator)?;
        list.push(if name == "logname" { log_id(value) } else { value.to_owned() });
        return Ok(filter);
    }
    match (known, name) {
        (true, "severity") => filter.severities = severities(operator, value)?,
        (true, "recorded_severity") => filter.recorded = severities(operator, value)?,
        (true, "timestamp") => (filter.from, filter.until) = span(operator, value)?,
        (true, "status") => filter.statuses.push(statuses(operator, value)?),
        (true, "latency") => filter.latency_micros = Some(latencies(operator, value)?),
        (true, "textpayload" | "message" | "text" | "search") => {
            let regex = match operator {
                ":" | "=" => false,
                "=~" => check(value).map(|()| true)?,
                _ => return Err(format!("{field} takes : and =~")),
            };
            filter.texts.push(Term { any: vec![value.to_owned()], regex });
        }
        (true, "trace") => {
            only_equal(field, operator)?;
            filter.traces.push(value.rsplit("/traces/").next().unwrap_or(value).to_owned());
        }
        (true, "finding") => {
            only_equal(field, operator)?;
            filter.findings.push(value.to_owned());
        }
        (true, "pattern") => filter.shapes.push(number(field, operator, value)?),
        (true, "file") => filter.files.push(number(field, operator, value)?),
        (true, "entry") => filter.rows.push(number(field, operator, value)?),
        (true, "request") => {
            only_equal(field, operator)?;
            filter.request = Some(value.parse().map_err(|_| "request is true or false".to_owned())?);
        }
        _ => {
            return Err(format!(
                "{field} is no field that is kept of an entry; search for \"{value}\" as text"
            ));
        }
    }
    Ok(filter)
}

fn only_equal(field: &str, operator: &str) -> Result<(), String> {
    if operator == "=" { Ok(()) } else { Err(format!("{field} takes = and != only")) }
}

fn number(field: &str, operator: &str, value: &str) -> Result<u32, String> {
    only_equal(field, operator)?;
    value.parse().map_err(|_| format!("{field} is a number"))
}

/// `projects/p/logs/run.googleapis.com%2Fstderr` → `run.googleapis.com/stderr`.
fn log_id(name: &str) -> String {
    name.rsplit("/logs/").next().unwrap_or(name).replace("%2F", "/")
}

fn severities(operator: &str, value: &str) -> Result<Vec<Severity>, String> {
    let known = Severity::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(value));
    let severity = known
        .or_else(|| Severity::parse(value))
        .ok_or_else(|| format!("{value} is no severity: {}", Severity::ALL.map(Severity::name).join(", ")))?;
    let wanted: Vec<Severity> = Severity::ALL
        .into_iter()
        .filter(|other| match operator {
            "=" => *other == severity,
            ">=" => *other >= severity,
            ">" => *other > severity,
            "<=" => *other <= severity,
            "<" => *other < severity,
            _ => false,
        })
        .collect();
    if wanted.is_empty() { Err(format!("severity{operator}{value} leaves nothing")) } else { Ok(wanted) }
}

fn span(operator: &str, value: &str) -> Result<(Option<Nanos>, Option<Nanos>), String> {
    let time = Nanos::parse(value)
        .or_else(|| Nanos::parse(&format!("{value}T00:00:00Z")))
        .ok_or_else(|| format!("{value} is no time such as 2025-09-16T04:36:31Z"))?;
    match operator {
        ">=" => Ok((Some(time), None)),
        ">" => Ok((Some(Nanos(time.0.saturating_add(1))), None)),
        "<=" => Ok((None, Some(time))),
        "<" => Ok((None, Some(Nanos(time.0.saturating_sub(1))))),
        "=" => Ok((Some(time), Some(time))),
        _ => Err("timestamp takes >=, >, <=, < and =".into()),
    }
}

fn statuses(operator: &str, value: &str) -> Result<(u16, u16), String> {
    let status: u16 = value.parse().map_err(|_| "a status is a number".to_owned())?;
    match operator {
        "=" | ":" => Ok((status, status)),
        ">=" => Ok((status, u16::MAX)),
        ">" => status.checked_add(1).map(|low| (low, u16::MAX)).ok_or_else(|| "no status is larger".into()),
        "<=" => Ok((0, status)),
        "<" => status.checked_sub(1).map(|high| (0, high)).ok_or_else(|| "no status is smaller".into()),
        _ => Err("a status takes =, !=, >=, >, <= and <".into()),
    }
}

/// `0.2s`, `200ms`, `200us`, or seconds without a unit.
fn latencies(operator: &str, value: &str) -> Result<(u32, u32), String> {
    let micros =
        micros(value).ok_or_else(|| format!("{value} is no latency up to 4294 s such as 0.25s or 250ms"))?;
    match operator {
        "=" => Ok((micros, micros)),
        ">=" => Ok((micros, u32::MAX)),
        ">" => micros.checked_add(1).map(|low| (low, u32::MAX)).ok_or_else(|| "no latency is longer".into()),
        "<=" => Ok((0, micros)),
        "<" => micros.checked_sub(1).map(|high| (0, high)).ok_or_else(|| "no latency is shorter".into()),
        _ => Err("a latency takes =, !=, >=, >, <= and <".into()),
    }
}

/// Microseconds of a duration, its decimals exact; what is shorter than one is cut off.
fn micros(value: &str) -> Option<u32> {
    let (number, digits) = match value {
        value if value.ends_with("us") => (value.strip_suffix("us")?, 0),
        value if value.ends_with("ms") => (value.strip_suffix("ms")?, 3),
        value => (value.strip_suffix('s').unwrap_or(value), 6),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    if !(whole.chars().chain(decimals.chars())).all(|c| c.is_ascii_digit()) || whole.is_empty() {
        return None;
    }
    let padded: String = decimals.chars().chain(std::iter::repeat('0')).take(digits).collect();
    format!("{whole}{padded}").parse().ok()
}
