//! What is over by itself and what lies under a failure: connections that come back, probes of new pods, roles of a bucket, the work before an
//! end, settings that are measurements, revisions that are none to go back to. Logs of our own.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::judged::actions;
use super::tied::{all, entry, request, said, titles};
use super::work::report;
use fivewhys::report::model::{Class, Priority, State};
use serde_json::{Value, json};

fn work(service: &str, instance: &str, from: usize, until: usize) -> Vec<Value> {
    (from..until)
        .step_by(20)
        .map(|n| said(n, service, instance, "INFO", &format!("INFO: order {n} stored")))
        .collect()
}

fn audit(second: usize, method: &str, resource: &str, more: Value) -> Value {
    let mut proto = json!({
        "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "methodName": method, "resourceName": resource,
        "authenticationInfo": { "principalEmail": "terraform@acme.example" },
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        proto[key] = value.clone();
    }
    let kind = json!({ "type": "audited_resource", "labels": { "project_id": "acme" } });
    entry(second, "cloudaudit.googleapis.com%2Factivity", "NOTICE", kind, json!({ "protoPayload": proto }))
}

#[test]
fn connections_that_come_back_at_once_are_a_notice() {
    let log = |back: &str| {
        let mut entries = work("till", "0a", 0, 3_600);
        for n in 0..4 {
            let second = 605 + n * 700;
            entries.push(said(
                second,
                "till",
                "0a",
                "ERROR",
                "Connection to cache-0:6379 lost (SocketClosed); reconnecting",
            ));
            entries.push(said(second + 1, "till", "0a", "INFO", back));
        }
        report(&entries)
    };
    let calm = log("Connection to cache-0:6379 restored");
    assert!(calm.findings.iter().all(|finding| finding.class == Class::Notice), "{:?}", titles(&calm));
    assert!(all(&calm.findings[0]).contains("back within a minute each time"), "{}", all(&calm.findings[0]));
    let lost = log("Connection to cache-0:6379 could not be restored");
    assert!(
        !lost.findings.iter().any(|finding| all(finding).contains("back within a minute")),
        "{:?}",
        titles(&lost)
    );
}

fn probe(second: usize, pod: &str) -> Value {
    let event = json!({ "apiVersion": "v1", "kind": "Event", "type": "Warning", "reason": "Unhealthy",
        "message": "Readiness probe failed: Get \"http://10.4.0.9:8080/ready\": dial tcp 10.4.0.9:8080: connect: connection refused",
        "involvedObject": { "kind": "Pod", "name": pod, "namespace": "shop" } });
    let resource = json!({ "type": "k8s_pod", "labels": { "pod_name": pod, "namespace_name": "shop", "cluster_name": "c", "project_id": "acme", "location": "europe-west1" } });
    entry(second, "events", "WARNING", resource, json!({ "jsonPayload": event }))
}

#[test]
fn probes_of_new_pods_are_over_when_they_are_told_no_more() {
    let mut entries = work("till", "0a", 0, 14_400);
    entries.extend((0..4).map(|n| probe(1_000 + n * 3_000, &format!("till-7c9d{n}-x2v4{n}"))));
    let report = report(&entries);
    let probes =
        report.findings.iter().find(|f| f.title.plain().contains("probe")).expect("a finding on probes");
    assert_eq!(probes.state, State::Ended, "{}", probes.state_text.text.plain());
}

#[test]
fn a_role_that_was_taken_from_a_bucket_is_told_by_the_url_that_names_it() {
    let mut entries = work("thumbs", "0a", 0, 1_800);
    let delta = json!({ "serviceData": { "policyDelta": { "bindingDeltas": [
        { "action": "REMOVE", "role": "roles/storage.objectAdmin", "member": "serviceAccount:painter@acme.iam.gserviceaccount.com" } ] } } });
    entries.push(audit(
        300,
        "google.cloud.functions.v2.FunctionService.UpdateFunction",
        "projects/acme/locations/europe-west1/functions/thumbs",
        json!({}),
    ));
    entries.push(audit(1_000, "storage.setIamPermissions", "projects/_/buckets/acme-derived", delta));
    let words = "google.api_core.exceptions.Forbidden: 403 POST https://storage.googleapis.com/upload/storage/v1/b/acme-derived/o?uploadType=multipart: painter@acme.iam.gserviceaccount.com does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).";
    for n in 0..30 {
        entries.push(said(1_060 + n * 20, "thumbs", "0a", "ERROR", words));
        entries.push(request(1_060 + n * 20, "thumbs", "/", 500));
    }
    // A bucket whose name is the end of another one's is another bucket.
    let of_another: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let mut entry = entry.clone();
            if entry["protoPayload"]["resourceName"] == "projects/_/buckets/acme-derived" {
                entry["protoPayload"]["resourceName"] = json!("projects/_/buckets/derived");
                entry["timestamp"] = json!("2026-06-01T00:02:00.000100Z");
            }
            entry
        })
        .collect();
    let of_another = titles(&report(&of_another));
    assert!(!of_another[0].contains("was removed from"), "{of_another:?}");
    let report = report(&entries);
    let title = titles(&report).first().cloned().unwrap_or_default();
    assert!(title.contains("roles/storage.objectAdmin was removed from"), "{title}");
    assert!(
        actions(&report, Priority::P0)
            .contains("gcloud storage buckets add-iam-policy-binding gs://acme-derived"),
        "{:?}",
        report.actions
    );
}

/// A service whose memory is used up by one kind of work, on two revisions.
fn exports() -> Vec<Value> {
    let mut entries = Vec::new();
    for n in 0..8 {
        let (second, instance, revision) = (
            1_000 + n * 1_500 + n * n * 13,
            format!("0d{n}"),
            if n == 0 { "sheets-00006-abc" } else { "sheets-00007-def" },
        );
        let mut mine = vec![said(
            second - 900 - n * n * 11,
            "sheets",
            &instance,
            "INFO",
            "Application startup complete.",
        )];
        mine.extend((0..30).map(|k| request(second - 850 + k * 20, "sheets", "/api/list", 200)));
        for k in 0..4 {
            let small = format!(
                "INFO export started tenant=elm format=csv rows={} rss_mb={}",
                900 + k * 31 + n,
                180 + k * 7
            );
            mine.push(said(second - 800 + k * 150, "sheets", &instance, "INFO", &small));
            mine.push(said(
                second - 780 + k * 150,
                "sheets",
                &instance,
                "INFO",
                &format!("INFO rates refreshed n={k}"),
            ));
        }
        let large =
            format!("INFO export started tenant=oak format=xlsx rows={} rss_mb=210", 400_000 + n * 17);
        mine.push(said(second - 25, "sheets", &instance, "INFO", &large));
        mine.push(said(second - 5, "sheets", &instance, "INFO", &format!("INFO rates refreshed n={n}")));
        mine.push(said(second, "sheets", &instance, "ERROR", "Memory limit of 512 MiB exceeded with 541 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits"));
        mine.push(request(second, "sheets", "/api/export", 503));
        mine.push(said(second + 1, "sheets", &instance, "WARNING", "Container terminated on signal 9."));
        for line in &mut mine {
            line["resource"]["labels"]["revision_name"] = json!(revision);
        }
        entries.extend(mine);
    }
    entries
}

#[test]
fn the_work_before_each_end_is_told_wherever_it_stands() {
    let report = report(&exports());
    let first = &report.findings[0];
    let words = all(first);
    assert!(
        words.contains(
            "It was at the same kind of work before it ended: export started tenant=oak format=xlsx"
        ),
        "{words}"
    );
    let steps = actions(&report, Priority::P0);
    assert!(steps.contains("keep the work that"), "{steps}");
    // What each export measures is no setting, and a revision that ended the same way is none to go back to.
    assert!(!words.contains("What changed: since"), "{words}");
    assert!(!steps.contains("sheets-00006-abc"), "{steps}");
}

#[test]
fn an_audit_entry_says_which_image_a_workload_shall_run() {
    let pods = json!({ "spec": { "template": { "spec": { "containers": [
        { "name": "till", "image": "deploy:S3cr3tPw99@registry.example/acme/till:2.31.0@sha256:0a1b" } ] } } } });
    let mut entries = work("till", "0a", 0, 1_200);
    entries.push(audit(
        900,
        "io.k8s.apps.v1.deployments.patch",
        "apps/v1/namespaces/shop/deployments/till",
        json!({ "request": pods }),
    ));
    entries.extend((0..12).map(|n| said(960 + n * 15, "till", "0a", "ERROR", "ERROR: price list is empty")));
    let report = report(&entries);
    assert!(
        all(&report.findings[0]).contains("image registry.example/acme/till:2.31.0."),
        "{}",
        all(&report.findings[0])
    );
}

/// Java that finds no connection in its pool, pods that are not ready for it, and a balancer that finds no pod.
#[test]
fn a_balancer_without_a_pod_follows_from_what_takes_the_pods_away() {
    let pod = "bills-6d8f9c7b54-k2x9q";
    let container = json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "namespace_name": "shop", "pod_name": pod, "container_name": "bills", "project_id": "acme", "location": "europe-west1" } });
    let line = |second: usize, severity: &str, words: String| {
        entry(second, "stdout", severity, container.clone(), json!({ "textPayload": words }))
    };
    let log = |map: &str| {
        let balancer =
            json!({ "type": "http_load_balancer", "labels": { "url_map_name": map, "project_id": "acme" } });
        let mut entries: Vec<Value> =
            (0..180).map(|n| line(n * 20, "INFO", format!("bill {n} stored"))).collect();
        for n in 0..40 {
            let second = 1_200 + n * 30;
            let words = "java.sql.SQLTransientConnectionException: Pool-1 - Connection is not available, request timed out after 30004ms (total=10, active=10, idle=0, waiting=6)";
            entries.push(line(second, "ERROR", words.to_owned()));
            entries.push(probe(second + 2, pod));
            let http = json!({ "requestMethod": "GET", "requestUrl": "https://acme.example/bills", "status": 503, "latency": "0.001s" });
            let payload = json!({ "statusDetails": "failed_to_pick_backend", "@type": "type.googleapis.com/google.cloud.loadbalancing.type.LoadBalancerLogEntry" });
            entries.push(entry(
                second + 5,
                "requests",
                "WARNING",
                balancer.clone(),
                json!({ "httpRequest": http, "jsonPayload": payload }),
            ));
        }
        report(&entries)
    };
    let of_its_own = log("k8s2-um-shop-bills-0a1b");
    assert!(titles(&of_its_own)[0].contains("Connection is not available"), "{:?}", titles(&of_its_own));
    assert!(
        all(&of_its_own.findings[0]).contains("failed_to_pick_backend"),
        "{}",
        all(&of_its_own.findings[0])
    );
    // A balancer of something else may lack another backend.
    let of_another = log("k8s2-um-shop-mails-0a1b");
    assert!(of_another.findings.len() > of_its_own.findings.len(), "{:?}", titles(&of_another));
}

/// Rails on a pod, as it logs by default: no level, tags of the request before each line, and each other request fails from the 40th on.
fn rails(class: &str, message: &str, status: &str) -> Vec<Value> {
    let pod = json!({ "type": "k8s_container", "labels": { "cluster_name": "c", "namespace_name": "shop", "pod_name": "web-6c9d-x2v4", "container_name": "web", "project_id": "acme", "location": "europe-west1" } });
    let mut entries = Vec::new();
    let mut line = |second: usize, n: usize, words: &str| {
        let text = format!("[{:08x}-77d1-4a1b-bb1e-6d0d7e42c1a9] {words}", n * 7919);
        entries.push(entry(second, "stdout", "INFO", pod.clone(), json!({ "textPayload": text })));
    };
    for n in 0..120 {
        line(n * 20, n, "Started POST \"/orders\" for 10.0.0.7 at 2026-06-01 10:00:00 +0000");
        line(n * 20, n, "Processing by OrdersController#create as JSON");
        if n < 40 || n % 2 == 0 {
            line(
                n * 20,
                n,
                &format!(
                    "Completed 201 Created in {}ms (ActiveRecord: 2.0ms | Allocations: 1200)",
                    20 + n % 9
                ),
            );
        } else {
            line(
                n * 20,
                n,
                &format!("Completed {status} in {}ms (ActiveRecord: 2.0ms | Allocations: 1200)", 40 + n % 9),
            );
            line(n * 20, n, "  ");
            line(n * 20, n, &format!("{class} ({message}):"));
            line(n * 20, n, "app/controllers/orders_controller.rb:12:in `create'");
        }
    }
    entries
}

#[test]
fn requests_that_fail_in_rails_are_seen_below_any_level() {
    for (class, message) in [
        ("NoMethodError", "undefined method `total' for nil:NilClass"),
        ("Prices::Stale", "no list since yesterday"),
        (
            "RedisClient::CommandError",
            "OOM command not allowed when used memory > 'maxmemory'. (redis://cache:6379/0)",
        ),
    ] {
        let report = report(&rails(class, message, "500 Internal Server Error"));
        let title = titles(&report).first().cloned().unwrap_or_default();
        let named =
            if class == "NoMethodError" { "Ruby called a method that is not there: total" } else { class };
        assert!(title.contains(named), "{title}");
        assert_eq!(report.findings[0].counts[0].n, 40, "{:?}", report.findings[0].counts);
        assert!(report.findings[0].class != Class::Notice, "{title}");
        assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    }
    let calm = report(&rails(
        "ActionController::RoutingError",
        "No route matches [GET] \"/wp-login.php\"",
        "404 Not Found",
    ));
    assert!(calm.findings.iter().all(|finding| finding.class == Class::Notice), "{:?}", titles(&calm));
}

/// The lines of one build, each by its second and step of Cloud Build.
fn build(lines: &[(usize, &str)]) -> String {
    let resource = json!({ "type": "build", "labels": { "build_id": "b0-4f1c", "project_id": "acme" } });
    let line = |(second, words): &(usize, &str)| {
        entry(*second, "cloudbuild", "INFO", resource.clone(), json!({ "textPayload": words }))
    };
    let report = report(&lines.iter().map(line).collect::<Vec<_>>());
    titles(&report).first().cloned().unwrap_or_default()
}

#[test]
fn what_is_said_before_the_last_step_of_docker_did_not_end_the_build() {
    let cache = "Step #0 - \"Build\": Error response from daemon: manifest for registry.example/acme/till:cache not found: manifest unknown: Failed to fetch \"cache\"";
    let missing = "Step #0 - \"Build\": Error: Cannot find module '@acme/config'";
    let ends = "Step #0 - \"Build\": The command '/bin/sh -c npm run build' returned a non-zero code: 1";
    let failed =
        "ERROR: build step 0 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 1";
    let step = "Step #0 - \"Build\": Step 10/18 : RUN npm run build";
    let title = build(&[(1, cache), (4, step), (9, missing), (10, ends), (11, failed)]);
    assert!(title.contains("@acme/config"), "{title}");
    // What another step, or the program itself, prints is no step of that one.
    for other in ["Step #1 - \"Web\": Step 5/9 : COPY . .", "Step #0 - \"Build\": [seed] Step 3/5 : rollback"]
    {
        let title = build(&[(1, step), (4, missing), (6, other), (10, ends), (11, failed)]);
        assert!(title.contains("@acme/config"), "{title}");
    }
}
