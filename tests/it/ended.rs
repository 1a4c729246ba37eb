//! What processes were at when they ended, builds and units that stay down, instances that differ, levels by their names: logs of our own.
#![allow(clippy::needless_pass_by_value, reason = "entries are written where they are used")]

use super::judged::actions;
use super::tied::{all, at, entry, said, titles};
use super::work::{report, report_of};
use fivewhys::report::model::{Class, Priority, State};
use serde_json::{Value, json};

#[test]
fn a_process_that_runs_for_minutes_is_no_failed_start_and_the_same_work_ends_it() {
    let mut entries = Vec::new();
    let pod = |second: usize, name: &str, severity: &str, words: &str| {
        let labels = json!({ "cluster_name": "c", "namespace_name": "prod", "pod_name": name, "container_name": "thumbs", "project_id": "acme", "location": "x" });
        entry(
            second,
            "stdout",
            severity,
            json!({ "type": "k8s_container", "labels": labels }),
            json!({ "textPayload": words }),
        )
    };
    for n in 0..120 {
        entries.push(pod(n * 10, "thumbs-6c9b-aaaa1", "INFO", &format!("made image {n}")));
    }
    for n in 0..4 {
        let start = 100 + n * 240;
        entries.push(pod(start, "thumbs-6c9b-bbbb2", "INFO", "worker starting"));
        entries.push(pod(start + 120, "thumbs-6c9b-bbbb2", "INFO", "processing batch 77 (18432x18432)"));
        let labels = json!({ "cluster_name": "c", "namespace_name": "prod", "pod_name": "thumbs-6c9b-bbbb2", "project_id": "acme", "location": "x" });
        let event = json!({ "kind": "Event", "type": "Warning", "reason": "OOMKilling", "message": format!("Memory cgroup out of memory: Killed process {} (python3)", 900 + n), "involvedObject": { "kind": "Pod", "name": "thumbs-6c9b-bbbb2", "namespace": "prod" } });
        entries.push(entry(
            start + 150,
            "events",
            "WARNING",
            json!({ "type": "k8s_pod", "labels": labels }),
            json!({ "jsonPayload": event }),
        ));
    }
    let told = report(&entries);
    let main = &told.findings[0];
    assert!(!main.impact.text.plain().contains("fail to start"), "{}", main.impact.text.plain());
    assert!(
        all(main).contains("processing batch 77") && all(main).contains("thumbs-6c9b-aaaa1"),
        "{}",
        all(main)
    );
    assert!(
        actions(&told, Priority::P0).contains("First aid: take what"),
        "{}",
        actions(&told, Priority::P0)
    );
}

#[test]
fn what_one_of_many_instances_says_is_looked_at_there() {
    let mut entries = Vec::new();
    for n in 0..240 {
        entries.push(said(
            n * 5,
            "search",
            ["0a", "0b", "0c", "0d"][n % 4],
            "INFO",
            &format!("INFO: query {n} answered"),
        ));
    }
    for n in 0..40 {
        let words = format!(
            "ERROR: query failed: dial tcp: lookup db.prod.svc on 10.96.0.10:53: read udp 10.4.3.9:{}->10.96.0.10:53: i/o timeout",
            40_000 + n
        );
        entries.push(said(600 + n * 15, "search", "0c", "ERROR", &words));
    }
    let told = report(&entries);
    assert!(told.whys.iter().any(|why| why.question.plain() == "Where does it happen?"), "{:?}", told.whys);
    assert!(actions(&told, Priority::P1).contains("take 0c out"), "{}", actions(&told, Priority::P1));
}

#[test]
fn builds_that_end_with_the_same_messages_are_one_incident() {
    let line = |second: usize, build: &str, words: &str| {
        let labels = json!({ "build_id": build, "build_trigger_id": "t", "project_id": "acme" });
        entry(
            second,
            "cloudbuild",
            "INFO",
            json!({ "type": "build", "labels": labels }),
            json!({ "textPayload": words }),
        )
    };
    let mut entries = Vec::new();
    for (n, build) in ["b1", "b2", "b3"].into_iter().enumerate() {
        let start = n * 1800;
        for (k, words) in [
            format!("starting build \"{build}\""),
            "Step #1 - \"docker\": checking the lock of the warehouse".to_owned(),
            "Step #1 - \"docker\": error: the lock of the warehouse is held by nobody".to_owned(),
            "Step #1 - \"docker\": giving up on the warehouse".to_owned(),
            "ERROR".to_owned(),
            "ERROR: build step 1 \"gcr.io/cloud-builders/docker\" failed: step exited with non-zero status: 1".to_owned(),
        ]
        .iter()
        .enumerate()
        {
            entries.push(line(start + k, build, words));
        }
    }
    let told = report(&entries);
    super::golden::told("builds_alike", &told);
    assert!(titles(&told)[0].starts_with("3 builds failed"), "{:?}", titles(&told));
    assert_eq!(told.findings.len(), 1, "{:?}", titles(&told));
}

#[test]
fn a_unit_that_systemd_gave_up_is_down() {
    let line = |second: usize, unit: &str, identifier: &str, priority: u8, words: &str| {
        let micros = 1_780_300_000_000_000_u64 + second as u64 * 1_000_000;
        json!({ "__REALTIME_TIMESTAMP": micros.to_string(), "__CURSOR": format!("c{second}-{words}"), "PRIORITY": priority.to_string(), "_SYSTEMD_UNIT": unit, "SYSLOG_IDENTIFIER": identifier, "MESSAGE": words, "_HOSTNAME": "edge" })
    };
    let mut lines: Vec<Value> =
        (0..60).map(|n| line(n * 15, "exporter.service", "exporter", 6, "scrape ok")).collect();
    for n in 0..5 {
        let second = 300 + n * 2;
        lines.push(line(
            second,
            "proxy.service",
            "proxy",
            1,
            "parsing [/etc/proxy/proxy.cfg:41] : unknown keyword 'reqrep'",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            5,
            "proxy.service: Main process exited, code=exited, status=1/FAILURE",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            4,
            "proxy.service: Failed with result 'exit-code'.",
        ));
        lines.push(line(
            second,
            "init.scope",
            "systemd",
            6,
            &format!("proxy.service: Scheduled restart job, restart counter is at {}.", n + 1),
        ));
    }
    lines.push(line(311, "init.scope", "systemd", 4, "proxy.service: Start request repeated too quickly."));
    lines.push(line(311, "init.scope", "systemd", 3, "Failed to start proxy.service - Proxy."));
    lines.sort_by_key(|line| line["__REALTIME_TIMESTAMP"].to_string());
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let told = report_of("log.ndjson", text.as_bytes());
    let main = &told.findings[0];
    assert!(main.title.plain().starts_with("proxy.service is in a crash loop"), "{:?}", titles(&told));
    assert_eq!((main.state, main.class), (State::Ongoing, Class::Critical));
    assert_eq!(main.counts[0].n, 5, "{:?}", main.counts);
    assert!(
        actions(&told, Priority::P0).contains("Correct line 41 of /etc/proxy/proxy.cfg"),
        "{}",
        actions(&told, Priority::P0)
    );
}

#[test]
fn levels_of_other_names_are_counted_by_them() {
    let line = |n: usize, level: Value| json!({ "time": at(n), "level": level, "msg": format!("said {n}"), "logger": "x" });
    let levels = [json!("TRACE"), json!("DEBUG"), json!("FATAL"), json!("info"), json!("info")];
    let text: String =
        levels.iter().enumerate().map(|(n, level)| format!("{}\n", line(n, level.clone()))).collect();
    let rows: Vec<(String, u64)> = report_of("log.ndjson", text.as_bytes())
        .severity
        .iter()
        .map(|row| (row.name.clone(), row.entries))
        .collect();
    let row = |name: &str, n: u64| (name.to_owned(), n);
    assert_eq!(rows, [row("FATAL", 1), row("INFO", 2), row("DEBUG", 1), row("TRACE", 1)]);
}

#[test]
fn a_build_that_waits_for_pods_hangs_on_what_keeps_them() {
    let mut entries = Vec::new();
    for n in 0..30 {
        let labels = json!({ "cluster_name": "c", "namespace_name": "shop", "pod_name": "till-84c6f7d99b-x1", "project_id": "acme", "location": "x" });
        let event = json!({ "kind": "Event", "type": "Warning", "reason": "Failed", "message": "Error: secret \"till-signing\" not found", "involvedObject": { "kind": "Pod", "name": "till-84c6f7d99b-x1", "namespace": "shop" } });
        entries.push(entry(
            60 + n * 20,
            "events",
            "WARNING",
            json!({ "type": "k8s_pod", "labels": labels }),
            json!({ "jsonPayload": event }),
        ));
    }
    let line = |second: usize, words: &str| {
        let labels = json!({ "build_id": "b1", "build_trigger_id": "t", "project_id": "acme" });
        entry(
            second,
            "cloudbuild",
            "INFO",
            json!({ "type": "build", "labels": labels }),
            json!({ "textPayload": words }),
        )
    };
    entries.push(line(0, "starting build \"b1\""));
    entries.push(line(50, "Step #1 - \"rollout\": Waiting for deployment \"till\" rollout to finish: 0 of 2 updated replicas are available..."));
    entries
        .push(line(650, "Step #1 - \"rollout\": error: deployment \"till\" exceeded its progress deadline"));
    entries.push(line(
        651,
        "ERROR: build step 1 \"gcr.io/cloud-builders/kubectl\" failed: step exited with non-zero status: 1",
    ));
    entries.extend((0..20).map(|n| said(700 + n, "other", "0a", "INFO", &format!("INFO: alive {n}"))));
    let told = report(&entries);
    assert_eq!(told.findings.len(), 1, "{:?}", titles(&told));
    assert!(titles(&told)[0].contains("till-signing"), "{:?}", titles(&told));
    assert!(all(&told.findings[0]).contains("exceeded its progress deadline"), "{}", all(&told.findings[0]));
}

#[test]
fn a_restart_by_order_is_a_notice_only_where_the_server_is_soon_ready_again() {
    let words = |pause: usize| {
        let mut entries = Vec::new();
        for n in 0..60 {
            entries.push(said(n * 10, "db", "a", "INFO", &format!("checkpoint complete: wrote {n} buffers")));
        }
        entries.push(said(605, "db", "a", "INFO", "received fast shutdown request"));
        for _ in 0..4 {
            entries.push(said(
                606,
                "db",
                "a",
                "CRITICAL",
                "terminating connection due to administrator command",
            ));
        }
        entries.push(said(605 + pause, "db", "a", "INFO", "database system is ready to accept connections"));
        for n in 0..60 {
            entries.push(said(
                700 + pause + n * 10,
                "db",
                "a",
                "INFO",
                &format!("checkpoint complete: wrote {n} buffers"),
            ));
        }
        report(&entries).findings.iter().map(all).collect::<Vec<_>>().join("\n")
    };
    let sentence = "was ready again within two minutes";
    assert!(words(20).contains(sentence), "{}", words(20));
    assert!(!words(600).contains(sentence), "{}", words(600));
}
