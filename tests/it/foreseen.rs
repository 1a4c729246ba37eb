//! What a report says of jobs that meet themselves or take away too much, settings that were changed and changed back, dates that were
//! named before, work that comes back after each end, and failures that are meant to be. Logs of our own.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::tied::{all, at, entry, request, said, titles};
use super::work::{report, report_of};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::Builder;
use fivewhys::ingest::{FileId, Ingest};
use fivewhys::report::model::{Class, Report};
use serde_json::{Value, json};

/// A line of one execution of a job, with fields beside it.
fn job(second: usize, name: &str, execution: &str, payload: Value) -> Value {
    let resource = json!({ "type": "cloud_run_job", "labels": { "job_name": name, "project_id": "demo", "location": "europe-west1" } });
    let mut line =
        entry(second, "run.googleapis.com%2Fstdout", "INFO", resource, json!({ "jsonPayload": payload }));
    line["labels"] = json!({ "run.googleapis.com/execution_name": execution });
    line
}

fn first(report: &Report) -> (String, String) {
    let first = report.findings.first().expect("a finding");
    (first.title.plain(), all(first))
}

fn is_calm(report: &Report) -> bool {
    report.findings.iter().all(|finding| finding.class == Class::Notice)
}

#[test]
fn a_job_that_takes_away_forty_times_the_usual_is_the_cause_of_what_is_missed() {
    let purge = |counts: &[usize]| {
        let mut entries = Vec::new();
        for (n, count) in counts.iter().enumerate() {
            let (execution, from) = (format!("purge-{n}"), n * 3600);
            let days = if *count > 5_000 { 0 } else { 400 };
            entries.push(job(
                from,
                "purge",
                &execution,
                json!({ "message": "purge started", "bucket": "till-receipts", "keepDays": days }),
            ));
            entries.push(job(
                from + 60,
                "purge",
                &execution,
                json!({ "message": "purge done", "deleted": count, "errors": 0 }),
            ));
        }
        let last = (counts.len() - 1) * 3600;
        entries.extend((0..12).map(|n| {
            said(
                last + 900 + n * 100,
                "till",
                "0a",
                "ERROR",
                &format!("object receipts/{n}17.pdf not found in till-receipts"),
            )
        }));
        entries.extend((0..60).map(|n| said(n * 200, "till", "0a", "INFO", "receipt shown")));
        report(&entries)
    };
    let told = purge(&[1_100, 1_250, 1_180, 48_000]);
    let (title, said) = first(&told);
    assert!(title.contains("purge took away 48,000 (deleted), 1,100 to 1,250 in each run before"), "{title}");
    assert!(
        said.contains("keepDays is 0") && said.contains("12 failures since, of what is missed"),
        "{said}"
    );
    assert_eq!(told.findings.len(), 1, "{:?}", titles(&told));
    // Of another thing than the job names nothing is known.
    assert!(!said.contains("till-images"), "{said}");
    // Numbers that differ as they always did are no leap.
    let told = purge(&[1_100, 9_000, 300, 12_000]);
    assert!(!titles(&told).iter().any(|title| title.contains("took away")), "{:?}", titles(&told));
}

#[test]
fn runs_that_overlap_explain_the_locks_that_were_met_meanwhile() {
    let runs = |takes: usize| {
        let mut entries: Vec<Value> = Vec::new();
        for n in 0..14 {
            let (execution, from) = (format!("sums-{n}"), n * 600);
            let lasts = if n < 5 { 240 } else { takes };
            entries.push(job(from, "sums", &execution, json!({ "message": "sums start" })));
            entries.extend((1..6).map(|step| {
                job(
                    from + lasts * step / 6,
                    "sums",
                    &execution,
                    json!({ "message": format!("step {step} of 6") }),
                )
            }));
            if n >= 6 {
                let text = "batch rolled back: deadlock detected, retrying batch";
                let mut line = job(from + 90, "sums", &execution, json!({ "message": text }));
                line["severity"] = json!("WARNING");
                entries.push(line);
            }
            entries.push(job(from + lasts, "sums", &execution, json!({ "message": "sums done" })));
        }
        entries.extend((0..8).map(|n| {
            said(
                3_650 + n * 600,
                "till",
                "0a",
                "ERROR",
                "transfer failed: canceling statement due to lock timeout",
            )
        }));
        entries.extend((0..200).map(|n| said(n * 40, "till", "0a", "INFO", "transfer stored")));
        report(&entries)
    };
    let (title, cause) = first(&runs(900));
    assert!(title.starts_with("Runs of sums overlap: "), "{title}");
    assert!(
        cause.contains("begin while the one before is still at work") && cause.contains("10 min apart"),
        "{cause}"
    );
    // Runs that keep apart have nothing to do with it.
    let (title, _) = first(&runs(300));
    assert!(!title.contains("overlap"), "{title}");
}

#[test]
fn a_setting_that_was_taken_back_as_the_failures_ended_is_told_with_what_was_said_in_between() {
    let flag = |back: usize| {
        let mut entries: Vec<Value> =
            (0..240).map(|n| said(n * 30, "till", "0a", "INFO", "receipt shown")).collect();
        entries.push(said(1_800, "hints", "0b", "INFO", "feature flag changed hints_v2: false -> true"));
        entries.extend((0..40).map(|n| {
            said(1_820 + n * 60, "hints", "0b", "INFO", &format!("wrote {} keys ttl=-1", 4_000 + n))
        }));
        entries.push(said(back, "hints", "0b", "INFO", "feature flag changed hints_v2: true -> false"));
        entries.extend((0..30).map(|n| {
            said(2_700 + n * 50, "till", "0a", "ERROR", "cannot show receipt: cache answered nothing")
        }));
        report(&entries)
    };
    let told = flag(4_160);
    let (title, cause) = first(&told);
    assert!(title.contains("15 min after hints_v2 went from false to true"), "{title}");
    assert!(
        cause.contains("It went back to false")
            && cause.contains("Between both, and only then, hints says wrote"),
        "{cause}"
    );
    let leave = told.actions.first().map(|action| action.what.plain()).unwrap_or_default();
    assert!(leave.starts_with("Leave hints_v2 at false"), "{leave}");
    // One that goes back an hour after the last failure is none.
    let (title, _) = first(&flag(7_150));
    assert!(!title.contains("hints_v2"), "{title}");
}

#[test]
fn a_date_that_was_named_before_says_why_failures_begin_then() {
    let named =
        |date: &str| {
            let mut entries: Vec<Value> =
                (0..120).map(|n| said(n * 60, "till", "0a", "INFO", "receipt shown")).collect();
            entries.extend((0..9).map(|n| {
                said(
                    n * 300,
                    "till",
                    "0a",
                    "WARNING",
                    &format!("second key in use: the first one expires {date}"),
                )
            }));
            entries.extend((0..20).map(|n| {
                said(3_620 + n * 60, "till", "0a", "ERROR", "partner refuses the call: bad signature")
            }));
            report(&entries)
        };
    let told = named("2026-06-01T01:00:00Z");
    let (_, cause) = first(&told);
    assert!(
        cause.contains("It was foretold: second key in use")
            && cause.contains("the first failure is 20 s later"),
        "{cause}"
    );
    let why = told.whys.iter().any(|why| why.question.plain() == "Why did it begin then?");
    assert!(why, "{:?}", told.whys.iter().map(|why| why.question.plain()).collect::<Vec<_>>());
    let (_, cause) = first(&named("2026-06-01T09:00:00Z"));
    assert!(!cause.contains("foretold"), "{cause}");
}

#[test]
fn a_message_that_comes_back_after_each_end_is_named() {
    let mut entries = Vec::new();
    let took = |second: usize, order: usize| {
        let mut line = said(second, "labels", "0a", "INFO", "");
        line["jsonPayload"] = json!({ "message": "received", "messageId": format!("1187{order:06}"), "orderId": format!("PH-{order:06}") });
        line.as_object_mut().expect("an object").remove("textPayload");
        line
    };
    for n in 0..120 {
        entries.push(took(n * 20, 1000 + n));
        entries.push(said(n * 20 + 1, "labels", "0a", "INFO", "label printed"));
    }
    for n in 0..80 {
        let second = 2_600 + n * 60;
        entries.push(took(second, 77));
        entries.push(said(
            second + 1,
            "labels",
            "0a",
            "ERROR",
            "panic: runtime error: index out of range [3] with length 3",
        ));
        entries.push(said(second + 2, "labels", "0a", "WARNING", "Container called exit(2)."));
    }
    let told = report(&entries);
    super::golden::told("message_that_comes_back", &told);
    let (title, cause) = first(&told);
    assert!(
        cause.contains("one and the same piece of work") && cause.contains("orderId=PH-000077"),
        "{title}: {cause}"
    );
}

#[test]
fn checks_that_are_meant_to_fail_and_logins_that_nobody_misses_are_no_alarm() {
    let calm = |words: &str| {
        let mut entries: Vec<Value> =
            (0..200).map(|n| said(n * 30, "till", "0a", "INFO", "receipt shown")).collect();
        entries.extend((0..18).map(|n| said(n * 300 + 7, "probe", "0b", "ERROR", words)));
        report(&entries)
    };
    let told = calm("synthetic check: forced failure returned 500 as expected, result=pass");
    assert!(is_calm(&told), "{:?}", titles(&told));
    assert!(!is_calm(&calm("check failed: got 500, want 200")));
    // Requests refused on top of the usual ones, which are served meanwhile, against all of them refused.
    let limited = |served: bool| {
        let mut entries: Vec<Value> = (0..300).map(|n| request(n * 24, "till", "/v1/slots", 200)).collect();
        entries.retain(|entry| {
            served || !(at(2_400)..at(2_700)).contains(&entry["timestamp"].as_str().unwrap_or("").to_owned())
        });
        entries.extend((0..150).map(|n| request(2_400 + n * 2, "till", "/v1/slots", 429)));
        report(&entries)
    };
    assert!(is_calm(&limited(true)), "{:?}", titles(&limited(true)));
    super::golden::told("requests_over_a_limit", &limited(true));
    assert!(!is_calm(&limited(false)), "{:?}", titles(&limited(false)));
}

#[test]
fn what_a_container_calls_an_error_itself_is_one_whatever_its_stream() {
    let stderr = |level: Option<&str>| {
        let resource = json!({ "type": "k8s_container", "labels": { "container_name": "desk", "pod_name": "desk-7d9f6c5b4d-x2x9k", "cluster_name": "main" } });
        let entries: Vec<Value> = (0..40)
            .map(|n| {
                let mut payload = json!({ "message": format!("label {n} not ready after 30s") });
                if let Some(level) = level {
                    payload["level"] = json!(level);
                }
                entry(n * 30, "stderr", "ERROR", resource.clone(), json!({ "jsonPayload": payload }))
            })
            .collect();
        report(&entries)
    };
    assert!(!stderr(Some("error")).findings.is_empty());
    assert!(is_calm(&stderr(None)));
}

#[test]
fn lines_of_one_request_are_one_request() {
    let line = |n: usize, id: usize, words: &str, status: u16| {
        json!({ "timestamp": 1_780_000_000_000_u64 + n as u64 * 1000, "message": words, "type": "stdout", "source": "lambda", "level": "info",
            "projectId": "prj_1", "projectName": "till", "deploymentId": "dpl_1", "requestId": format!("fra1::{id:04}"), "path": "/api/hook",
            "statusCode": status, "proxy": { "method": "POST", "path": "/api/hook", "statusCode": status } })
        .to_string()
    };
    let lines: Vec<String> = (0..40)
        .flat_map(|id| {
            let status = if id < 20 { 200 } else { 400 };
            let end = if id < 20 {
                "stored"
            } else {
                "rejected: No signatures found matching the expected signature for payload."
            };
            [line(id * 10, id, "delivery taken", status), line(id * 10 + 1, id, end, status)]
        })
        .collect();
    let told = report_of("drain.ndjson", lines.join("\n").as_bytes());
    let requests = told.requests.as_ref().expect("requests");
    assert_eq!(requests.total, 40);
    let (title, _) = first(&told);
    assert!(title.starts_with("A webhook is not accepted"), "{title}");
    let counts: Vec<(String, u64)> =
        told.findings[0].counts.iter().map(|count| (count.what.clone(), count.n)).collect();
    assert!(counts.contains(&("refused requests".to_owned(), 20)), "{counts:?}");
}

#[test]
fn a_traceback_that_lost_its_indentation_ends_at_its_exception() {
    let text = "could not import \"api/index.py\":\nTraceback (most recent call last):\nFile \"/var/task/api/index.py\", line 1, in <module>\nfrom app.main import app\nFile \"/var/task/app/main.py\", line 2, in <module>\nimport acme_sdk\nModuleNotFoundError: No module named 'acme_sdk'\ncould not import \"api/index.py\":\nTraceback (most recent call last):\nFile \"/var/task/api/index.py\", line 1, in <module>\n";
    let entries: Vec<Value> = (0..6).map(|n| said(n * 30, "till", "0a", "INFO", text)).collect();
    let (title, _) = first(&report(&entries));
    assert!(title.contains("No module named 'acme_sdk'") && !title.contains("could not import"), "{title}");
}

#[test]
fn what_was_done_of_all_is_the_number_of_a_run() {
    let entries: Vec<Value> = (0..9)
        .flat_map(|n| {
            let done = if n < 5 { 930 + n } else { 0 };
            let execution = format!("settle-{n}");
            [
                job(
                    n * 3600,
                    "settle",
                    &execution,
                    json!({ "message": format!("settled {done} of 940 records") }),
                ),
                job(
                    n * 3600 + 5,
                    "settle",
                    &execution,
                    json!({ "message": "push of metrics failed: i/o timeout (ignored)" }),
                ),
                job(n * 3600 + 9, "settle", &execution, json!({ "message": "done, status=OK" })),
            ]
        })
        .collect();
    let (title, _) = first(&report(&entries));
    assert!(title.contains("settle does nothing in its last 4 runs: 0 records"), "{title}");
}

#[test]
fn a_list_on_one_line_whose_first_element_lost_its_head_is_a_list() {
    let entries: Vec<String> =
        (0..12).map(|n| said(n * 10, "till", "0a", "INFO", "receipt shown").to_string()).collect();
    let text = format!("[{}]", entries.join(","));
    for cut in [2, 9, 40, 120] {
        let broken = format!("[{}", text.get(cut..).unwrap_or(""));
        let told = report_of("list.json", broken.as_bytes());
        assert_eq!(told.raw.entries, 11, "{cut} bytes cut");
    }
    // A line of a log that quotes a list is none.
    let told = report_of(
        "app.log",
        b"[2026-06-01 10:00:00] got {\"a\":1},{\"a\":2} and went on\n[2026-06-01 10:00:01] done\n",
    );
    assert_eq!(told.raw.entries, 2);
}

#[test]
fn what_stands_in_two_files_is_told_as_in_one() {
    let entries: Vec<String> = (0..60)
        .map(|n| {
            if n == 20 {
                said(n * 10, "till", "0a", "ERROR", "could not settle basket")
            } else {
                said(n * 10, "till", "0a", "INFO", "receipt shown")
            }
        })
        .map(|entry| entry.to_string())
        .collect();
    let read = |parts: &[&[String]]| {
        let mut builder = Builder::default();
        for (n, part) in parts.iter().enumerate() {
            let text = part.join("\n");
            let mut ingest = Ingest::new(FileId {
                name: format!("part-{n}.ndjson"),
                size: text.len() as u64,
                token: n as u64,
            });
            ingest.push(text.as_bytes(), &mut builder);
            ingest.finish(&mut builder);
        }
        diagnose(&builder.finish().finish(), &Knowledge::builtin(), &Options::default())
    };
    let (before, after) = entries.split_at(21);
    let classes = |report: &Report| report.findings.iter().map(|finding| finding.class).collect::<Vec<_>>();
    assert_eq!(classes(&read(&[&entries])), classes(&read(&[before, after])));
}
