//! What leads a report and what is only beside it: background, consequences, counts that say what they count, work that halted, one
//! message that fails for ever.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::work::report;
use fivewhys::report::model::{Class, Priority, Report, Sentence};
use serde_json::{Value, json};

fn entry(second: usize, log: &str, severity: &str, resource: Value, payload: Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-03-02T{:02}:{:02}:{:02}.000100Z", 10 + second / 3600, second / 60 % 60, second % 60),
        "logName": format!("projects/demo/logs/{log}"),
        "severity": severity,
        "resource": resource,
    });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn request(second: usize, path: &str, status: u16) -> Value {
    let resource = json!({ "type": "cloud_run_revision", "labels": { "service_name": "till", "revision_name": "till-00001-abc",
        "location": "europe-west1", "project_id": "demo" } });
    let http = json!({ "requestMethod": "POST", "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
    entry(second, "run.googleapis.com%2Frequests", "INFO", resource, json!({ "httpRequest": http }))
}

/// What a worker on Kubernetes says.
fn said(second: usize, severity: &str, payload: Value) -> Value {
    let resource = json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "namespace_name": "shop",
        "pod_name": "parcels-5d4f-abc", "container_name": "parcels", "project_id": "demo", "location": "europe-west1" } });
    entry(second, "stdout", severity, resource, json!({ "jsonPayload": payload }))
}

fn words(second: usize, severity: &str, text: String) -> Value {
    said(second, severity, json!({ "message": text }))
}

/// An event of a pod.
fn event(second: usize, pod: &str, reason: &str, message: &str) -> Value {
    let resource = json!({ "type": "k8s_pod", "labels": { "cluster_name": "c", "namespace_name": "shop", "pod_name": pod,
        "project_id": "demo", "location": "europe-west1" } });
    let object = json!({ "kind": "Pod", "name": pod, "namespace": "shop" });
    let payload = json!({ "kind": "Event", "reason": reason, "type": "Warning", "message": message, "involvedObject": object });
    entry(second, "events", "WARNING", resource, json!({ "jsonPayload": payload }))
}

fn titles(report: &Report) -> Vec<String> {
    report.findings.iter().map(|finding| finding.title.plain()).collect()
}

fn plain(sentences: &[Sentence]) -> String {
    sentences.iter().map(|said| said.text.plain()).collect::<Vec<_>>().join(" ")
}

/// A slip that somebody's statement repeats, every 88 seconds of an hour.
fn slips() -> impl Iterator<Item = Value> {
    let text = "ERROR:  column \"custmer_id\" does not exist at character 8";
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "project_id": "demo" } });
    (0..40).map(move |n| {
        let log = "cloudsql.googleapis.com%2Fpostgres.log";
        entry(
            30 + n * 88,
            log,
            "ERROR",
            resource.clone(),
            json!({ "textPayload": format!("[{}]: [1-1] {text}", 4000 + n) }),
        )
    })
}

#[test]
fn what_is_steady_all_through_comes_behind_an_outage_that_is_over() {
    let pay =
        |n: usize| request(n * 10, "/pay", if (150..210).contains(&n) && n % 2 == 1 { 503 } else { 200 });
    let all: Vec<Value> = (0..360).map(pay).chain(slips()).collect();
    let both = report(&all);
    assert!(titles(&both)[0].contains("/pay"), "{:?}", titles(&both));
    let slip = &both.findings[1];
    assert!(
        plain(&slip.cause).contains("It is background: 17 of its 40 stand before the first failure of"),
        "{}",
        plain(&slip.cause)
    );
    assert_ne!(slip.class, Class::Critical);
    // Alone it is told as before, and what begins with the outage is none of it.
    let alone = report(&slips().collect::<Vec<_>>());
    assert!(!plain(&alone.findings[0].cause).contains("background"));
    let late: Vec<Value> = (0..360).map(pay).chain(slips().skip(17)).collect();
    let late = report(&late);
    let slip = late.findings.iter().find(|f| f.title.plain().contains("custmer_id")).unwrap();
    assert!(!plain(&slip.cause).contains("background"), "{}", plain(&slip.cause));
}

#[test]
fn pods_that_find_no_node_follow_from_the_eviction_before() {
    let low = "The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 812Mi. Container parcels was using 12Gi, request is 0, has larger consumption of ephemeral-storage. ";
    let full = "0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";
    let calm = (0..60).map(|n| words(n * 20, "INFO", format!("parcel {n} was sent")));
    let mut all: Vec<Value> = calm.collect();
    for n in 0..3 {
        all.push(event(1210 + n * 40, &format!("parcels-5d4f-old{n}"), "Evicted", low));
        all.extend((0..4).map(|k| {
            event(1215 + n * 40 + k * 60, &format!("parcels-5d4f-new{n}"), "FailedScheduling", full)
        }));
    }
    let told = report(&all);
    let main = &told.findings[0];
    assert_eq!(main.title.plain(), "Pods were evicted: ephemeral-storage ran short");
    let counts: Vec<(&str, u64)> = main.counts.iter().map(|count| (count.what.as_str(), count.n)).collect();
    assert!(
        counts.contains(&("evictions", 3)) && !counts.iter().any(|(what, _)| what.contains("exit")),
        "{counts:?}"
    );
    assert!(plain(&main.cause).contains("container parcels was using 12Gi"), "{}", plain(&main.cause));
    assert!(
        plain(&main.symptoms).contains("No node can take the pod (12 times)"),
        "{}",
        plain(&main.symptoms)
    );
    assert!(!plain(&told.works).contains("shut down in order"), "{}", plain(&told.works));
    // Before any eviction it is a cause of its own.
    let early = [
        event(0, "parcels-5d4f-new9", "FailedScheduling", full),
        event(900, "parcels-5d4f-old9", "Evicted", low),
    ];
    assert_eq!(report(&early).findings.len(), 2);
}

#[test]
fn a_share_of_4xx_does_not_count_5xx() {
    let push = |n: usize| {
        request(
            n * 10,
            "/push",
            if n < 60 {
                204
            } else if n.is_multiple_of(5) {
                500
            } else {
                403
            },
        )
    };
    let told = report(&(0..120).map(push).collect::<Vec<_>>());
    let refused = told.findings.iter().find(|f| f.title.plain().contains("403")).unwrap();
    assert!(plain(&refused.cause).contains("48 of 59 (81.4 %) since"), "{}", plain(&refused.cause));
    // Refusals stand in the request log, so their absence is not claimed.
    assert!(!plain(&told.not_found).contains("No refused credentials"), "{}", plain(&told.not_found));
}

#[test]
fn work_that_never_succeeds_any_more_is_urgent_without_a_request_log() {
    let day = |fails: fn(usize) -> bool| -> Report {
        let order = |n: usize| {
            let end = if fails(n) {
                words(n * 15 + 2, "ERROR", format!("charge for order {} failed: provider says no", 5000 + n))
            } else {
                words(n * 15 + 2, "INFO", format!("order {} charged and stored", 5000 + n))
            };
            [words(n * 15, "INFO", format!("received order {}", 5000 + n)), end]
        };
        report(&(0..180).flat_map(order).collect::<Vec<_>>())
    };
    let urgent = |report: &Report| report.actions.iter().any(|action| action.priority == Priority::P0);
    let halted = day(|n| n >= 100);
    assert!(urgent(&halted), "{:?}", halted.actions);
    let told = plain(&halted.findings[0].cause);
    assert!(told.contains("order 5000 charged and stored, and the like, was said 100 times up to 2026-03-02 10:24:47 UTC, and not once since"), "{told}");
    // From the first one on.
    assert!(urgent(&day(|_| true)));
    // Half of it, or a stretch that is over, is no halt.
    assert!(!urgent(&day(|n| n >= 100 && n.is_multiple_of(2))));
    assert!(!urgent(&day(|n| (60..100).contains(&n))));
}

#[test]
fn the_place_at_which_all_failures_happen_is_named() {
    let read = |n: usize| words(n * 10, "INFO", format!("stored event offset={}", 4651 + n));
    let stuck = |n: usize| {
        words(
            700 + n * 20,
            "ERROR",
            format!("cannot decode event at offset 4711 of parcels-3 (attempt {})", n + 1),
        )
    };
    let told = report(&(0..60).map(read).chain((0..30).map(stuck)).collect::<Vec<_>>());
    let cause = plain(&told.findings[0].cause);
    assert!(cause.contains("It fails each time at offset 4711"), "{cause}");
    // The same from the fields beside one and the same message.
    let stuck = |n: usize| {
        said(
            700 + n * 20,
            "ERROR",
            json!({ "message": "handler failed: no object", "topic": "parcels", "offset": 4711 }),
        )
    };
    let told = report(&(0..60).map(read).chain((0..30).map(stuck)).collect::<Vec<_>>());
    assert!(
        plain(&told.findings[0].cause).contains("It fails each time at offset 4711"),
        "{}",
        plain(&told.findings[0].cause)
    );
    // Many offsets, or a number that calm messages carry too, are no such place.
    let many = |n: usize| words(700 + n * 20, "ERROR", format!("cannot decode event at offset {}", 4711 + n));
    let shop = |n: usize| words(n * 20, "INFO", format!("read basket {n} of shop id 7"));
    let same = |n: usize| words(700 + n * 20, "ERROR", format!("cannot read basket {n} of shop id 7"));
    for all in [(0..30).map(many).collect::<Vec<_>>(), (0..30).map(shop).chain((0..30).map(same)).collect()] {
        let cause = plain(&report(&all).findings[0].cause);
        assert!(!cause.contains("each time at"), "{cause}");
    }
}
