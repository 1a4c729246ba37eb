//! What is missed and why: things that were deleted or renamed before, workers that were scaled to nothing, searches that find nothing any
//! more, work that outlasts its caller, and paths that answer again or never had a route. Logs of our own.

use super::joined::{run, stated};
use super::tied::{all, entry, request, said, titles};
use super::work::report;
use fivewhys::report::model::{Priority, Report, State};
use serde_json::{Value, json};

fn calm(service: &str) -> impl Iterator<Item = Value> + '_ {
    (0..200).map(move |n| said(n * 10, service, "0a", "INFO", "INFO: parcel weighed"))
}

fn urgent(report: &Report) -> bool {
    report.actions.iter().any(|action| action.priority < Priority::P2)
}

#[test]
fn a_column_that_was_renamed_before_is_why_it_is_missing() {
    let told = |column: &str| {
        let mut entries: Vec<Value> = calm("scales").collect();
        let words = "2026_05_30_rename_gross_weight_to_weight_grams_on_parcels 41.2ms DONE";
        entries.push(said(700, "scales-migrate", "0m", "INFO", words));
        for n in 0..12 {
            let words = format!(
                "sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedColumn) column parcels.{column} does not exist"
            );
            entries.push(said(706 + n * 20, "scales", "0a", "ERROR", &words));
        }
        report(&entries)
    };
    let report = told("gross_weight");
    let first = report.findings.first().expect("a finding");
    assert!(all(first).contains("was taken away 6 s before"), "{}", all(first));
    assert!(first.quotes.iter().any(|quote| quote.text.contains("rename_gross_weight")));
    assert!(report.whys.iter().any(|why| why.question.plain() == "Why is it missing?"));
    let other = told("net_weight");
    assert!(!all(other.findings.first().expect("a finding")).contains("taken away"));
}

#[test]
fn who_emptied_a_queue_and_was_scaled_to_nothing_is_why_it_is_full() {
    let event = |second: usize, words: &str| {
        let labels =
            json!({ "cluster_name": "c", "namespace_name": "n", "location": "l", "project_id": "demo" });
        entry(
            second,
            "events",
            "INFO",
            json!({ "type": "k8s_cluster", "labels": labels }),
            json!({ "jsonPayload": {
            "kind": "Event", "reason": "ScalingReplicaSet", "message": words,
            "involvedObject": { "kind": "Deployment", "name": "sorter", "namespace": "n" } } }),
        )
    };
    let told = |words: &str, again: bool| {
        let mut entries: Vec<Value> = calm("scales").collect();
        for n in 0..40 {
            let used = 100 + 25 * n.max(8);
            let words = format!("queue state redis_used_mb={used} redis_max_mb=1024");
            entries.push(said(n * 60, "watcher", "0w", "INFO", &words));
        }
        entries.push(event(500, words));
        if again {
            entries.push(event(520, "Scaled up replica set sorter-6d9f8c7b5 from 0 to 3"));
        }
        for n in 0..12 {
            let words =
                "redis.exceptions.OutOfMemoryError: command not allowed when used memory > 'maxmemory'.";
            entries.push(said(2_405 + n * 20, "scales", "0a", "ERROR", words));
        }
        report(&entries)
    };
    let report = told("Scaled down replica set sorter-6d9f8c7b5 from 3 to 0", false);
    let first = all(report.findings.first().expect("a finding"));
    assert!(first.contains("sorter was scaled from 3 to 0") && first.contains("redis_used_mb"), "{first}");
    assert!(
        report
            .actions
            .iter()
            .any(|action| action.steps.iter().any(|step| step.plain().contains("Scale up again")))
    );
    for (words, again) in [
        ("Scaled down replica set sorter-6d9f8c7b5 from 3 to 2", false),
        ("Scaled down replica set sorter-6d9f8c7b5 from 3 to 0", true),
    ] {
        let other = told(words, again);
        assert!(!all(other.findings.first().expect("a finding")).contains("was scaled"), "{words}");
    }
}

/// Searches over eight hours, of which those from a place on find nothing, and a job that fills what they search.
fn searches(empty_from: usize, filled: [usize; 2]) -> Vec<Value> {
    let search = |n: usize| {
        let hits = if n < empty_from && !n.is_multiple_of(17) { 40 + n % 50 } else { 0 };
        stated(n * 100, "finder", "INFO", json!({ "message": "search", "q": "rope", "hits": hits }))
    };
    let run = |day: usize, colour: &str, rows: usize| {
        let second = 7_003 + day * 14_000;
        let of = |after: usize, payload: Value| {
            let job = json!({ "type": "cloud_run_job", "labels": { "job_name": "filler", "location": "l", "project_id": "demo" } });
            let mut line = stated(second + after, "filler", "INFO", payload);
            line["resource"] = job;
            line["labels"] = json!({ "run.googleapis.com/execution_name": format!("filler-{day}") });
            line
        };
        [
            of(0, json!({ "message": "fill begins", "colour": colour })),
            of(9, json!({ "message": "fill finished", "documents": rows })),
        ]
    };
    let [before, since] = filled;
    let runs =
        run(0, "green", before).into_iter().chain(run(1, if since == 0 { "teal" } else { "green" }, since));
    (0..288).map(search).chain(runs).collect()
}

#[test]
fn a_search_that_finds_nothing_any_more_is_told_though_nothing_fails() {
    let report = report(&searches(211, [5_120, 0]));
    let first = report.findings.first().expect("a finding");
    assert!(first.title.plain().starts_with("finder finds nothing any more"), "{}", first.title.plain());
    assert_eq!((first.state, first.counts.first().map(|count| count.n)), (State::Ongoing, Some(77)));
    let told = all(first);
    assert!(
        told.contains("documents of fill finished (filler) was 0") && told.contains("colour is teal"),
        "{told}"
    );
    assert!(!told.contains("documents is 0"), "a count is no setting: {told}");
    assert!(urgent(&report));
}

#[test]
fn a_search_that_finds_something_at_times_is_calm() {
    for entries in [searches(288, [5_120, 5_130]), searches(280, [5_120, 5_130])] {
        let report = report(&entries);
        assert!(!urgent(&report) && !titles(&report).iter().any(|title| title.contains("finds nothing")));
    }
}

#[test]
fn paths_that_answer_again_are_over_though_the_log_ends_soon() {
    let told = |served: usize| {
        let mut entries: Vec<Value> = calm("scales").collect();
        let answers = |from: usize, n: usize, pause: usize, status: u16| {
            (0..n).map(move |at| request(from + at * pause, "scales", "/weigh", status))
        };
        entries.extend(answers(20, 60, 3, 200));
        entries.extend(answers(951, 10, 100, 500));
        entries.extend(answers(1_855, served, 5, 200));
        report(&entries).findings.first().map(|first| first.state)
    };
    assert_eq!(told(25), Some(State::Ended));
    assert_eq!(told(4), Some(State::Ongoing));
}

#[test]
fn unknown_routes_that_a_framework_logs_as_errors_are_no_incident() {
    let mut entries: Vec<Value> = calm("shop").collect();
    for n in 0..60 {
        let words = format!(
            "request.ERROR: Uncaught PHP Exception Symfony\\Component\\HttpKernel\\Exception\\NotFoundHttpException: \"No route found for \"GET https://shop.example/old{n}.zip\"\" at RouterListener.php line 156"
        );
        entries.push(said(100 + n * 7, "shop", "0a", "ERROR", &words));
        entries.push(request(100 + n * 7, "shop", &format!("/old{n}.zip"), 404));
        entries.push(request(102 + n * 7, "shop", "/basket", 200));
    }
    let report = report(&entries);
    assert!(!urgent(&report), "{:?}", titles(&report));
}

#[test]
fn work_that_outlasts_its_caller_is_told_by_its_requests() {
    let told = |latency: usize| {
        let mut entries: Vec<Value> = calm("scales").collect();
        for n in 0..4 {
            let begin = 100 + n * 400;
            let http = json!({ "requestMethod": "POST", "requestUrl": "https://tally.example/", "status": 200, "latency": format!("{latency}s") });
            entries.push(entry(
                begin,
                "run.googleapis.com%2Frequests",
                "INFO",
                run("tally"),
                json!({ "httpRequest": http }),
            ));
            let job = json!({ "type": "cloud_scheduler_job", "labels": { "job_id": "tally", "location": "l", "project_id": "demo" } });
            let payload = json!({ "@type": "type.googleapis.com/google.cloud.scheduler.logging.AttemptFinished", "jobName": "projects/demo/locations/l/jobs/tally",
                "status": "DEADLINE_EXCEEDED", "debugInfo": "URL_TIMEOUT-TIMEOUT_WEB. Original HTTP response code number = 0", "targetType": "HTTP", "url": "https://tally-x1.run.app/" });
            entries.push(entry(
                begin + 180,
                "cloudscheduler.googleapis.com%2Fexecutions",
                "ERROR",
                job,
                json!({ "jsonPayload": payload }),
            ));
        }
        report(&entries)
    };
    let report = told(205);
    let first = all(report.findings.first().expect("a finding"));
    assert!(first.contains("takes longer than its caller waits: 4 of 4 calls"), "{first}");
    assert!(!all(told(20).findings.first().expect("a finding")).contains("takes longer than its caller"));
}
