//! Who stands behind a failure: the session that a change of a table waits for, the lock that keeps connections, a stranger who tries
//! passwords, a role that was taken away long before it was missed, a caller that copes, an order to stop. Logs of our own.

use super::tied::{all, at, entry, said, titles};
use super::work::report;
use fivewhys::report::model::{Class, Report};
use serde_json::{Value, json};

/// A line of a PostgreSQL server with its process and a prefix of `db=,user=,client=`.
fn line(second: usize, pid: usize, severity: &str, who: &str, words: &str) -> Value {
    let resource = json!({ "type": "cloudsql_database", "labels": { "database_id": "demo:main", "project_id": "demo" } });
    let clock = at(second);
    let text = format!("2026-06-01 {} UTC [{pid}]: [1-1] {who} {words}", clock.get(11..19).unwrap_or(""));
    entry(
        second,
        "cloudsql.googleapis.com%2Fpostgres.log",
        severity,
        resource,
        json!({ "textPayload": text }),
    )
}

const APP: &str = "db=vet,user=app,app=vet,client=10.0.0.9";
const MIGRATION: &str = "db=vet,user=migrator,app=alembic,client=10.0.0.8";
const PERSON: &str = "db=vet,user=ida,app=psql,client=10.0.0.7";
const CHANGE: &str = "ALTER TABLE visits ADD COLUMN paid bool;";

/// Calls that wait behind a change, which itself waits for a session that a person left open; `holder` is the process named.
fn queue(holder: usize) -> Report {
    let mut entries: Vec<Value> =
        (0..20).map(|n| said(n * 10, "vet", "0a", "INFO", "INFO: visit stored")).collect();
    entries.push(line(40, 501, "INFO", PERSON, "LOG:  statement: BEGIN"));
    entries.push(line(
        48,
        501,
        "INFO",
        PERSON,
        "LOG:  duration: 2000.100 ms  statement: SELECT count(*) FROM visits",
    ));
    entries.push(line(201, 77, "INFO", MIGRATION, "LOG:  process 77 still waiting for AccessExclusiveLock on relation 16500 of database 16401 after 1000.106 ms"));
    entries.push(line(
        201,
        77,
        "INFO",
        MIGRATION,
        &format!("DETAIL:  Process holding the lock: {holder}. Wait queue: 77."),
    ));
    for n in 0..8 {
        let pid = 4000 + n;
        entries.push(line(210 + n * 20, pid, "INFO", APP, &format!("LOG:  process {pid} still waiting for AccessShareLock on relation 16500 of database 16401 after 1000.{n}06 ms")));
        entries.push(line(
            239 + n * 20,
            pid,
            "ERROR",
            APP,
            "ERROR:  canceling statement due to statement timeout",
        ));
    }
    for second in [300, 320, 340] {
        entries.push(line(
            second,
            4100 + second,
            "ALERT",
            APP,
            "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
        ));
    }
    entries.push(line(
        400,
        501,
        "ALERT",
        PERSON,
        "FATAL:  terminating connection due to administrator command",
    ));
    entries.push(line(
        401,
        77,
        "INFO",
        MIGRATION,
        &format!("LOG:  duration: 201000.402 ms  statement: {CHANGE}"),
    ));
    entries.extend((0..20).map(|n| said(500 + n * 10, "vet", "0a", "INFO", "INFO: visit stored")));
    report(&entries)
}

#[test]
fn a_session_that_a_change_waits_for_is_named_with_what_it_said() {
    let told = queue(501);
    super::golden::told("session_before_a_change", &told);
    let first = told.findings.first().expect("a finding");
    let (title, cause) = (first.title.plain(), all(first));
    assert!(title.starts_with("Process 501 (ida, psql) held a lock that ALTER TABLE visits"), "{title}");
    assert!(title.contains("waited for, and what came behind it"), "{title}");
    assert!(cause.contains("statement: BEGIN (00:00:40 UTC)"), "{cause}");
    assert!(cause.contains("At 00:06:40 UTC it was ended, and the change got through"), "{cause}");
    assert!(cause.contains("3 new connections were refused meanwhile"), "{cause} {:?}", titles(&told));
    assert_eq!(first.confidence.word, "certain");
    // The change itself is the holder where the server says so.
    let told = queue(77);
    super::golden::told("change_that_holds_a_lock", &told);
    let title = told.findings.first().map(|f| f.title.plain()).unwrap_or_default();
    assert!(title.contains("held a lock for 3 min 21 s that others waited for"), "{title}");
}

#[test]
fn passwords_that_a_stranger_tries_are_a_notice() {
    let refused = |who: &str, user: &str| {
        let mut entries: Vec<Value> =
            (0..60).map(|n| said(n * 20, "vet", "0a", "INFO", "INFO: visit stored")).collect();
        entries.extend((0..4).map(|n| {
            let words = format!("FATAL:  password authentication failed for user \"{user}\"");
            line(100 + n * 290, 900 + n, "ALERT", who, &words)
        }));
        report(&entries)
    };
    let is_calm = |told: &Report| told.findings.iter().all(|finding| finding.class == Class::Notice);
    let stranger = "db=postgres,user=postgres,app=[unknown],client=203.0.114.20";
    let told = refused(stranger, "postgres");
    assert!(is_calm(&told), "{:?}", titles(&told));
    let said = told.findings.first().map(all).unwrap_or_default();
    assert!(said.contains("no other service of this log tells of a refused login"), "{said}");
    // An account of one's own, a caller in one's own network, or one that comes through the proxy is none.
    let own =
        ["db=vet,user=postgres,client=10.0.0.9", "db=vet,user=postgres,client=cloudsqlproxy~203.0.114.20"];
    for (who, user) in [(stranger, "vet_app"), (own[0], "postgres"), (own[1], "postgres")] {
        let told = refused(who, user);
        assert!(!is_calm(&told), "{who} {user}: {:?}", titles(&told));
    }
}

/// A crash loop because of a secret, after a role on it was taken away an hour before, and another one later; `back` says whom it was given
/// again soon.
fn denied(member: &str, back: &str) -> Report {
    let audit = |second: usize, method: &str, resource: &str, payload: Value| {
        let labels =
            json!({ "service": "secretmanager.googleapis.com", "method": method, "project_id": "demo" });
        let mut proto = json!({
            "@type": "type.googleapis.com/google.cloud.audit.AuditLog", "serviceName": "secretmanager.googleapis.com",
            "methodName": method, "resourceName": resource,
        });
        proto
            .as_object_mut()
            .into_iter()
            .for_each(|proto| proto.extend(payload.as_object().cloned().unwrap_or_default()));
        let resource = json!({ "type": "audited_resource", "labels": labels });
        let log = "cloudaudit.googleapis.com%2Factivity";
        entry(second, log, "NOTICE", resource, json!({ "protoPayload": proto }))
    };
    let set_for = |action: &str, member: &str| {
        json!({
            "authenticationInfo": { "principalEmail": "terraform@demo.iam.gserviceaccount.com" },
            "serviceData": { "policyDelta": { "bindingDeltas": [
                { "action": action, "role": "roles/secretmanager.secretAccessor", "member": format!("serviceAccount:{member}@demo.iam.gserviceaccount.com") },
            ] } },
        })
    };
    let set = "google.cloud.secretmanager.v1.SecretManagerService.SetIamPolicy";
    let mut entries = vec![
        audit(600, set, "projects/4711/secrets/mail-key", set_for("REMOVE", member)),
        audit(900, set, "projects/4711/secrets/mail-key", set_for("ADD", back)),
        audit(3600, set, "projects/4711/secrets/other-key", set_for("REMOVE", "somebody")),
    ];
    entries.extend((0..100).map(|n| said(n * 40, "mailer", "0a", "INFO", "INFO: mail sent")));
    for n in 0..6 {
        let (second, instance) = (4200 + n * 60, format!("0b{n}"));
        let said =
            |offset, severity, words: &str| said(second + offset, "mailer", &instance, severity, words);
        entries.push(said(1, "ERROR", "panic: read mail-key: rpc error: code = PermissionDenied desc = Permission 'secretmanager.versions.access' denied on resource 'projects/demo/secrets/mail-key/versions/latest' (or it may not exist).\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d"));
        entries.push(said(2, "WARNING", "Container called exit(2)."));
        let status = json!({
            "authenticationInfo": { "principalEmail": "mailer@demo.iam.gserviceaccount.com" },
            "status": { "code": 7, "message": "Permission 'secretmanager.versions.access' denied on resource (or it may not exist)." },
        });
        let access = "google.cloud.secretmanager.v1.SecretManagerService.AccessSecretVersion";
        entries.push(audit(second, access, "projects/4711/secrets/mail-key/versions/latest", status));
    }
    report(&entries)
}

#[test]
fn a_role_that_was_taken_away_long_before_it_was_missed_is_told() {
    let told = denied("mailer", "somebody");
    super::golden::told("role_taken_away", &told);
    let first = told.findings.first().expect("a finding");
    let (title, cause) = (first.title.plain(), all(first));
    assert!(title.contains("crash") && title.contains("was removed from serviceAccount:mailer@"), "{title}");
    assert!(
        cause.starts_with("roles/secretmanager.secretAccessor was removed from serviceAccount:mailer@demo.iam.gserviceaccount.com on projects/4711/secrets/mail-key by terraform@demo.iam.gserviceaccount.com at 2026-06-01 00:10:00 UTC, 1 h before"),
        "{cause}"
    );
    assert!(!cause.contains("The last thing that it says before it ends is"), "{cause}");
    let actions: Vec<String> =
        told.actions.iter().map(|action| format!("{} {}", action.what.plain(), action.command)).collect();
    let back =
        actions.iter().find(|action| action.contains("gcloud secrets add-iam-policy-binding mail-key"));
    assert!(back.is_some_and(|action| action.contains("Mend it in the code of terraform@")), "{actions:?}");
    // One that was given back, or was somebody else's, is none.
    for (member, back) in [("mailer", "mailer"), ("somebody", "nobody")] {
        let told = denied(member, back);
        let title = told.findings.first().map(|f| f.title.plain()).unwrap_or_default();
        assert!(!title.contains("was removed"), "{member} {back}: {title}");
    }
    // What an API says of a refused call is no service that fails to start.
    assert!(titles(&told).iter().all(|title| !title.contains("failed to start")), "{:?}", titles(&told));
}

#[test]
fn callers_that_wait_for_a_connection_are_told_with_the_lock_that_keeps_them() {
    let told = |late: usize| {
        let mut entries: Vec<Value> =
            (0..140).map(|n| said(n * 10, "vet", "0a", "INFO", "INFO: visit stored")).collect();
        for n in 0..8 {
            let (pid, from) = (4000 + n, 210 + n * 20);
            entries.push(line(from, pid, "INFO", APP, &format!("LOG:  process {pid} still waiting for RowExclusiveLock on relation 16500 of database 16401 after 1000.{n}06 ms")));
            entries.push(line(
                from,
                pid,
                "INFO",
                APP,
                &format!("DETAIL:  Process holding the lock: 77. Wait queue: {pid}."),
            ));
            let words = "ERROR:  canceling statement due to statement timeout";
            entries.push(line(from + 29, pid, "ERROR", APP, words));
            let words = "QueryCanceled: canceling statement due to statement timeout";
            entries.push(said(from + 29, "vet", "0a", "ERROR", words));
        }
        for n in 0..5 {
            let words = "ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 seconds (waited 5.002 seconds); all pooled connections were in use)";
            entries.push(said(230 + n * late, "vet", "0a", "ERROR", words));
        }
        let words = "LOG:  duration: 201000.402 ms  statement: CREATE INDEX visits_day ON visits (day)";
        entries.push(line(401, 77, "INFO", MIGRATION, words));
        report(&entries)
    };
    let report = told(25);
    let first = report.findings.first().expect("a finding");
    let (title, words) = (first.title.plain(), all(first));
    assert!(title.starts_with("CREATE INDEX visits_day ON visits"), "{title}");
    assert!(words.contains("5 callers waited for a connection in vain meanwhile"), "{words}");
    assert_eq!(report.findings.len(), 1, "{:?}", titles(&report));
    // A pool that is still used up long after the change is a matter of its own.
    let report = told(200);
    assert!(report.findings.len() > 1, "{:?}", titles(&report));
}

#[test]
fn a_warning_by_chance_does_not_take_from_a_caller_that_it_copes() {
    let ingest = |warnings: usize| {
        let mut entries: Vec<Value> =
            (0..300).map(|n| said(n * 4, "meters", "0a", "INFO", "INFO: batch stored")).collect();
        for n in 0..20 {
            let words = format!("ERROR:  duplicate key value violates unique constraint \"batch_uq\" {n}");
            entries.push(line(30 + n * 55, 900 + n, "ERROR", APP, &words));
            entries.push(said(31 + n * 55, "meters", "0a", "INFO", "INFO: batch is there already, skipped"));
        }
        for n in 0..warnings {
            entries.push(said(36 + n * 55, "meters", "0a", "WARNING", "WARNING: clock of a meter is off"));
        }
        report(&entries)
    };
    assert!(ingest(2).findings.iter().all(|f| f.class == Class::Notice), "{:?}", titles(&ingest(2)));
    let told = ingest(2).findings.first().map(all).unwrap_or_default();
    assert!(told.contains("Whoever asked copes with it"), "{told}");
    let told = ingest(8).findings.iter().map(all).collect::<String>();
    assert!(!told.contains("Whoever asked copes with it"), "{told}");
}

#[test]
fn what_npm_says_of_a_script_that_was_told_to_stop_is_no_failure() {
    let shop = |signal: &str| {
        let mut entries: Vec<Value> =
            (0..60).map(|n| said(n * 20, "shop", "0a", "INFO", "INFO: order stored")).collect();
        for words in ["path /srv/web/shop", signal, "command sh -c next start"] {
            for (instance, second) in [("0a", 700), ("0b", 720)] {
                entries.push(said(second, "shop", instance, "ERROR", &format!("npm error {words}")));
            }
        }
        report(&entries)
    };
    let told = shop("signal SIGTERM");
    assert!(told.findings.is_empty(), "{:?}", titles(&told));
    let aside: String = told.coverage.sentences.iter().map(|s| s.text.plain()).collect();
    assert!(aside.contains("npm calls a script failed that got the signal to stop (2 lines)"), "{aside}");
    let words = shop("signal SIGABRT").findings.iter().map(all).collect::<String>();
    assert!(words.contains("An npm script failed"), "{words}");
}
