//! The words of a report: what an error is called, which lines belong to it, and what is advised. Takes logs of our own in the forms
//! of known loggers, checks titles, evidence and actions.

use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::redact::Level;
use fivewhys::report::model::Report;
use fivewhys::report::render::{self, Format};
use serde_json::{Value, json};
use std::fmt::Write as _;

fn read(name: &str, text: &str) -> Report {
    let mut builder = Builder::default();
    let mut ingest = Ingest::new(FileId { name: name.to_owned(), size: text.len() as u64, token: 7 });
    ingest.push(text.as_bytes(), &mut builder);
    let problems = ingest.finish(&mut builder);
    diagnose(&builder.finish().finish(), &Knowledge::builtin(), &Options { problems, ..Options::default() })
}

fn said(second: u32, instance: &str, resource: &str, severity: &str, text: &str) -> Value {
    json!({
        "timestamp": format!("2026-03-04T09:{:02}:{:02}.{:03}Z", second / 60, second % 60, instance.len()),
        "insertId": format!("{second}-{instance}-{}", text.len()),
        "severity": severity,
        "logName": "projects/acme/logs/stderr",
        "resource": { "type": resource, "labels": { "service_name": "desk", "container_name": "desk", "database_id": "acme:books" } },
        "labels": { "instanceId": instance },
        "textPayload": text,
    })
}

fn report(entries: &[Value]) -> Report {
    read("log.ndjson", &entries.iter().map(|entry| format!("{entry}\n")).collect::<String>())
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| f.title.plain()).collect()
}

fn actions(report: &Report) -> String {
    report.actions.iter().map(|a| format!("{} {:?}\n", a.what.plain(), a.steps)).collect()
}

fn markdown(report: &Report) -> String {
    render::render(report, Format::Markdown, Level::Off)
}

const RUN: &str = "cloud_run_revision";

#[test]
fn a_name_above_the_traceback_is_the_title() {
    let text = "[ERROR] KeyError: 'shelf'\nTraceback (most recent call last):\n  File \"/var/task/handler.py\", line 12, in handler\n    place = order['shelf']\n";
    let log: Vec<Value> = (0..4).map(|n| said(n * 20, "i", RUN, "ERROR", text)).collect();
    let report = report(&log);
    assert!(titles(&report)[0].contains("KeyError: 'shelf'"), "{:?}", titles(&report));
    assert!(!markdown(&report).contains("cuts off"));
}

#[test]
fn frames_of_a_vendored_package_are_not_ones_own() {
    let text = "[ERROR] HTTPError: 404 Client Error: Not Found for url: https://api.acme.example/labels\nTraceback (most recent call last):\n  File \"/var/task/handler.py\", line 9, in handler\n    book(order)\n  File \"/var/task/requests/models.py\", line 1024, in raise_for_status\n    raise HTTPError(http_error_msg, response=self)\n";
    let log: Vec<Value> = (0..4).map(|n| said(n * 20, "i", RUN, "ERROR", text)).collect();
    let told = actions(&report(&log));
    assert!(told.contains("/var/task/handler.py:9") && !told.contains("models.py"), "{told}");
}

#[test]
fn name_and_frames_of_sidekiq_are_one_error() {
    let mut log = Vec::new();
    for n in 0..6 {
        let tid = ["abk", "9xq", "zzt", "m1p", "pqr", "t7t"][n as usize];
        let head = format!("2026-03-04T09:00:0{n}.000Z pid=1 tid={tid} WARN: ");
        log.push(said(n * 9, "a", RUN, "WARNING", &format!("{head}Shelf::Missing: no shelf for B-{n}7")));
        let frames = "/app/app/jobs/place_job.rb:8:in `find'\n/app/app/jobs/place_job.rb:3:in `perform'";
        log.push(said(n * 9, "ab", RUN, "WARNING", &format!("{head}{frames}")));
    }
    let report = report(&log);
    super::golden::told("error_of_sidekiq", &report);
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    assert!(titles(&report)[0].starts_with("Shelf::Missing: no shelf for B-"), "{:?}", titles(&report));
    let finding = &report.findings[0];
    assert_eq!(finding.components[0].file, "/app/app/jobs/place_job.rb");
    assert!(finding.counts.iter().any(|c| c.what == "occurrences" && c.n == 6), "{:?}", finding.counts);
}

#[test]
fn heads_of_rails_stand_in_no_title_and_no_place() {
    let mut log = Vec::new();
    for n in 0..4u32 {
        let id = format!("{n}b54cfe2-9d1c-4b0e-8f9c-0c7a5b1f2d3e");
        for (at, line) in [
            "  ",
            "Shelf::Full (no room for B-7):",
            "  ",
            "app/models/shelf.rb:52:in `place'",
            "app/controllers/shelves_controller.rb:31:in `create'",
        ]
        .into_iter()
        .enumerate()
        {
            let text = format!("F, [2026-03-04T09:0{n}:00.00{at}204 #1] FATAL -- : [{id}] {line}");
            let mut entry = said(n * 60, "a", RUN, "ERROR", &text);
            entry["timestamp"] = json!(format!("2026-03-04T09:0{n}:00.00{at}Z"));
            log.push(entry);
        }
    }
    let report = report(&log);
    assert_eq!(titles(&report), ["Shelf::Full: no room for B-7"]);
    let places: Vec<&str> = report.findings[0].components.iter().map(|c| c.file.as_str()).collect();
    assert_eq!(places, ["app/models/shelf.rb", "app/controllers/shelves_controller.rb"]);
}

#[test]
fn a_long_message_is_told_with_its_innermost_reason() {
    let message = format!(
        "bulk load refused: {} lines were read; reason: refused, message: the column weight takes no text",
        "many ".repeat(60)
    );
    let text = format!(
        "Traceback (most recent call last):\n  File \"/app/load.py\", line 4, in load\n    send()\nLoadError: {message}"
    );
    let log: Vec<Value> = (0..4).map(|n| said(n * 20, "i", RUN, "ERROR", &text)).collect();
    let report = report(&log);
    assert!(titles(&report)[0].contains("the column weight takes no text"), "{:?}", titles(&report));
}

#[test]
fn evidence_is_not_cut_through_advice_and_the_advice_is_an_action() {
    let text = format!(
        "books are late - {{\"phase\":\"{}\",\"suggestions\":[\"look at the lift of the cellar\",\"ask the night watch for the keys\"]}}",
        "waiting ".repeat(33)
    );
    let log: Vec<Value> = (0..4).map(|n| said(n * 20, "i", RUN, "ERROR", &text)).collect();
    let report = report(&log);
    assert!(markdown(&report).contains("\"ask the night watch for the keys\"]"), "{}", markdown(&report));
    assert!(
        actions(&report).contains("look at the lift of the cellar; ask the night watch for the keys"),
        "{}",
        actions(&report)
    );
}

#[test]
fn a_statement_of_postgres_belongs_to_its_error() {
    let mut log = Vec::new();
    for n in 0..3u32 {
        let head = format!("2026-03-04 09:0{n}:00.000 UTC [17{n}]: [4-1] db=books,user=clerk ");
        let of_database =
            |text: &str| said(n * 60, "", "cloudsql_database", "ERROR", &format!("{head}{text}"));
        log.push(of_database("ERROR:  could not open the cellar"));
        log.push(of_database("STATEMENT:  select cellar()"));
    }
    let report = report(&log);
    assert_eq!(titles(&report), ["could not open the cellar"]);
}

#[test]
fn messages_of_a_cluster_are_not_searched_in_ones_own_code() {
    let log: Vec<Value> = (0..4)
        .map(|n| {
            said(
                n * 20,
                "i",
                "k8s_container",
                "ERROR",
                &format!("E0304 09:00:0{n}.123456       1 sync.go:12] no room on the lift of cellar {n}"),
            )
        })
        .collect();
    let told = actions(&report(&log));
    assert!(told.contains("not by code of your own") && !told.contains("Find the line of code"), "{told}");
}

#[test]
fn nothing_is_called_absent_that_a_warning_hints_at() {
    let log: Vec<Value> = (0..4)
        .map(|n| said(n * 20, "i", RUN, "WARNING", &format!("cellar {n}: disk 96 percent used")))
        .collect();
    let absent: String = report(&log).not_found.iter().map(|s| s.text.plain() + "\n").collect();
    assert!(!absent.contains("disk running out") && absent.contains("No quota"), "{absent}");
}

#[test]
fn health_checks_of_an_actuator_are_no_scanner() {
    let log: Vec<Value> =
        (0..9).map(|n| said(n * 10, "i", RUN, "INFO", "GET /actuator/health/liveness 200")).collect();
    assert!(!markdown(&report(&log)).contains("scanner"));
}

#[test]
fn a_full_queue_of_redis_is_not_to_be_evicted() {
    let text = "RedisClient::OutOfMemoryError: OOM command not allowed when used memory > 'maxmemory'.";
    let log: Vec<Value> = (0..4).map(|n| said(n * 20, "i", RUN, "ERROR", text)).collect();
    let told = actions(&report(&log));
    assert!(told.contains("never let it evict"), "{told}");
}

/// A record of Laravel's log is one entry, however many lines its stack has.
#[test]
fn lines_of_a_stack_are_no_entries_of_their_own() {
    let mut text = String::new();
    for n in 0..3 {
        let _ = write!(
            text,
            "[2026-03-04 09:0{n}:00] production.ERROR: Class \"App\\Shelf\" not found {{\"exception\":\"[object] (Error(code: 0): Class \\\"App\\\\Shelf\\\" not found at /app/app/Cellar.php:8)\n[stacktrace]\n#0 /app/app/Lift.php(12): App\\Cellar->find()\n#1 {{main}}\n\"}} \n[2026-03-04 09:0{n}:30] production.INFO: swept\n"
        );
    }
    let report = read("laravel.log", &text);
    assert_eq!(report.raw.entries, 6);
    assert!(titles(&report)[0].contains("Shelf"), "{:?}", titles(&report));
    // Any split of the bytes gives the same records.
    for size in [1, 2, 7, 64] {
        let mut builder = Builder::default();
        let mut ingest =
            Ingest::new(FileId { name: "laravel.log".to_owned(), size: text.len() as u64, token: 7 });
        text.as_bytes().chunks(size).for_each(|piece| ingest.push(piece, &mut builder));
        ingest.finish(&mut builder);
        let index = builder.finish().finish();
        assert_eq!(index.rows().len(), 6, "in pieces of {size}");
    }
}
