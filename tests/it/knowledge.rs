//! The built-in signatures, proved: every example matches, no counterexample does, none lacks either, anchors cover
//! their regexes, overlaps are settled, and no text names what must not stand in the repository.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout)] // a test that fails may panic, and tells figures

use fivewhys::diagnose::knowledge::model::{Role, Rule};
use fivewhys::diagnose::knowledge::{Knowledge, prove, rules};
use fivewhys::redact::{Level, Memory};
use std::collections::BTreeSet;

fn all() -> Vec<Rule> {
    rules::self_rules(&Knowledge::builtin())
}

#[test]
fn references_and_placeholders_hold() {
    let faults = prove::references(&all(), &[]);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn examples_match_and_counterexamples_do_not() {
    let all = all();
    for rule in &all {
        let id = &rule.signature.id;
        assert!(!rule.samples.examples.is_empty(), "{id} has no example");
        assert!(!rule.samples.counterexamples.is_empty(), "{id} has no counterexample");
    }
    let faults = prove::samples(&all);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn overlaps_of_different_roles_are_settled() {
    let all = all();
    let own: BTreeSet<&str> = all.iter().map(|rule| rule.signature.id.as_str()).collect();
    let faults = prove::overlaps(&all, &own);
    assert!(faults.is_empty(), "{faults:#?}");
}

/// The first match of an example is its own signature, or one that says it wins.
#[test]
fn an_example_is_recognised_as_what_it_stands_for() {
    let knowledge = Knowledge::builtin();
    let mut wrong = Vec::new();
    for rule in all() {
        for text in &rule.samples.examples {
            let found = knowledge.matches(text);
            let ids: Vec<&str> =
                found.iter().map(|found| knowledge.signatures()[found.signature].id.as_str()).collect();
            let first = ids.first().copied().unwrap_or("nothing");
            let wins = knowledge.get(first).is_some_and(|other| {
                other.also.contains(&rule.signature.id) || other.role == rule.signature.role && !other.generic
            });
            if first != rule.signature.id && !wins {
                wrong.push(format!("{} is taken by {ids:?}: {text}", rule.signature.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_explanation_leads_to_a_consequence() {
    let knowledge = Knowledge::builtin();
    for signature in knowledge.signatures() {
        for id in &signature.explains {
            let role = knowledge.get(id).map(|other| other.role);
            assert!(matches!(role, Some(Role::Cause | Role::Symptom)), "{} explains {id}", signature.id);
        }
        for id in &signature.also {
            let back = knowledge.get(id).is_some_and(|other| other.also.contains(&signature.id));
            assert!(!back, "{} and {id} name each other in `also`; only the specific one does", signature.id);
        }
    }
}

#[test]
fn texts_are_plain_and_name_nothing_of_one_machine_or_team() {
    let hosts = ["gcr", "pkg", "docker", "npmjs", "pypi", "crates"].map(|name| format!("{name}."));
    let banned = ["this project's corpus", "/tmp/", "/work/", "/home/"];
    for rule in all() {
        let s = &rule.signature;
        assert!(!rule.samples.source.is_empty() && s.title.len() <= 70, "{}", s.id);
        assert!(s.why_candidates.len() <= 3 && s.check.len() <= 2, "{}", s.id);
        let texts = [&s.title, &s.what, &s.action, &s.impact, &s.verify, &rule.samples.source];
        let samples = rule.samples.examples.iter().chain(&rule.samples.counterexamples);
        for text in texts.into_iter().chain(samples) {
            assert!(!banned.iter().any(|word| text.contains(word)), "{}: {text}", s.id);
            let host = hosts.iter().any(|host| {
                text.contains(&format!("{host}io"))
                    || text.contains(&format!("{host}dev"))
                    || text.contains(&format!("{host}org"))
            });
            assert!(!host, "{}: {text}", s.id);
        }
    }
}

/// Messages as they come, and what has to be made of them: signature and one capture.
#[test]
fn known_messages_are_told_apart() {
    let cases = [
        (
            "ModuleNotFoundError: No module named 'acme.billing'",
            "py-module-missing",
            "module",
            "acme.billing",
        ),
        ("Container called exit(3).", "run-container-exit", "code", "3"),
        ("Container called exit(0).", "run-container-exit-ok", "", ""),
        (
            "[2026-03-02 07:05:15 +0000] [1] [ERROR] Worker (pid:7) was sent SIGTERM!",
            "gunicorn-sigterm",
            "",
            "",
        ),
        (
            "[1] [ERROR] Worker (pid:7) was sent SIGKILL! Perhaps out of memory?",
            "gunicorn-sigkill",
            "signal",
            "SIGKILL",
        ),
        ("GET /.env 404", "scan-probe", "probe", "/.env"),
        ("GET /orders/17 404", "http-request-404", "path", "/orders/17"),
        ("Failed to start billing worker: ZodError: [", "zod-validation", "", ""),
        (
            "(1045, \"Access denied for user 'shop'@'10.1.2.3' (using password: YES)\")",
            "mysql-access-denied",
            "user",
            "shop",
        ),
        ("Access to checkout is fine, nothing denied", "", "", ""),
        (
            "Cannot truncate a table referenced in a foreign key constraint (`acme`.`lines`, CONSTRAINT `fk`)",
            "migration-refused",
            "table",
            "lines",
        ),
        (
            "src/a.ts(3,10): error TS2305: Module '\"@prisma/client\"' has no exported member 'Order'.",
            "ts-prisma-not-generated",
            "member",
            "Order",
        ),
        (
            "src/a.ts(9,1): error TS7006: Parameter 'x' implicitly has an 'any' type.",
            "ts-compile-error",
            "code",
            "TS7006",
        ),
        (
            "INFO sentry_sdk.errors: Discarded session update because of missing release",
            "sentry-disabled",
            "",
            "",
        ),
        ("fastapi.exceptions.HTTPException: 429: Rate limit exceeded.", "http-429-as-500", "status", "429"),
        ("Error: connect ENOENT /cloudsql/p:r:db/.s.PGSQL.5432", "pg-socket-missing", "instance", "p:r:db"),
        (
            "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.acme.example', port=443): Max retries exceeded with url: /v1",
            "http-client-retries",
            "host",
            "api.acme.example",
        ),
        ("Node gke-acme-pool-1c92 status is now: NodeReady", "k8s-node-ready", "", ""),
        ("Node gke-acme-pool-1c92 status is now: NodeNotReady", "k8s-node-not-ready", "", ""),
        (
            "# Query_time: 0.000375  Lock_time: 0.000200 Rows_sent: 1  Rows_examined: 12",
            "mysql-slow-log",
            "",
            "",
        ),
        (
            "# Query_time: 12.5  Lock_time: 0.000200 Rows_sent: 1  Rows_examined: 900000",
            "mysql-slow-query",
            "seconds",
            "12.5",
        ),
        (
            "The request has been terminated because it has reached the maximum request timeout.",
            "run-request-timeout",
            "",
            "",
        ),
        ("the user opened the orders page", "", "", ""),
    ];
    told_apart(&cases);
}

/// Variants of one trouble that have different owners: each is its own signature.
#[test]
fn variants_with_different_owners_are_told_apart() {
    let get = "Get \"https://api.acme.example/v1\": tls: failed to verify certificate: x509: certificate";
    let expired = format!(
        "{get} has expired or is not yet valid: current time 2024-05-02T00:00:00Z is after 2024-05-01T23:59:59Z"
    );
    let name = format!("{get} is valid for www.acme.example, not api.acme.example");
    let unknown = format!("{get} signed by unknown authority");
    let pull = "Failed to pull image \"shop/api:v9\": failed to resolve reference \"shop/api:v9\":";
    let missing = format!("Failed: {pull} shop/api:v9: not found");
    let denied = format!("Failed: {pull} failed to authorize: unexpected status: 403 Forbidden");
    let cut_off =
        format!("Failed: {pull} dial tcp: lookup registry.acme.example on 10.0.0.10:53: server misbehaving");
    told_apart(&[
        (&expired, "tls-cert-expired", "host", "api.acme.example"),
        (&name, "tls-cert-name", "host", "api.acme.example"),
        (&unknown, "tls-cert-unknown-ca", "host", "api.acme.example"),
        (&missing, "k8s-image-missing", "image", "shop/api:v9"),
        (&denied, "k8s-image-pull-denied", "image", "shop/api:v9"),
        (&cut_off, "k8s-image-pull-network", "reason", "server misbehaving"),
        (
            "dial tcp: lookup db.acme.example on 10.0.0.10:53: read udp 10.0.1.6:40112->10.0.0.10:53: i/o timeout",
            "dns-resolver-down",
            "host",
            "db.acme.example",
        ),
        (
            "dial tcp: lookup db.acme.example on 10.0.0.10:53: no such host",
            "dns-failed",
            "host",
            "db.acme.example",
        ),
        ("MISCONF Redis is configured to save RDB snapshots, but it's unable to", "redis-misconf", "", ""),
        ("READONLY You can't write against a read only replica.", "redis-readonly", "", ""),
        ("Memory cgroup out of memory: Killed process 7 (app) x", "k8s-oomkilled", "process", "app"),
        ("Memory cgroup out of memory: Killed process 7 (java) x", "k8s-oomkilled-heap", "process", "java"),
        ("Out of memory: Killed process 7 (java) total-vm:9kB", "linux-oom-machine", "process", "java"),
        ("Container terminated on signal 6.", "run-container-abort", "signal", "6"),
        ("Container terminated on signal 9.", "run-container-killed", "signal", "9"),
        ("Container terminated on signal 11.", "run-container-segfault", "signal", "11"),
        ("Container terminated on signal 15.", "run-container-signal", "signal", "15"),
        ("Picked up JAVA_TOOL_OPTIONS: -Xmx512m", "java-options-picked-up", "options", "-Xmx512m"),
        (
            "Unhandled exception. System.InvalidOperationException: Configuration value 'Mail:Sender' is missing.",
            "dotnet-config-value-missing",
            "name",
            "Sender",
        ),
        (
            "400 Secret Version [projects/1/secrets/mail-key/versions/7] is in DISABLED state.",
            "secret-version-disabled",
            "secret",
            "mail-key",
        ),
        ("panic: runtime error: invalid memory address or nil pointer dereference", "go-nil-pointer", "", ""),
        ("fatal error: concurrent map writes", "go-concurrent-map", "", ""),
        ("TypeError: o.foo is not a function", "node-not-callable", "fn", "o.foo"),
        (
            "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: db.acme.example. is not in the cert's altnames: DNS:www.acme.example",
            "tls-cert-name",
            "host",
            "db.acme.example",
        ),
        (
            "call failed: 503 Service Unavailable from https://api.acme.example/v1",
            "upstream-answered-5xx",
            "host",
            "api.acme.example",
        ),
        ("WARNING sync: giving up on page 12, skipped", "work-given-up", "item", "page 12"),
        (
            "connection to server at \"10.20.0.3\", port 5432 failed: FATAL:  the database system is in recovery mode",
            "pg-starting",
            "state",
            "in recovery mode",
        ),
        (
            "connection to server at \"10.20.0.3\", port 5432 failed: FATAL:  database \"shop\" does not exist",
            "pg-database-missing",
            "name",
            "shop",
        ),
        (
            "connection to server at \"10.20.0.3\", port 5432 failed: Connection refused",
            "pg-connect-refused",
            "host",
            "10.20.0.3",
        ),
        (
            "redis.clients.jedis.exceptions.JedisConnectionException: Could not get a resource from the pool\nCaused by: java.util.NoSuchElementException: Timeout waiting for idle object",
            "redis-pool-exhausted",
            "",
            "",
        ),
        ("Connection refused because there are too many open connections", "mongo-connections-full", "", ""),
    ]);
}

/// Text, the id of its first signature, and one capture of it.
fn told_apart(cases: &[(&str, &str, &str, &str)]) {
    let knowledge = Knowledge::builtin();
    for &(text, id, capture, value) in cases {
        let found = knowledge.matches(text);
        let first = found.first().map_or("", |found| knowledge.signatures()[found.signature].id.as_str());
        assert_eq!(first, id, "{text}");
        if !capture.is_empty() {
            assert_eq!(found[0].captures.get(capture).map(String::as_str), Some(value), "{text}");
        }
    }
}

#[test]
fn request_lines_ask_only_what_is_meant_for_them() {
    let knowledge = Knowledge::builtin();
    let first = |line: &str| {
        knowledge
            .matches_request(line)
            .first()
            .map(|found| knowledge.signatures()[found.signature].id.clone())
    };
    assert_eq!(first("POST /api/orders 503").as_deref(), Some("http-request-5xx"));
    assert_eq!(first("GET /wp-login.php 404").as_deref(), Some("scan-probe"));
    assert_eq!(first("GET /health 200"), None);
}

/// A title stands before the words of an error, with a colon between them: one that ends with the name of a secret hides what follows.
#[test]
fn no_title_makes_a_secret_of_what_follows_it() {
    for signature in Knowledge::builtin().signatures() {
        let text = format!("{}: 0 [Note] refused", signature.title);
        assert_eq!(Memory::new(Level::Secrets, &[]).redact(&text), text, "{}", signature.id);
    }
}
