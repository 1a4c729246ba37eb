//! What is no matter of its own (lines of a logger's trial, warnings without a bad word, declined payments), what leads although it
//! was printed later, and where the time of a long step went. Logs of our own, and beside each the one that must come out otherwise.

use crate::work::report;
use fivewhys::report::model::Report;
use serde_json::{Value, json};

fn said(second: u32, severity: &str, payload: &Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-05-04T09:{:02}:{:02}.000200Z", second / 60, second % 60),
        "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
        "insertId": format!("i{second}{severity}{payload}"),
        "severity": severity,
        "resource": { "type": "cloud_run_revision", "labels": { "project_id": "demo", "service_name": "till", "revision_name": "till-00001-abc" } },
    });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn text(second: u32, severity: &str, text: &str) -> Value {
    said(second, severity, &json!({ "textPayload": text }))
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| finding.title.plain()).collect()
}

#[test]
fn lines_of_a_loggers_trial_are_no_finding() {
    let tried = |word: fn(&str) -> String| {
        let levels = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];
        let lines = levels.iter().zip(0u32..).map(|(level, n)| text(n, level, &word(&level.to_lowercase())));
        titles(&report(&lines.collect::<Vec<_>>()))
    };
    assert_eq!(tried(|level| format!("a line of level {level}, number 7")), Vec::<String>::new());
    // Letters of any script are words.
    let other = [
        ("INFO", "INFO app: сервер запущен"),
        ("DEBUG", "DEBUG app: запрос"),
        ("WARNING", "WARNING app: повтор"),
    ];
    let failed = [("ERROR", "ERROR app: не удалось подключиться")];
    let lines = other.iter().chain(&failed).zip(0u32..).map(|((level, words), n)| text(n, level, words));
    assert!(!titles(&report(&lines.collect::<Vec<_>>())).is_empty());
    // The same words under each level, which none of them names, are said for a reason.
    assert!(!tried(|_| "the till does not open".to_owned()).is_empty());
}

#[test]
fn a_warning_without_a_bad_word_is_told_from_three_times_on() {
    let often = |n: u32, words: &str| {
        let calm = (0..30).map(|n| text(n, "INFO", "basket priced"));
        let lines = calm.chain((0..n).map(|at| text(40 + at * 9, "WARNING", words)));
        titles(&report(&lines.collect::<Vec<_>>())).len()
    };
    assert_eq!(often(1, "shop opens later today"), 0);
    assert_eq!(often(3, "shop opens later today"), 1);
    // Three that only end otherwise are one matter.
    let head = "shop opens later today ".repeat(20);
    let tails = ["amber", "birch", "cedar", "dune"].iter().zip(0u32..);
    let lines = tails.map(|(tail, n)| text(n * 9, "WARNING", &format!("{head}{tail}")));
    assert_eq!(titles(&report(&lines.collect::<Vec<_>>())).len(), 1);
    assert_eq!(often(1, "printer is out of paper"), 1);
}

#[test]
fn a_declined_payment_is_the_customers_matter() {
    let failed = |code: &str| {
        let payload = json!({ "jsonPayload": { "message": "the payment did not go through", "error_code": code, "order": "o-7" } });
        let calm = (0..20).map(|n| text(n, "INFO", "basket priced"));
        titles(&report(&calm.chain([said(30, "ERROR", &payload)]).collect::<Vec<_>>())).len()
    };
    assert_eq!(failed("INSUFFICIENT_FUNDS"), 0);
    assert_eq!(failed("LEDGER_CLOSED"), 1);
}

/// A compiler prints errors by the names of files: those that follow may stand before the one that all come of.
#[test]
fn what_explains_a_build_error_leads_though_it_is_printed_later() {
    let lines = [
        "Step #0 - \"Build\": src/a.ts(5,3): error TS7006: Parameter 'row' implicitly has an 'any' type.",
        "Step #0 - \"Build\": src/b.ts(1,9): error TS2305: Module '\"@prisma/client\"' has no exported member 'Order'.",
        "ERROR: build step 0 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 2",
        "ERROR",
    ];
    let build = json!({ "type": "build", "labels": { "build_id": "b-1", "project_id": "demo" } });
    let entries = lines.iter().zip(0u32..).map(|(line, n)| {
        let mut entry = text(n, "INFO", line);
        entry["resource"] = build.clone();
        entry
    });
    let report = report(&entries.collect::<Vec<_>>());
    let first = report.findings.first().expect("a failed build");
    assert_eq!(first.signatures, ["ts-prisma-not-generated"], "{:?}", titles(&report));
}

#[test]
fn pauses_tell_where_the_time_of_a_long_step_went() {
    let told = |polls: bool| {
        let mut lines = vec![
            text(10, "INFO", "drawing the poster"),
            text(15, "INFO", "asking the painter"),
            text(75, "INFO", "the painter answered"),
            text(78, "INFO", "printing on paper"),
            text(98, "INFO", "poster 7 done in 90000ms"),
        ];
        if polls {
            lines.extend((0..25).map(|n| text(4 * n, "INFO", "nothing to draw")));
        }
        let report = report(&lines);
        let causes = report.findings.iter().flat_map(|finding| &finding.cause);
        causes.map(|sentence| sentence.text.plain()).collect::<Vec<_>>().join(" ")
    };
    for told in [told(false), told(true)] {
        assert!(told.contains("60 s between asking the painter and the painter answered"), "{told}");
        assert!(told.contains("20 s between printing on paper and poster 7 done in 90000ms"), "{told}");
        assert!(!told.contains("nothing to draw"), "{told}");
    }
}
