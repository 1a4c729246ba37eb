//! What reports say of causes and of what only follows from them: logs of our own, a behaviour each.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::{Report, Rich, Sentence};
use serde_json::{Value, json};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

fn report(entries: &[Value]) -> Report {
    let mut text = String::new();
    for entry in entries {
        text.push_str(&entry.to_string());
        text.push('\n');
    }
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: "log.ndjson".to_owned(), size: text.len() as u64, token: 5 });
    ingest.push(text.as_bytes(), &mut builder);
    let problems = ingest.finish(&mut builder);
    diagnose(&builder.finish().finish(), &KNOWLEDGE, &Options { problems, ..Options::default() })
}

/// An entry of the service `ledger`, `second` seconds after ten o'clock.
fn entry(second: f64, revision: &str, severity: &str, text: &str) -> Value {
    let millis = (second * 1000.0).round() as u64;
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    json!({
        "timestamp": format!("2026-03-02T10:{minutes:02}:{:02}.{:03}Z", rest / 1000, rest % 1000),
        "severity": severity,
        "insertId": format!("i{millis}{}", text.len()),
        "logName": "projects/acme/logs/run.googleapis.com%2Fstderr",
        "resource": { "type": "cloud_run_revision", "labels": {
            "service_name": "ledger", "revision_name": revision, "project_id": "acme", "location": "europe-west1" } },
        "labels": { "instanceId": format!("{revision}-a") },
        "textPayload": text,
    })
}

fn request(second: f64, revision: &str, method: &str, path: &str, status: u16) -> Value {
    let severity = if status >= 500 { "ERROR" } else { "WARNING" };
    let mut entry = entry(second, revision, severity, "");
    let fields = entry.as_object_mut().unwrap();
    fields.remove("textPayload");
    fields.insert("logName".to_owned(), json!("projects/acme/logs/run.googleapis.com%2Frequests"));
    fields.insert("insertId".to_owned(), json!(format!("r{second}{path}")));
    fields.insert(
        "httpRequest".to_owned(),
        json!({ "requestMethod": method, "requestUrl": format!("https://ledger.example{path}"), "status": status, "latency": "0.012s" }),
    );
    entry
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join("\n")
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| f.title.plain()).collect()
}

fn actions(report: &Report) -> String {
    report.actions.iter().map(|a| format!("{} {}\n", a.what.plain(), a.command)).collect()
}

#[test]
fn requests_of_one_cause_are_named_by_their_own_paths() {
    let report = report(&[
        request(1.0, "r1", "GET", "/api/offers", 503),
        request(100.0, "r1", "GET", "/static/app.js", 500),
        entry(
            100.001,
            "r1",
            "ERROR",
            "Error: Not allowed by CORS\n    at origin (file:///app/server.js:8:3)",
        ),
        request(100.01, "r1", "GET", "/static/app.css", 500),
        entry(
            100.011,
            "r1",
            "ERROR",
            "Error: Not allowed by CORS\n    at origin (file:///app/server.js:8:3)",
        ),
    ]);
    super::golden::told("requests_of_one_cause", &report);
    let cors = report.findings.iter().find(|f| f.title.plain().contains("CORS")).unwrap();
    let told = plain(&cors.symptoms);
    assert!(told.contains("/static/app.js") && told.contains("/static/app.css"), "{told}");
    assert!(!told.contains("/api/offers"), "{told}");
}

#[test]
fn refused_logins_hang_on_the_reason_and_other_refusals_do_not() {
    let mut log = Vec::new();
    for n in 0..6 {
        let at = 10.0 + 20.0 * f64::from(n);
        log.push(request(at, "r1", "GET", "/socket", 403));
        log.push(entry(at + 0.01, "r1", "ERROR", "JsonWebTokenError: invalid signature"));
    }
    log.push(request(15.0, "r1", "POST", "/api/orders", 422));
    let report = report(&log);
    let token = report.findings.iter().find(|f| f.signatures == ["jwt-invalid"]).unwrap();
    assert!(
        plain(&token.symptoms).contains("6 requests answered 403: GET /socket"),
        "{}",
        plain(&token.symptoms)
    );
    assert!(titles(&report).iter().any(|t| t.contains("1 request refused") && t.contains("/api/orders")));
}

#[test]
fn many_paths_refused_once_each_are_told_as_a_script() {
    let paths = ["/a/one", "/b/two", "/c/three", "/d/four", "/e/five", "/f/six", "/g/seven"];
    let log: Vec<Value> =
        (0u8..).zip(paths).map(|(n, path)| request(f64::from(n), "r1", "POST", path, 415)).collect();
    let report = report(&log);
    let impact = report.findings.first().unwrap().impact.text.plain();
    assert!(impact.contains("7 different paths") && impact.contains("test script or a scanner"), "{impact}");
}

#[test]
fn loops_of_two_revisions_with_one_cause_are_one() {
    let mut log = Vec::new();
    for (n, revision) in ["r1", "r1", "r2", "r2"].into_iter().enumerate() {
        let at = 60.0 * n as f64;
        log.push(entry(at, revision, "INFO", "Starting new instance. Reason: DEPLOYMENT_ROLLOUT"));
        log.push(entry(at + 10.0, revision, "ERROR", "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    import pgdriver\nModuleNotFoundError: No module named 'pgdriver'"));
        log.push(entry(at + 11.0, revision, "WARNING", "Container called exit(1)."));
    }
    let titles = titles(&report(&log));
    assert_eq!(titles.len(), 1, "{titles:?}");
    assert!(titles[0].starts_with("ledger is in a crash loop"), "{titles:?}");
}

#[test]
fn a_wait_that_was_cut_off_is_named_by_what_was_said_about_it() {
    let trace = "Traceback (most recent call last):\n  File \"/app/db.py\", line 9, in connect\n    await pool.open()\nasyncio.exceptions.CancelledError\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/app/main.py\", line 4, in start\n    raise StartError(text) from error\napp.StartError: ledger store gave no answer within 25 s";
    let report = report(&[entry(1.0, "r1", "ERROR", trace), entry(90.0, "r1", "INFO", "tick")]);
    let titles = titles(&report);
    assert!(titles[0].contains("ledger store gave no answer"), "{titles:?}");
    assert!(
        !report.whys.iter().any(|w| w.answer.text.plain().contains("CancelledError")),
        "{:?}",
        report.whys
    );
}

#[test]
fn a_job_that_ends_with_zero_after_a_refusal_claims_success() {
    let mut log = vec![
        entry(
            1.0,
            "",
            "ERROR",
            "Error: Cannot truncate a table referenced in a foreign key constraint (`shop`.`orders`, CONSTRAINT `orders_fk`)",
        ),
        entry(2.0, "", "INFO", "Container called exit(0)."),
    ];
    for entry in &mut log {
        entry["resource"] = json!({ "type": "cloud_run_job", "labels": { "job_name": "ledger-migrate", "project_id": "acme", "location": "europe-west1" } });
        entry["labels"] = json!({ "run.googleapis.com/execution_name": "ledger-migrate-x1" });
    }
    let titles = titles(&report(&log));
    assert!(titles[0].contains("reports success, but its work was refused"), "{titles:?}");
}

#[test]
fn errors_of_a_compiler_are_counted_by_code() {
    let mut log = vec![
        entry(
            1.0,
            "",
            "INFO",
            "Step #0 - \"Build\": src/a.ts(3,10): error TS2305: Module '\"@prisma/client\"' has no exported member 'Order'.",
        ),
        entry(
            1.1,
            "",
            "INFO",
            "Step #0 - \"Build\": src/a.ts(3,20): error TS2305: Module '\"@prisma/client\"' has no exported member 'Item'.",
        ),
        entry(
            1.2,
            "",
            "INFO",
            "Step #0 - \"Build\": src/b.ts(9,4): error TS7006: Parameter 'row' implicitly has an 'any' type.",
        ),
        entry(
            1.3,
            "",
            "INFO",
            "ERROR: build step 0 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 2",
        ),
    ];
    for entry in &mut log {
        entry["resource"] = json!({ "type": "build", "labels": { "build_id": "b-1", "project_id": "acme" } });
        entry["labels"] = json!({});
    }
    let report = report(&log);
    let first = report.findings.first().unwrap();
    assert!(
        first.title.plain().starts_with("Build b-1 failed: src/a.ts(3,10): error TS2305"),
        "{}",
        first.title.plain()
    );
    let cause = plain(&first.cause);
    assert!(cause.contains("3 errors with a code: 2 × TS2305, 1 × TS7006"), "{cause}");
}

#[test]
fn what_follows_from_a_cause_leads_no_finding_of_its_own() {
    let mut log = Vec::new();
    for n in 0..4 {
        let at = 10.0 * f64::from(n);
        log.push(entry(at, "r1", "DEFAULT", "Migration failed to apply cleanly"));
        log.push(entry(
            at + 1.0,
            "r1",
            "DEFAULT",
            "Error: Access denied for user 'ledger'@'10.0.0.9' (using password: YES)",
        ));
        log.push(entry(at + 2.0, "r1", "DEFAULT", "Could not select from settings. Table might be missing"));
    }
    let report = report(&log);
    assert_eq!(titles(&report).len(), 1, "{:?}", titles(&report));
    let whys: String = report.whys.iter().map(|w| w.answer.text.plain() + "\n").collect();
    let others: String = report.whys.iter().flat_map(|w| &w.alternatives).map(|s| s.text.plain()).collect();
    assert!(whys.contains("the log says \"using password: YES\""), "{whys}");
    assert!(!others.contains("no password is set"), "{others}");
}

#[test]
fn requests_without_a_message_say_where_to_read_on() {
    let log: Vec<Value> = (0..4).map(|n| request(10.0 * f64::from(n), "r1", "POST", "/login", 500)).collect();
    let report = report(&log);
    assert!(actions(&report).contains("gcloud logging read"), "{}", actions(&report));
    let state = report.findings.first().unwrap().state_text.text.plain();
    assert!(state.contains("holds nothing but these failures"), "{state}");
    let answers: Vec<Rich> = report.whys.iter().map(|w| w.answer.text.clone()).collect();
    assert!(answers.iter().any(|a| a.plain().contains("not in this log")), "{answers:?}");
}

#[test]
fn paths_that_are_unavailable_together_are_one_incident() {
    let mut log = Vec::new();
    for n in 0..4 {
        log.push(request(10.0 * f64::from(n), "r1", "GET", "/health", 503));
        log.push(request(10.0 * f64::from(n) + 1.0, "r1", "GET", "/ready", 503));
    }
    let report = report(&log);
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    assert!(report.findings[0].impact.text.plain().contains("8 requests"));
}

#[test]
fn entries_without_text_are_noted_and_are_no_finding() {
    let mut log = vec![request(1.0, "r1", "GET", "/health", 503)];
    for n in 2..5 {
        let mut blank = entry(f64::from(n), "r1", "ERROR", "");
        blank.as_object_mut().unwrap().remove("textPayload");
        log.push(blank);
    }
    let report = report(&log);
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    assert!(plain(&report.severity_notes).contains("3 entries of WARNING or above have no text"));
}
