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
}
