//! Sentences that say why: chains of exceptions, failures on several revisions, slow statements, and rules of one's own beside the built-in ones.

use super::tied::{all, entry, request, said, titles};
use super::work::report;
use fivewhys::diagnose::knowledge::{Knowledge, rules};
use fivewhys::report::model::{Report, State};
use serde_json::{Value, json};

fn whys(report: &Report) -> String {
    report.whys.iter().map(|why| why.answer.text.plain()).collect::<Vec<_>>().join(" ")
}

/// The report of one exception of Java with these links.
fn chain(links: &[&str]) -> Report {
    let frame = |n: usize, link: &str| format!("{link}\n\tat shop.Step{n}.run(Step{n}.java:{})", 10 + n);
    let text: Vec<String> = links.iter().enumerate().map(|(n, link)| frame(n, link)).collect();
    report(&[said(5, "till", "0a", "ERROR", &text.join("\nCaused by: "))])
}

#[test]
fn a_cause_with_the_words_of_what_it_caused_is_told_if_it_is_another() {
    let told = chain(&["shop.CartException: no rows", "shop.StoreException: no rows"]);
    let whys = whys(&told);
    assert!(whys.contains("CartException: no rows") && whys.contains("StoreException: no rows"), "{whys}");
}

#[test]
fn a_long_chain_is_told_by_its_ends() {
    let told = chain(&[
        "shop.AlphaException: one",
        "shop.BetaException: two",
        "shop.GammaException: three",
        "shop.DeltaException: four",
        "shop.OmegaException: five",
    ]);
    let whys = whys(&told);
    for (name, is_told) in
        [("Alpha", true), ("Beta", false), ("Gamma", false), ("Delta", true), ("Omega", true)]
    {
        assert_eq!(whys.contains(&format!("{name}Exception:")), is_told, "{name}: {whys}");
    }
}

#[test]
fn failures_on_two_revisions_are_not_put_down_to_one() {
    let of = |revision: &str, mut entry: Value| {
        entry["resource"]["labels"]["revision_name"] = json!(revision);
        entry
    };
    let mut entries = Vec::new();
    for n in 0..40 {
        let revision = if n < 20 { "till-00004-abc" } else { "till-00005-def" };
        entries.push(of(revision, request(n * 30, "till", "/pay", 200)));
        entries.push(of(revision, request(n * 30 + 7, "till", "/pay", 500)));
    }
    let told = report(&entries);
    let cause = told.findings.iter().map(all).collect::<String>();
    assert!(cause.contains("It fails on 2 revisions: till-00004-abc (20), till-00005-def (20)"), "{cause}");
}

#[test]
fn a_slow_statement_of_mysql_is_told_with_the_rows_it_examined() {
    let slow = |n: usize| {
        format!(
            "# Time: 2026-03-02T10:{:02}:00.000000Z\n# User@Host: till[till] @ [10.0.0.7]  Id: 31\n# Query_time: 12.5  Lock_time: 0.000200 Rows_sent: 1  Rows_examined: 14700000\nSET timestamp=1772445600;\nSELECT * FROM orders WHERE state = 'open';",
            n * 5
        )
    };
    let entries: Vec<Value> = (0..6).map(|n| said(n * 300, "books", "0a", "INFO", &slow(n))).collect();
    let told = report(&entries);
    let cause = told.findings.iter().map(all).collect::<String>();
    assert!(cause.contains("up to 14.7 million rows examined"), "{cause}");
    assert!(!cause.contains("they ran at the same time"), "{cause}");
}

#[test]
fn a_rule_that_calls_a_known_cause_noise_is_refused_unless_it_says_so() {
    let rule = |also: &str| {
        format!(
            r#"
[[signature]]
id = "acme-module-noise"
title = "A module is missing, as always"
area = "python"
role = "noise"
priority = {{ outage = "P2", otherwise = "P2" }}
anchor = ["no module named 'acme"]
regex = "No module named 'acme\\w*'"
examples = ["ModuleNotFoundError: No module named 'acme_extras'"]
counterexamples = ["module found"]
what = "An optional module is not there."
action = "Nothing."
verify = "The service starts."
source = "our own service"
{also}"#
        )
    };
    let knowledge = Knowledge::builtin();
    let told = |also: &str| {
        let problems = rules::check(&knowledge, "team.toml", &rule(also));
        problems.iter().map(|problem| problem.detail.clone()).collect::<Vec<_>>().join("\n")
    };
    assert!(told("").contains("also matches"), "{}", told(""));
    assert!(
        !told("also = [\"py-module-missing\"]").contains("also matches"),
        "{}",
        told("also = [\"py-module-missing\"]")
    );
}

#[test]
fn a_workload_that_grew_before_connections_ran_out_and_shrank_as_they_came_back_is_named() {
    let scaled = |second: usize, workload: &str, words: &str| {
        let message = format!("Scaled {words}").replace("SET", &format!("replica set {workload}-5b7f9c8d6f"));
        let event = json!({ "kind": "Event", "type": "Normal", "reason": "ScalingReplicaSet", "message": message,
            "involvedObject": { "kind": "Deployment", "name": workload, "namespace": "shop" } });
        let labels = json!({ "cluster_name": "c", "project_id": "demo", "location": "x" });
        let resource = json!({ "type": "k8s_cluster", "labels": labels });
        entry(second, "events", "INFO", resource, json!({ "jsonPayload": event }))
    };
    let mut entries: Vec<Value> =
        (0..200).map(|n| said(n * 10, "till", "0a", "INFO", "receipt shown")).collect();
    entries.push(scaled(900, "exporter", "up SET to 6 from 1"));
    entries.extend(
        (0..20)
            .map(|n| said(1_000 + n * 10, "till", "0a", "ERROR", "FATAL: sorry, too many clients already")),
    );
    entries.push(scaled(1_210, "exporter", "down SET to 1 from 6"));
    entries.push(scaled(1_225, "mailer", "down SET to 1 from 2"));
    let told = report(&entries);
    let cause = told.findings.iter().map(all).collect::<String>();
    assert!(cause.contains("exporter was scaled up from 1 to 6 at 2026-06-01 00:15:00 UTC"), "{cause}");
    assert!(cause.contains("and down to 1 20 s after the last one"), "{cause}");
}

#[test]
fn of_a_long_line_the_title_has_the_sentence_that_is_known() {
    let line = "Job 17 of the nightly list was taken up by the worker of the second floor after a long wait in the queue that everybody shares, and began with the first of its nine hundred steps, which went well for a while, as the steps before it did on every day of that week. could not connect: FATAL: sorry, too many clients already";
    let entries: Vec<Value> = (0..6).map(|n| said(n * 60, "till", "0a", "ERROR", line)).collect();
    let title = report(&entries).findings[0].title.plain();
    assert!(title.ends_with(": could not connect: FATAL: sorry, too many clients already"), "{title}");
}

#[test]
fn a_pod_that_finds_no_node_for_a_quarter_of_an_hour_stays_without_one() {
    let waits = |n: usize| {
        let event = json!({ "kind": "Event", "type": "Warning", "reason": "FailedScheduling", "message": "0/3 nodes are available: 3 Insufficient cpu.",
            "involvedObject": { "kind": "Pod", "name": "till-7d9f-x", "namespace": "shop" } });
        let labels = json!({ "cluster_name": "c", "namespace_name": "shop", "pod_name": "till-7d9f-x", "project_id": "demo", "location": "x" });
        let resource = json!({ "type": "k8s_pod", "labels": labels });
        entry(60 + n * 120, "events", "WARNING", resource, json!({ "jsonPayload": event }))
    };
    let of = |n: usize| report(&(0..n).map(waits).collect::<Vec<_>>());
    assert_eq!(of(9).headline.state, State::Ongoing);
    assert_ne!(of(3).headline.state, State::Ongoing);
}

#[test]
fn an_error_of_another_request_is_another_incident_though_both_are_of_one_minute() {
    let traced = |mut entry: Value, n: usize| {
        entry["trace"] = json!(format!("projects/demo/traces/{n:032x}"));
        entry
    };
    let mut entries = Vec::new();
    for n in 0..20 {
        entries.push(traced(request(n * 60, "till", "/pay", 500), n));
        entries.push(traced(said(n * 60, "till", "0a", "ERROR", "could not settle the basket"), n));
    }
    entries.push(traced(request(630, "till", "/close", 500), 99));
    entries.push(traced(said(630, "till", "0a", "ERROR", "ledger of the day is not closed"), 99));
    let told = report(&entries);
    assert!(
        told.findings[0].impact.text.plain().starts_with("20 requests failed"),
        "{:?}",
        told.findings[0].impact
    );
    assert!(
        titles(&told).iter().any(|title| title == "ledger of the day is not closed"),
        "{:?}",
        titles(&told)
    );
}
