//! What AWS Lambda says of itself where its log format is JSON → the words of its text format, which people and rules know.
//!
//! docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html: `type` is `platform.start`, `platform.report` …, `record` holds
//! the rest.

use crate::ingest::dialect::shape::text;
use crate::ingest::value::Value;

/// `REPORT RequestId: 0f6c… Duration: 812 ms Memory Size: 128 MB Max Memory Used: 71 MB Status: error Error Type: Runtime.OutOfMemory`.
pub(super) fn event(payload: &Value<'_>) -> Option<String> {
    let kind = payload.get("type").and_then(Value::text)?.strip_prefix("platform.")?;
    let record = payload.get("record")?;
    let of = |name: &str| text(record, &[name]);
    let head = match kind {
        "start" => "START",
        "runtimeDone" => "END",
        "report" => "REPORT",
        _ => return Some(format!("{kind} RequestId: {}", of("requestId"))),
    };
    let mut line = format!("{head} RequestId: {}", of("requestId"));
    for (name, key, unit) in [
        ("Version", "version", ""),
        ("Duration", "metrics.durationMs", " ms"),
        ("Billed Duration", "metrics.billedDurationMs", " ms"),
        ("Memory Size", "metrics.memorySizeMB", " MB"),
        ("Max Memory Used", "metrics.maxMemoryUsedMB", " MB"),
        ("Init Duration", "metrics.initDurationMs", " ms"),
    ] {
        let value = of(key);
        if !value.is_empty() {
            line.push_str(&format!(" {name}: {value}{unit}"));
        }
    }
    let status = of("status");
    if !matches!(status, "" | "success") {
        line.push_str(&format!(" Status: {status}"));
    }
    let error = of("errorType");
    if !error.is_empty() {
        line.push_str(&format!(" Error Type: {error}"));
    }
    Some(line)
}

/// An error as Lambda's runtimes write it: `errorType`, `errorMessage`, and `stackTrace` as a list of lines, which may begin with both.
pub(super) fn error(error: &Value<'_>) -> String {
    let (kind, said) = (text(error, &["errorType"]), text(error, &["errorMessage"]));
    let head = if kind.is_empty() { said.to_owned() } else { format!("{kind}: {said}") };
    let lines: Vec<&str> = match error.get("stackTrace") {
        Some(Value::List(lines)) => lines.iter().filter_map(Value::text).map(str::trim_end).collect(),
        _ => Vec::new(),
    };
    match lines.split_first() {
        Some((first, _)) if first.contains(said) => lines.join("\n"),
        Some((first, _)) if first.trim_start().starts_with("File \"") => {
            format!("Traceback (most recent call last):\n{}\n{head}", lines.join("\n"))
        }
        Some(_) => format!("{head}\n{}", lines.join("\n")),
        None => head,
    }
}

#[cfg(test)]
mod tests {
    use super::event;
    use crate::ingest::json;

    #[test]
    fn reports_read_as_in_the_text_format() {
        let of = |text: &str| json::parse(text).ok().and_then(|value| event(&value));
        let report = r#"{"type":"platform.report","record":{"requestId":"a-1","status":"error","errorType":"Runtime.OutOfMemory",
            "metrics":{"durationMs":12.5,"memorySizeMB":128,"maxMemoryUsedMB":128}}}"#;
        assert_eq!(
            of(report).as_deref(),
            Some(
                "REPORT RequestId: a-1 Duration: 12.5 ms Memory Size: 128 MB Max Memory Used: 128 MB Status: error Error Type: Runtime.OutOfMemory"
            )
        );
        assert_eq!(of(r#"{"type":"order.created","record":{}}"#), None);
    }

    #[test]
    fn errors_read_as_their_runtime_prints_them() {
        let of = |text: &str| json::parse(text).ok().map(|value| super::error(&value));
        let node = r#"{"errorType":"Error","errorMessage":"ENOSPC: no space left","stackTrace":["Error: ENOSPC: no space left","    at write (node:fs:1)"]}"#;
        assert_eq!(of(node).as_deref(), Some("Error: ENOSPC: no space left\n    at write (node:fs:1)"));
        let python = r#"{"errorType":"KeyError","errorMessage":"'id'","stackTrace":["  File \"/var/task/app.py\", line 7, in handler\n"]}"#;
        assert_eq!(
            of(python).as_deref(),
            Some(
                "Traceback (most recent call last):\n  File \"/var/task/app.py\", line 7, in handler\nKeyError: 'id'"
            )
        );
    }
}
