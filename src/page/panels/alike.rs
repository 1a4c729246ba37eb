//! An entry in, the filters of entries like it out: of its pattern, trace, request, path and instance.

use super::record::string_of;
use crate::protocol::Line;
use crate::query::{Filter, Term};

/// Keys of trace ids, as the dialects read them.
const TRACES: [&str; 7] =
    ["trace", "logging.googleapis.com/trace", "trace_id", "traceId", "traceID", "traceid", "dd.trace_id"];
/// Keys of ids that all entries of one request carry.
const REQUESTS: [&str; 6] =
    ["requestId", "request_id", "x-request-id", "X-Request-Id", "correlation_id", "correlationId"];
/// Keys of a request's address.
const ADDRESSES: [&str; 3] = ["requestUrl", "request_url", "url"];
/// Shortest path that tells one request from another.
const PATH: usize = 2;

/// What each link is called, and its filter.
pub fn alike(line: Option<&Line>, record: &str) -> Vec<(&'static str, Filter)> {
    let value = |keys: &[&str]| {
        let found = keys.iter().find_map(|key| string_of(record, key))?;
        // What redaction replaced is not what stands in the files.
        let is_whole = |value: &String| !value.is_empty() && !value.contains('<');
        Some(found.trim_matches('"').to_owned()).filter(is_whole)
    };
    let text = |text: String| vec![Term { any: vec![text], regex: false }];
    let pattern = line.and_then(|line| line.shape).map(|shape| Filter::of_shapes([shape]));
    let trace = value(&TRACES).map(|name| {
        let id = name.rsplit('/').next().unwrap_or_default().to_owned();
        Filter { traces: vec![id], ..Filter::default() }
    });
    let request = value(&REQUESTS).map(|id| Filter { texts: text(id), ..Filter::default() });
    let path = value(&ADDRESSES).map(|address| path(&address)).filter(|path| path.len() >= PATH);
    let path = path.map(|path| Filter { request: Some(true), texts: text(path), ..Filter::default() });
    let instance = line.and_then(|line| {
        let [.., instance, _] = &line.origins;
        (!instance.is_empty()).then(|| Filter { instances: vec![instance.clone()], ..Filter::default() })
    });
    [
        ("Like this", pattern),
        ("Same trace", trace),
        ("Same request", request),
        ("Same path", path),
        ("Same instance", instance),
    ]
    .into_iter()
    .filter_map(|(words, filter)| Some((words, filter?)))
    .collect()
}

/// `https://host/a/b?c=d` → `/a/b`.
pub fn path(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
    path.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "alike_tests.rs"]
mod tests;
