//! How urgent a failure is, what was changed before it, and what is no failure at all: what a report says of each.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::work::report;
use fivewhys::report::model::{Action, Priority, Report, Rich, State};
use serde_json::{Value, json};

fn entry(second: usize, log: &str, resource: Value, payload: Value) -> Value {
    let mut entry = json!({
        "timestamp": format!("2026-03-02T{:02}:{:02}:{:02}.000100Z", 10 + second / 3600, second / 60 % 60, second % 60),
        "logName": format!("projects/demo/logs/{log}"),
        "resource": resource,
    });
    for (key, value) in payload.as_object().into_iter().flatten() {
        entry[key] = value.clone();
    }
    entry
}

fn run(revision: &str) -> Value {
    json!({ "type": "cloud_run_revision", "labels": { "service_name": "till", "revision_name": revision,
        "location": "europe-west1", "project_id": "demo" } })
}

fn pod(name: &str) -> Value {
    json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "container_name": "till", "namespace_name": "shop",
        "pod_name": name, "location": "europe-west1", "project_id": "demo" } })
}

fn request(second: usize, path: &str, status: u16) -> Value {
    let http = json!({ "requestMethod": "POST", "requestUrl": format!("https://till.example{path}"), "status": status, "latency": "0.020s" });
    entry(
        second,
        "run.googleapis.com%2Frequests",
        run("till-00001-abc"),
        json!({ "httpRequest": http, "severity": "INFO" }),
    )
}

/// A call that an audit entry tells of.
fn call(second: usize, method: &str, resource: &str, more: &Value) -> Value {
    let mut proto = json!({ "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method,
        "resourceName": resource, "authenticationInfo": { "principalEmail": "kim@example.com" }, "status": {} });
    for (key, value) in more.as_object().into_iter().flatten() {
        proto[key] = value.clone();
    }
    let resource = json!({ "type": "audited_resource", "labels": { "project_id": "demo" } });
    entry(
        second,
        "cloudaudit.googleapis.com%2Factivity",
        resource,
        json!({ "protoPayload": proto, "severity": "NOTICE" }),
    )
}

fn all(sentences: impl IntoIterator<Item = Rich>) -> String {
    sentences.into_iter().map(|text| text.plain()).collect::<Vec<_>>().join(" ")
}

fn cause(report: &Report) -> String {
    all(report.findings[0].cause.iter().map(|sentence| sentence.text.clone()))
}

fn urgent(report: &Report) -> Option<&Action> {
    report.actions.iter().find(|action| action.priority == Priority::P0)
}

#[test]
fn executions_that_end_badly_are_failures_at_any_level() {
    let function = json!({ "type": "cloud_function", "labels": { "function_name": "resize", "region": "us-central1", "project_id": "demo" } });
    let ended = |second: usize, status: &str| {
        let text = format!("Function execution took {} ms, finished with status: '{status}'", 900 + second);
        entry(
            second,
            "cloudfunctions.googleapis.com%2Fcloud-functions",
            function.clone(),
            json!({ "textPayload": text, "severity": "DEBUG" }),
        )
    };
    let mut entries: Vec<Value> = (0..20).map(|n| ended(n * 30, "ok")).collect();
    assert!(report(&entries).findings.is_empty());
    entries.extend((20..50).map(|n| ended(n * 30, if n % 2 == 0 { "crash" } else { "ok" })));
    let told = report(&entries);
    assert_eq!(told.findings[0].state, State::Ongoing);
    assert!(urgent(&told).is_some(), "{:?}", told.actions);
    // One in many needs work, and nobody has to get up for it.
    let mut entries: Vec<Value> = (0..60).map(|n| ended(n * 30, "ok")).collect();
    entries.extend((60..64).map(|n| ended(n * 30, "timeout")));
    let told = report(&entries);
    assert!(!told.findings.is_empty() && urgent(&told).is_none(), "{:?}", told.actions);
}

#[test]
fn what_an_execution_was_at_when_its_time_was_up_is_told() {
    let function = json!({ "type": "cloud_function", "labels": { "function_name": "resize", "region": "us-central1", "project_id": "demo" } });
    let said = |second: usize, n: usize, text: &str, severity: &str| {
        let trace = format!("projects/demo/traces/{n:032x}");
        entry(
            second,
            "cloudfunctions.googleapis.com%2Fcloud-functions",
            function.clone(),
            json!({ "textPayload": text, "severity": severity, "trace": trace }),
        )
    };
    let entries: Vec<Value> = (0..12)
        .flat_map(|n| {
            [
                said(n * 100, n, "Function execution started", "DEBUG"),
                said(n * 100 + 1, n, "fetching the large stencil", "INFO"),
                said(
                    n * 100 + 61,
                    n,
                    "Function execution took 60002 ms, finished with status: 'timeout'",
                    "DEBUG",
                ),
            ]
        })
        .collect();
    let told = cause(&report(&entries));
    assert!(told.contains("the same call last says fetching the large stencil"), "{told}");
}

#[test]
fn a_path_that_answers_nobody_any_more_is_urgent_whatever_else_works() {
    let day = |failing: bool| -> Vec<Value> {
        let pay = |n: usize| request(n * 20, "/pay", if failing && n >= 30 { 500 } else { 200 });
        (0..60)
            .flat_map(|n| [pay(n), request(n * 20 + 5, "/health", 200), request(n * 20 + 9, "/list", 200)])
            .collect()
    };
    assert!(report(&day(false)).findings.is_empty());
    let told = report(&day(true));
    assert!(urgent(&told).is_some(), "{:?}", told.actions);
    assert!(told.findings[0].title.plain().contains("/pay"));
}

#[test]
fn a_role_that_was_taken_is_named_and_given_back() {
    let taken = json!({ "serviceData": { "policyDelta": { "bindingDeltas": [
        { "action": "REMOVE", "role": "roles/run.invoker", "member": "serviceAccount:push@demo.iam.gserviceaccount.com" } ] } } });
    let mut entries: Vec<Value> =
        (0..40).map(|n| request(n * 20, "/push", if n < 20 { 204 } else { 403 })).collect();
    entries.push(call(
        395,
        "google.cloud.run.v1.Services.SetIamPolicy",
        "namespaces/demo/services/till",
        &taken,
    ));
    let told = report(&entries);
    let said = cause(&told);
    assert!(
        said.contains("by kim@example.com: takes roles/run.invoker from serviceAccount:push@demo"),
        "{said}"
    );
    let action = urgent(&told).expect("callers are shut out");
    // A session that ran out is nobody's emergency.
    let tired: Vec<Value> = (0..40).map(|n| request(n * 20, "/me", if n < 20 { 200 } else { 401 })).collect();
    assert!(urgent(&report(&tired)).is_none());
    let wanted = "gcloud run services add-iam-policy-binding till --member=serviceAccount:push@demo.iam.gserviceaccount.com --role=roles/run.invoker --region=europe-west1";
    assert_eq!(action.command, wanted);
}

#[test]
fn a_change_that_the_failure_names_is_told_however_long_ago() {
    let secret = "projects/demo/secrets/card-key/versions/3";
    let failed = |n: usize| {
        let text = format!("RuntimeError: version {secret} is gone, request {n}");
        entry(
            20_000 + n * 60,
            "run.googleapis.com%2Fstderr",
            run("till-00001-abc"),
            json!({ "textPayload": text, "severity": "ERROR" }),
        )
    };
    let mut entries: Vec<Value> = (0..6).map(failed).collect();
    let none = json!({});
    entries.push(call(
        100,
        "google.cloud.secretmanager.v1.SecretManagerService.DestroySecretVersion",
        secret,
        &none,
    ));
    entries.push(call(
        200,
        "google.cloud.secretmanager.v1.SecretManagerService.DestroySecretVersion",
        "projects/demo/secrets/other/versions/1",
        &none,
    ));
    let said = cause(&report(&entries));
    assert!(
        said.contains("The last change of it") && said.contains(secret) && !said.contains("secrets/other"),
        "{said}"
    );
}

#[test]
fn what_a_pod_writes_to_standard_error_is_no_error_by_that() {
    let said = |second: usize, text: &str| {
        entry(second, "stderr", pod("till-7d9f-x"), json!({ "textPayload": text, "severity": "ERROR" }))
    };
    let calm = report(&[
        said(0, "draining, 4 connections left"),
        said(4, "server closed, 0 connections left"),
        said(9, "bye"),
    ]);
    assert!(
        calm.findings.is_empty(),
        "{:?}",
        calm.findings.iter().map(|f| f.title.plain()).collect::<Vec<_>>()
    );
    let loud = report(&[said(0, "could not write the ledger"), said(4, "could not write the ledger")]);
    assert!(!loud.findings.is_empty());
}

#[test]
fn pauses_before_a_restart_are_no_exits() {
    let event = |second: usize| {
        let payload = json!({ "jsonPayload": { "kind": "Event", "reason": "BackOff", "type": "Warning",
            "message": "Back-off restarting failed container till in pod till-7d9f-x_shop(12ab)",
            "involvedObject": { "kind": "Pod", "name": "till-7d9f-x", "namespace": "shop" } }, "severity": "WARNING" });
        entry(
            second,
            "events",
            json!({ "type": "k8s_pod", "labels": { "cluster_name": "c", "namespace_name": "shop", "pod_name": "till-7d9f-x", "project_id": "demo" } }),
            payload,
        )
    };
    let panic = |second: usize| {
        let text = "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.load(0xc000012345)\n\t/src/main.go:14 +0x1d\nexit status 2";
        entry(second, "stderr", pod("till-7d9f-x"), json!({ "textPayload": text, "severity": "ERROR" }))
    };
    let mut entries: Vec<Value> = [60, 180, 400].into_iter().map(panic).collect();
    entries.extend([90, 120, 200, 240, 280, 430, 500, 560].into_iter().map(event));
    let told = report(&entries);
    let counts: Vec<(String, u64)> = told.findings[0].counts.iter().map(|c| (c.what.clone(), c.n)).collect();
    assert!(
        counts.iter().any(|(_, n)| *n == 3)
            && !counts.iter().any(|(what, n)| what.contains("exit") && *n != 3),
        "{counts:?}"
    );
    // What keeps a release that crashes from replacing the running one is said for pods.
    assert!(
        told.actions.iter().any(|action| action.what.plain().contains("kubectl rollout status")),
        "{:?}",
        told.actions
    );
}

#[test]
fn a_chain_is_titled_by_its_link_with_words() {
    let text = "Traceback (most recent call last):\n  File \"/usr/lib/python3.12/site-packages/api/grpc.py\", line 76, in call\n    return fn()\ngrpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:\n\tstatus = StatusCode.NOT_FOUND\n\tdetails = \"no such shelf\"\n>\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n  File \"/app/shelf.py\", line 12, in fetch\n    client.get(name)\napi.exceptions.NotFound: 404 no such shelf: tools";
    let told = report(&[entry(
        0,
        "run.googleapis.com%2Fstderr",
        run("till-00001-abc"),
        json!({ "textPayload": text, "severity": "ERROR" }),
    )]);
    super::golden::told("chain_of_exceptions", &told);
    let title = told.findings[0].title.plain();
    assert!(title.contains("404 no such shelf: tools") && !title.contains("terminated with"), "{title}");
}

#[test]
fn a_refused_roll_out_hurts_nobody_while_the_old_revision_serves() {
    let mut entries: Vec<Value> = (0..30).map(|n| request(n * 20, "/pay", 200)).collect();
    for start in [100, 110, 120, 130] {
        let revision = || run("till-00002-def");
        let said = |second: usize, log: &str, text: &str, severity: &str| {
            entry(
                second,
                &format!("run.googleapis.com%2F{log}"),
                revision(),
                json!({ "textPayload": text, "severity": severity }),
            )
        };
        entries.push(said(start, "varlog%2Fsystem", "Starting new instance. Reason: DEPLOYMENT_ROLLOUT - Instance started due to traffic shifting between revisions due to deployment, traffic split adjustment, or deployment health check.", "INFO"));
        entries.push(said(start + 2, "stderr", "Unhandled exception. System.InvalidOperationException: Section 'Mail' not found\n   at Till.Program.Main() in /src/Program.cs:line 9", "ERROR"));
        entries.push(said(start + 3, "varlog%2Fsystem", "Container terminated on signal 6.", "WARNING"));
        entries.push(said(start + 4, "varlog%2Fsystem", "Default STARTUP TCP probe failed 1 time consecutively for container \"till-1\" on port 8080. The instance was not started.\nConnection failed with status CANCELLED.", "ERROR"));
    }
    let told = report(&entries);
    super::golden::told("refused_roll_out", &told);
    let impact = told.findings[0].impact.text.plain();
    assert!(impact.contains("by signal 6") && !impact.contains("exit code 6"), "{impact}");
    assert!(impact.contains("till-00001-abc keeps serving: 30 of 30 requests"), "{impact}");
    assert_eq!(told.findings[0].state, State::Ongoing);
    assert!(urgent(&told).is_none());
}

#[test]
fn one_message_tried_for_ever_is_told_from_many_that_fail() {
    let nack = |n: usize, id: &str| {
        let payload = json!({ "msg": "nack: cannot read the parcel", "error": "weight is no number", "level": "error",
            "subscription": "projects/demo/subscriptions/parcels", "messageId": id, "deliveryAttempt": n + 1 });
        entry(n * 60, "stderr", pod("till-7d9f-x"), json!({ "jsonPayload": payload, "severity": "ERROR" }))
    };
    let one: Vec<Value> = (0..30).map(|n| nack(n, "10482217")).collect();
    let told = report(&one);
    let said = cause(&told);
    assert!(said.contains("one and the same piece of work") && said.contains("messageId 10482217"), "{said}");
    let steps = all(told.actions.iter().flat_map(|action| action.steps.clone()));
    assert!(steps.contains("dead-letter"), "{steps}");
    let many: Vec<Value> = (0..30).map(|n| nack(n, &format!("104822{n:02}"))).collect();
    let said = cause(&report(&many));
    assert!(!said.contains("one and the same"), "{said}");
    // Pairs under other names tell of no piece of work.
    let shard = |n: usize| {
        let payload =
            json!({ "msg": "write refused", "error": format!("shard=7 took={n}"), "level": "error" });
        entry(n * 60, "stderr", pod("till-7d9f-x"), json!({ "jsonPayload": payload, "severity": "ERROR" }))
    };
    let said = cause(&report(&(0..30).map(shard).collect::<Vec<_>>()));
    assert!(!said.contains("one and the same"), "{said}");
}
