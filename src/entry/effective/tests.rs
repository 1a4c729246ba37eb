//! Tests of the effective severity: shapes of logging libraries, and sentences that only look like one.

use super::{effective, text_level};
use crate::entry::{Entry, Http, Origin, Severity};

#[test]
fn reads_levels_where_libraries_put_them() {
    use Severity::{Critical, Debug, Error, Info, Notice, Warning};
    for (text, level) in [
        ("[ERROR] no such table", Error),
        ("[error] no such table", Error),
        ("ERROR:shop.cart:no such table", Error),
        ("ERROR:    Exception in ASGI application", Error),
        ("INFO:     10.0.0.1:0 - \"GET / HTTP/1.1\" 500 Internal Server Error", Info),
        ("CRITICAL: cannot go on", Critical),
        ("[2025-03-01 10:00:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:5)", Critical),
        ("[2025-03-01 10:00:00 +0000] [1] [INFO] Listening at: http://0.0.0.0:8080 (1)", Info),
        (
            "\u{1b}[31m[Nest] 1  - \u{1b}[39m03/01/2025, 10:00:00 AM \u{1b}[31m  ERROR\u{1b}[39m \u{1b}[38;5;3m[CartService] \u{1b}[39mx",
            Error,
        ),
        ("[Nest] 1  - 03/01/2025, 10:00:00 AM     LOG [NestFactory] Starting", Severity::Default),
        ("E0301 10:00:00.118204       1 reflector.go:138] failed to list", Error),
        ("2025-03-01 10:00:00,118 - shop.cart - ERROR - failed", Error),
        ("10:06:05.449 request_id=F1xQ user_id=7 [error] #PID<0.7.0> terminated", Error),
        ("10:06:05.449 request_id=F1xQ [info] Sent 500 in 2ms", Info),
        ("2025-03-01 10:00:00,118 - auth-service - shop.auth.routes - WARNING - failed", Warning),
        ("2025-03-01 10:00:00,118 WARNING shop.cart failed", Warning),
        ("2025-03-01T10:00:00.118Z  WARN 1 --- [main] c.e.App : x", Warning),
        ("2025-03-01 10:00:00.118 | ERROR    | app.main:run:12 - x", Error),
        ("10:00:00.118 [main] ERROR com.example.App - x", Error),
        ("2025-03-01T10:00:00.118Z\terror\tcart/main.go:12\tx", Error),
        ("[2025-03-01T10:00:00Z ERROR shop::cart] x", Error),
        ("[2025-03-01 10:00:00] production.ERROR: x", Error),
        ("2025/03/01 10:00:00 [error] 29#29: *1 connect() failed", Error),
        ("[Sat Mar 01 10:00:00.118 2025] [core:error] [pid 1] x", Error),
        ("2025-03-01 10:00:00.118 UTC [12] FATAL:  password authentication failed", Critical),
        ("2025-03-01 10:00:00.118 UTC [12] LOG:  starting", Info),
        ("2025-03-01T10:00:00.118204Z 0 [Warning] [MY-010068] [Server] x", Warning),
        ("E, [2025-03-01T10:00:00.118 #1] ERROR -- : x", Error),
        ("fail: Microsoft.AspNetCore.Server.Kestrel[13]", Error),
        ("npm ERR! code ELIFECYCLE", Error),
        ("npm warn deprecated x@1", Warning),
        ("time=2025-03-01T10:00:00Z level=error msg=x", Error),
        ("{\"level\":\"warn\",\"msg\":\"x\"}", Warning),
        ("error: Cannot find module", Error),
        ("❌ ERROR: x", Error),
        ("\u{1b}[32mDEBUG\u{1b}[0m x", Debug),
        ("2025-03-01 10:00:00 NOTICE: x", Notice),
    ] {
        assert_eq!(text_level(text).unwrap_or_default(), level, "{text}");
    }
}

#[test]
fn sentences_have_no_level() {
    for text in [
        "Found 0 errors. Watching for file changes.",
        "JWT=REDACTED ERROR",
        "The error was handled",
        "error handling middleware mounted",
        "HTTP 500 on /x",
        "HTTP/1.1 500",
        "Starting error reporter",
        "[WebSocket] error listeners attached",
        "{\"validation\":{\"severity\":\"ERROR\"},\"message\":\"x\"}",
        "Default STARTUP TCP probe failed 1 time consecutively",
        "2025-03-01 10:00:00 the ERROR was fixed",
        "    at Object.<anonymous> (/app/error.js:1:2)",
        "https://example.com/?level=error",
        "[cache] CRITICAL LATENCY: 900 ms",
        "",
        "[",
        "\u{1b}[",
        "ééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé",
    ] {
        assert_eq!(text_level(text), None, "{text}");
    }
}

#[test]
fn the_field_comes_before_payload_text_and_status() {
    let http = Some(Http { status: 503, ..Http::default() });
    let mut entry = Entry { message: "[WARNING] x".into(), http, ..Entry::default() };
    let check = |entry: &Entry<'_>| (effective(entry).severity, effective(entry).origin);
    assert_eq!(check(&entry), (Severity::Warning, Origin::Text));
    entry.payload_level = Some(Severity::Info);
    assert_eq!(check(&entry), (Severity::Info, Origin::Payload));
    entry.written_severity = Some(Severity::Error);
    assert_eq!(check(&entry), (Severity::Error, Origin::Field));
    entry.written_severity = Some(Severity::Default);
    assert_eq!(check(&entry), (Severity::Info, Origin::Payload));
    (entry.payload_level, entry.message) = (None, "GET /x 503".into());
    assert_eq!(check(&entry), (Severity::Error, Origin::Status));
    entry.http = None;
    assert_eq!(check(&entry), (Severity::Default, Origin::None));
}

#[test]
fn an_error_object_in_the_payload_raises_nothing() {
    let entry = Entry { message: "started".into(), aside: Some("Missing field".into()), ..Entry::default() };
    assert_eq!(effective(&entry).origin, Origin::None);
}
