//! Tests of the Cloud Logging dialect.

use super::Gcp;
use crate::entry::Severity;
use crate::ingest::dialect::testing::{one, read};

#[test]
fn reads_a_text_entry_of_cloud_run() {
    let entry = one(
        &Gcp,
        r#"{"insertId":"66aa","labels":{"instanceId":"00f1","commit-sha":"1f"},"logName":"projects/shop/logs/run.googleapis.com%2Fstderr",
        "receiveTimestamp":"2025-03-01T10:00:00.5Z","resource":{"labels":{"configuration_name":"cart","location":"europe-west1",
        "project_id":"shop","revision_name":"cart-00007-abc","service_name":"cart"},"type":"cloud_run_revision"},
        "severity":"ERROR","textPayload":"boom\n","timestamp":"2025-03-01T10:00:00.123456789Z","trace":"projects/shop/traces/ab12"}"#,
    );
    assert_eq!(entry.message, "boom");
    assert_eq!(entry.severity, Some(Severity::Error));
    assert_eq!(entry.time_text, "2025-03-01T10:00:00.123456789Z");
    assert_eq!(
        entry.source.fields(),
        [
            "shop",
            "cloud_run_revision",
            "cart",
            "cart-00007-abc",
            "00f1",
            "",
            "europe-west1",
            "run.googleapis.com/stderr",
            ""
        ]
    );
    assert_eq!(entry.trace_id.as_deref(), Some("ab12"));
    assert_eq!(entry.insert_id.as_deref(), Some("66aa"));
    assert_eq!(entry.labels, [("commit-sha".to_owned(), "1f".to_owned())]);
}

#[test]
fn a_nested_error_object_is_an_aside_and_no_severity() {
    let entry = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","insertId":"a","resource":{"type":"cloud_run_revision","labels":{"service_name":"api"}},
        "severity":"INFO","jsonPayload":{"message":"started","error":{"message":"none given","severity":"ERROR","traceback":"","type":"str"},
        "validation":{"severity":"ERROR"}}}"#,
    );
    assert_eq!((entry.message.as_str(), entry.level, entry.detail), ("started", None, None));
    assert_eq!(entry.aside.as_deref(), Some("none given"));
}

#[test]
fn finds_the_stack_wherever_it_stands() {
    let entry = |payload: &str| {
        one(
            &Gcp,
            &format!(r#"{{"timestamp":"2025-03-01T10:00:00Z","insertId":"a","jsonPayload":{payload}}}"#),
        )
    };
    let stack = r#"Error: x\n    at f (a.js:1:2)"#;
    for payload in [
        format!(r#"{{"message":"failed","stack":"{stack}"}}"#),
        format!(r#"{{"message":{{"message":"failed","metadata":{{"stack":"{stack}"}}}},"level":"error"}}"#),
        format!(r#"{{"msg":"failed","err":{{"stack":"{stack}"}}}}"#),
        format!(r#"{{"event":"failed","exception":"{stack}"}}"#),
        format!(r#"{{"message":"failed","e":"{stack}"}}"#),
        format!(r#"{{"message":"failed","error":{{"type":"Error","value":"x","traceback":"{stack}"}}}}"#),
    ] {
        let entry = entry(&payload);
        assert_eq!(entry.message, "failed", "{payload}");
        assert_eq!(entry.detail.as_deref(), Some("Error: x\n    at f (a.js:1:2)"), "{payload}");
    }
    assert_eq!(entry(r#"{"errors":["one","two"]}"#).message, "one\ntwo");
    assert_eq!(entry(r#"{"feed":3,"ok":true}"#).message, r#"{"feed":3,"ok":true}"#);
    let twice = entry(
        r#"{"message":"Traceback (most recent call last):\\n  File \"a.py\", line 1\\nKeyError: 'x'"}"#,
    );
    assert_eq!(twice.message.lines().count(), 3);
}

#[test]
fn reads_audit_entries() {
    let failed = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","logName":"projects/shop/logs/cloudaudit.googleapis.com%2Fsystem_event","severity":"ERROR",
        "resource":{"type":"cloud_run_revision","labels":{"service_name":"cart","revision_name":""}},
        "protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","methodName":"/Services.ReplaceService",
        "serviceName":"run.googleapis.com","resourceName":"namespaces/shop/revisions/cart-00008-xyz","status":{"code":9,"message":"Ready condition status changed to False"}}}"#,
    );
    assert!(failed.audit);
    assert_eq!(failed.message, "Ready condition status changed to False");
    assert_eq!(failed.source.revision, "cart-00008-xyz");
    let called = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","insert_id":"1","resource":{"type":"cloud_run_job","labels":{"job_name":"sync"}},
        "json_payload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","methodName":"/Jobs.RunJob","serviceName":"run.googleapis.com",
        "resourceName":"namespaces/shop/executions/sync-x1","status":{}}}"#,
    );
    assert_eq!(called.message, "/Jobs.RunJob namespaces/shop/executions/sync-x1");
    assert_eq!((called.source.service.as_ref(), called.source.execution.as_ref()), ("sync", "sync-x1"));
    let job = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","logName":"projects/p/logs/x","protoPayload":{"@type":"x.AuditLog","methodName":"jobservice.jobcompleted",
        "serviceData":{"jobCompletedEvent":{"job":{"jobStatus":{"error":{"code":11,"message":"Syntax error"},"state":"DONE"}}}}}}"#,
    );
    assert_eq!(job.message, "Syntax error");
}

#[test]
fn reads_requests_and_builds() {
    let request = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","insertId":"1","severity":"ERROR","httpRequest":{"latency":"0.009500790s","requestMethod":"GET",
        "requestUrl":"https://x.run.app/api/v1?token=1","status":"503"}}"#,
    );
    assert_eq!(request.message, "GET /api/v1 503");
    assert_eq!(request.http.unwrap().3, Some(9_500));
    let build = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","logName":"cloudbuild","insertId":"1","textPayload":"ERROR: failed","severity":"INFO",
        "resource":{"type":"build","labels":{"build_id":"b-1","build_trigger_id":"t-1","project_id":"p"}}}"#,
    );
    assert_eq!((build.source.service.as_ref(), build.source.execution.as_ref()), ("cloud-build", "b-1"));
    assert_eq!(build.source.log, "cloudbuild");
}

#[test]
fn reads_text_of_pairs_as_a_payload() {
    let text = |payload: &str| {
        let entry = format!(
            r#"{{"timestamp":"2025-03-01T10:00:00Z","logName":"projects/p/logs/stderr","insertId":"1","textPayload":"{payload}"}}"#
        );
        one(&Gcp, &entry)
    };
    let pairs = text(r#"level=warn ts=10:00:00Z msg=\"key refused\" kid=8 known=[7]"#);
    assert_eq!((pairs.message.as_str(), pairs.level), ("key refused", Some(Severity::Warning)));
    // Words among the pairs make it a sentence.
    assert_eq!(text("level=warn the key was refused").message, "level=warn the key was refused");
    assert_eq!(text("time=7 id=9").message, "time=7 id=9");
}

#[test]
fn reads_snake_case_dumps_and_pushed_messages() {
    let dump = one(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00+00:00","severity":"WARNING","insert_id":"q","resource":{"type":"cloud_run_revision","labels":{}},
        "trace":null,"span_id":null,"raw_payload":"{'message': \"it's on\", 'n': None, 'level': 'info'}"}"#,
    );
    assert_eq!((dump.message.as_str(), dump.level), ("it's on", Some(Severity::Info)));
    let inner = r#"{"timestamp":"2025-03-01T10:00:00Z","logName":"projects/p/logs/l","textPayload":"hi","insertId":"1"}"#;
    let data = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, inner);
    for data in [inner.to_owned(), format!("\"{data}\"")] {
        let text = format!(
            r#"{{"message":{{"data":{data},"messageId":"1","publishTime":"2025-03-01T10:00:01Z"}},"subscription":"s"}}"#
        );
        assert_eq!(one(&Gcp, &text).message, "hi");
    }
}

#[test]
fn an_app_engine_request_brings_its_lines() {
    let entries = read(
        &Gcp,
        r#"{"timestamp":"2025-03-01T10:00:00Z","logName":"projects/p/logs/appengine.googleapis.com%2Frequest_log",
        "resource":{"type":"gae_app","labels":{"module_id":"default","version_id":"v1"}},"protoPayload":{
        "@type":"type.googleapis.com/google.appengine.logging.v1.RequestLog","method":"GET","resource":"/x","status":500,
        "line":[{"time":"2025-03-01T10:00:00.1Z","severity":"ERROR","logMessage":"broken"}]}}"#,
    );
    assert_eq!(entries.iter().map(|e| e.message.as_str()).collect::<Vec<_>>(), ["GET /x 500", "broken"]);
    assert!(!entries[0].audit);
    assert_eq!(entries[1].source.service, "default");
}

#[test]
fn objects_without_the_fields_of_an_entry_are_none() {
    assert!(read(&Gcp, r#"{"timestamp":"2025-03-01T10:00:00Z","message":"x","level":"info"}"#).is_empty());
    assert!(read(&Gcp, r#"{"summary":{"total":3}}"#).is_empty());
}

#[test]
fn payloads_of_products_without_a_message_are_put_into_words() {
    let said = |rest: &str| {
        one(&Gcp, &format!(r#"{{"timestamp":"2025-03-01T10:00:00Z","insertId":"a",{rest}}}"#)).message
    };
    let kind = "type.googleapis.com/google.cloud";
    assert_eq!(
        said(&format!(
            r#""jsonPayload":{{"@type":"{kind}.workflows.type.ExecutionsSystemLog","state":"FAILED","failure":{{"exception":"{{\"code\":403,\"message\":\"refused\"}}","source":"in step \"send\""}}}}"#
        )),
        r#"Execution FAILED: refused (in step "send")"#
    );
    assert_eq!(
        said(&format!(
            r#""jsonPayload":{{"@type":"{kind}.scheduler.logging.AttemptFinished","status":"UNAVAILABLE","debugInfo":"URL_UNREACHABLE-x","url":"https://a.example/"}}"#
        )),
        "AttemptFinished UNAVAILABLE: URL_UNREACHABLE-x (https://a.example/)"
    );
    let balancer = |details: &str| {
        said(&format!(
            r#""httpRequest":{{"requestMethod":"GET","requestUrl":"https://a.example/x","status":502}},"jsonPayload":{{"@type":"{kind}.loadbalancing.type.LoadBalancerLogEntry","statusDetails":"{details}"}}"#
        ))
    };
    assert_eq!(balancer("failed_to_pick_backend"), "statusDetails: failed_to_pick_backend");
    assert_eq!(balancer("response_sent_by_backend"), "GET /x 502");
}
