//! What becomes slower without an error, and settings that changed before it or before a failure. Logs of our own, a behaviour
//! each, and beside it the log that must not raise it.

use super::signals::{entry, of_files};
use fivewhys::report::model::{Class, Finding, Priority, Report, Sentence, State};
use serde_json::{Value, json};

fn report(mut entries: Vec<Value>) -> Report {
    entries.sort_by_key(|entry| entry["timestamp"].as_str().map(str::to_owned));
    of_files(&[("log.ndjson", &entries)])
}

/// An entry of one instance with fields of its own.
fn fields(millis: u64, instance: &str, payload: &Value) -> Value {
    let mut entry = entry(millis, "sorter", "INFO", "");
    let members = entry.as_object_mut().unwrap();
    members.remove("textPayload");
    members.insert("insertId".to_owned(), json!(format!("{millis}{instance}{payload}")));
    members.insert("labels".to_owned(), json!({ "instanceId": instance }));
    members.insert("jsonPayload".to_owned(), payload.clone());
    entry
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|s| s.text.plain()).collect::<Vec<_>>().join(" ")
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| f.title.plain()).collect()
}

fn finding<'r>(report: &'r Report, words: &str) -> &'r Finding {
    let found = report.findings.iter().find(|f| f.title.plain().contains(words));
    found.unwrap_or_else(|| panic!("no {words:?} in {:?}", titles(report)))
}

const MINUTE: u64 = 60_000;

/// A sorter of parcels that keeps what it has seen: two instances one after the other, whose second keeps it for ever.
fn sorter(
    keep: &str,
    took: impl Fn(u64) -> u64,
    kept: impl Fn(u64) -> u64,
    dropped: impl Fn(u64) -> u64,
) -> Vec<Value> {
    let mut entries = Vec::new();
    for (at, instance, keep) in [(0, "a", "600s"), (60, "b", keep)] {
        entries.push(fields(at * MINUTE, instance, &json!({ "message": "sorter begins" })));
        let text = format!("using lanes=4 keep_seen={keep} retry=2s");
        entries.push(fields(at * MINUTE + 300, instance, &json!({ "message": text })));
    }
    for n in 1..240 {
        let payload = json!({ "message": "lane state", "p95SortMs": took(n), "seenEntries": kept(n), "seenEvicted": dropped(n) });
        entries.push(fields(n * MINUTE + 700, if n < 60 { "a" } else { "b" }, &payload));
    }
    entries
}

#[test]
fn work_that_gets_slower_and_slower_is_told_with_the_setting_that_a_start_brought() {
    let since = |n: u64| n.saturating_sub(60);
    let told = report(sorter(
        "0s",
        |n| 80 + n % 7 + since(n) * 30,
        |n| if n < 60 { 900 + n % 11 } else { since(n) * 400 },
        |n| if n < 60 { 15 } else { 0 },
    ));
    super::golden::told("slower_and_slower", &told);
    let found = finding(&told, "sorter gets slower and slower: p95SortMs 8");
    assert!(
        found
            .title
            .plain()
            .contains("while seenEntries grows to 71,600; keep_seen is 0s since 11:00:00 (600s before)"),
        "{:?}",
        titles(&told)
    );
    assert_eq!((found.class, found.state), (Class::Warning, State::Ongoing));
    let cause = plain(&found.cause);
    assert!(cause.contains("seenEvicted of lane state is 0 in each of the 180"), "{cause}");
    assert!(
        cause.contains("started anew: 1 instance of it, the first at 2026-03-02 11:00:00 UTC"),
        "{cause}"
    );
    let quoted = |text: &str| found.quotes.iter().any(|quote| quote.text.contains(text));
    assert!(quoted("using lanes=4 keep_seen=0s retry=2s"), "{:?}", found.quotes);
    let action = told.actions.first().unwrap();
    assert_eq!(action.priority, Priority::P1);
    assert!(action.what.plain().contains("Set keep_seen back to 600s (it is 0s)"), "{}", action.what.plain());
}

#[test]
fn work_that_is_slow_for_a_while_or_only_warms_up_is_no_finding() {
    let none = |_: u64| 0;
    for (name, took) in [
        ("level", (|n| 80 + n % 7) as fn(u64) -> u64),
        ("a peak that is over", |n| if (100..180).contains(&n) { 900 } else { 80 }),
        ("little", |n| 80 + n / 4),
        ("waves", |n| 80 + (n % 60) * 20),
    ] {
        let told = report(sorter("0s", took, |n| 900 + n % 11, none));
        assert!(
            !titles(&told).iter().any(|title| title.contains("slower and slower")),
            "{name}: {:?}",
            titles(&told)
        );
    }
    // What fills up while nothing takes longer is a cache that warms up.
    let told = report(sorter("600s", |n| 80 + n % 7, |n| n * 400, none));
    assert!(told.findings.is_empty(), "{:?}", titles(&told));
}

/// A desk whose orders wait for connections from the fortieth minute on, behind a load balancer that tells of the requests; a
/// flag is taken up 80 s before the first, and from then on orders do something new.
fn desk(line: &str) -> Vec<Value> {
    let mut entries: Vec<Value> =
        (0..80).map(|n| entry(n * MINUTE, "desk", "INFO", &format!("order {n} placed"))).collect();
    let began = 40 * MINUTE;
    for n in [0, 10, 20] {
        entries.push(entry(n * MINUTE + 5, "desk", "INFO", "flags refreshed, 12 flags, 0 changed"));
    }
    entries.push(entry(began - 80_000, "desk", "INFO", line));
    for n in 0..120 {
        let at = began - 60_000 + n * 20_000;
        entries.push(entry(
            at,
            "desk",
            "INFO",
            &format!("rebate looked up for member {n} inTransaction=true"),
        ));
        if n < 3 {
            continue;
        }
        let error = "order failed: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00";
        entries.push(entry(at + 400, "desk", "ERROR", error));
        let mut request = entry(at + 407, "", "WARNING", "");
        let members = request.as_object_mut().unwrap();
        members.remove("textPayload");
        members.insert("logName".to_owned(), json!("projects/acme/logs/requests"));
        members.insert(
            "resource".to_owned(),
            json!({ "type": "http_load_balancer", "labels": {
            "url_map_name": "front", "project_id": "acme" } }),
        );
        members.insert(
            "httpRequest".to_owned(),
            json!({ "requestMethod": "POST", "status": 500, "latency": "30.2s",
            "requestUrl": "https://desk.test/orders" }),
        );
        entries.push(request);
    }
    entries
}

#[test]
fn a_flag_that_changed_before_a_failure_is_told_with_what_it_brought_and_taken_back() {
    let told =
        report(desk("flags refreshed, 12 flags, 1 changed: desk.inline-rebates false -> true (100 %)"));
    let found = finding(&told, "pool of the application is used up");
    assert!(
        found.title.plain().ends_with("after desk.inline-rebates went from false to true"),
        "{:?}",
        titles(&told)
    );
    assert_eq!(
        told.findings.len(),
        1,
        "the requests of the load balancer are told there: {:?}",
        titles(&told)
    );
    let cause = plain(&found.cause);
    assert!(
        cause.contains("80 s before the first failure") || cause.contains("1 min 20 s before"),
        "{cause}"
    );
    assert!(cause.contains("it says what it never said before: rebate looked up for member 0"), "{cause}");
    let action = told.actions.first().unwrap();
    assert!(
        action.what.plain().contains("set desk.inline-rebates back from true to false"),
        "{}",
        action.what.plain()
    );
    assert!(
        told.whys.iter().any(|why| why.answer.text.plain().contains("desk.inline-rebates")),
        "{:?}",
        told.whys
    );
}

#[test]
fn the_state_of_a_thing_that_changes_is_no_setting() {
    let told = report(desk("order 39 state PENDING -> PAID"));
    assert!(!titles(&told).iter().any(|title| title.contains("went from")), "{:?}", titles(&told));
}

/// Pushes to a desk that are refused from the fortieth minute on, and messages given up since; a role was removed before.
fn pushes(removed: bool) -> Vec<Value> {
    let mut entries = Vec::new();
    let push = |at: u64, status: u16| {
        let mut request = entry(at, "desk", if status < 400 { "INFO" } else { "WARNING" }, "");
        request["logName"] = json!("projects/acme/logs/run.googleapis.com%2Frequests");
        request["httpRequest"] = json!({ "requestMethod": "POST", "status": status, "latency": "0.01s",
            "requestUrl": "https://desk.test/push/orders" });
        if status == 403 {
            request["textPayload"] = json!("The request was not authorized to invoke this service.");
        }
        request
    };
    entries.extend((0..40).map(|n| push(n * MINUTE, 204)));
    entries.extend((0..120).map(|n| push(40 * MINUTE + n * 10_000, 403)));
    for n in 0..20 {
        let mut given_up =
            entry(42 * MINUTE + n * 50_000, "", "INFO", "Message forwarded to dead letter topic");
        given_up["resource"] = json!({ "type": "pubsub_subscription", "labels": { "subscription_id": "orders-push", "project_id": "acme" } });
        entries.push(given_up);
    }
    if removed {
        let mut change = entry(38 * MINUTE, "desk", "NOTICE", "");
        change.as_object_mut().unwrap().remove("textPayload");
        change["logName"] = json!("projects/acme/logs/cloudaudit.googleapis.com%2Factivity");
        change["protoPayload"] = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
            "serviceName": "run.googleapis.com", "methodName": "google.cloud.run.v1.Services.SetIamPolicy",
            "authenticationInfo": { "principalEmail": "ann@acme.test" },
            "resourceName": "namespaces/acme/services/desk",
            "serviceData": { "policyDelta": { "bindingDeltas": [{ "action": "REMOVE", "role": "roles/run.invoker",
                "member": "serviceAccount:pusher@acme.test" }] } } });
        entries.push(change);
    }
    entries
}

#[test]
fn refusals_since_a_role_was_removed_are_told_with_it_and_with_what_was_given_up() {
    let told = report(pushes(true));
    let found = finding(&told, "refused");
    assert!(
        found
            .title
            .plain()
            .ends_with("roles/run.invoker was removed from serviceAccount:pusher@acme.test 2 min before"),
        "{:?}",
        titles(&told)
    );
    assert_eq!(told.findings.len(), 1, "{:?}", titles(&told));
    assert!(
        plain(&found.symptoms).contains("set aside for later (dead letter) (20 times)"),
        "{}",
        plain(&found.symptoms)
    );
    // The same messages, tried again, are no load.
    assert!(!plain(&found.cause).contains("load grew"), "{}", plain(&found.cause));
    let actions: Vec<String> = told.actions.iter().map(|action| action.what.plain()).collect();
    assert!(
        actions.iter().any(|what| what.contains("publish the messages that were set aside")),
        "{actions:?}"
    );
    let without = report(pushes(false));
    assert!(!titles(&without).iter().any(|title| title.contains("removed")), "{:?}", titles(&without));
}
