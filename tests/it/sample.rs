//! A report made by hand that uses every part of the model, for tests of the renderers.

use fivewhys::entry::{Nanos, Severity};
use fivewhys::error::{Code, Problem};
use fivewhys::query::Filter;
use fivewhys::report::model::*;

/// A minute after midnight on 2 March 2025, and so on.
fn at(second: i64) -> Nanos {
    Nanos((1_740_873_600 + second) * 1_000_000_000)
}

fn said(text: Rich) -> Sentence {
    Sentence { text, ..Sentence::default() }
}

fn derived(text: Rich, rule: &str) -> Sentence {
    Sentence { grade: Grade::Derived, text, rule: rule.into(), evidence: Some(0) }
}

fn guess(text: Rich) -> Sentence {
    Sentence { grade: Grade::Hypothesis, text, ..Sentence::default() }
}

fn quote(second: i64, severity: Severity, text: &str) -> Quote {
    Quote {
        time: Some(at(second)),
        severity,
        source: "shop-00007-abc".into(),
        text: text.into(),
        len: 10,
        ..Quote::default()
    }
}

const TRACE: &str = "Traceback (most recent call last):\n  File \"/app/main.py\", line 3, in <module>\n    import billing\n\
                     ModuleNotFoundError: No module named 'billing'";

/// One critical finding with everything in it, one notice.
pub(crate) fn incident() -> Report {
    let title = Rich::text("Module ").c("billing").t(" is missing; the container can't start");
    Report {
        schema: SCHEMA_VERSION,
        generator: "fivewhys test".into(),
        generated_at: Some(at(7_200)),
        headline: Headline {
            sentence: Rich::text("Service ")
                .c("shop")
                .t(" has been down since 00:00:05: module ")
                .c("billing")
                .t(" is missing."),
            grade: Grade::Derived,
            state: State::Ongoing,
            evidence: Some(0),
        },
        overview: vec![
            Fact { key: "Service".into(), values: vec!["shop".into()], ..Fact::default() },
            Fact {
                key: "Revisions".into(),
                values: vec!["shop-00007-abc".into()],
                more: 2,
                note: Rich::text("newest first"),
                ..Fact::default()
            },
        ],
        summary: vec![said(Rich::text("12,000 entries of one hour."))],
        timeline: Some(Timeline {
            from: at(0),
            bucket_nanos: 60_000_000_000,
            buckets: (0..48).map(|n| [n % 3, n, 0, u64::from(n == 5) * 7, u64::from(n == 6)]).collect(),
            marks: vec![
                Mark { time: at(5), kind: "first".into(), label: "first".into(), finding: "F1".into() },
                Mark { time: at(6), kind: "start".into(), ..Mark::default() },
                Mark { time: at(7), kind: "start".into(), ..Mark::default() },
                Mark {
                    time: at(600),
                    kind: "deploy".into(),
                    label: "shop-00007-abc".into(),
                    ..Mark::default()
                },
            ],
            notes: vec![derived(Rich::text("Most errors stand in one minute."), "count by minute")],
        }),
        findings: vec![
            main_finding(title),
            Finding {
                id: "F2".into(),
                title: Rich::text("Scanners ask for ").c("/.env"),
                ..Finding::default()
            },
        ],
        no_findings: Vec::new(),
        whys: vec![
            Why {
                question: Rich::text("Why do requests fail?"),
                answer: said(Rich::text("No instance runs.")),
                alternatives: Vec::new(),
            },
            Why {
                question: Rich::text("Why is the module missing?"),
                answer: guess(
                    Rich::text("The image was built without it; ").c("pip freeze").t(" would tell."),
                ),
                alternatives: vec![guess(Rich::text("It was renamed."))],
            },
        ],
        actions: vec![
            Action {
                priority: Priority::P0,
                finding: "F1".into(),
                what: Rich::text("Roll back to the revision before ").c("shop-00007-abc").t("."),
                steps: vec![Rich::text("Check that ").c("billing").t(" is in the image.")],
                command: "gcloud run services update-traffic shop --to-revisions=shop-00006-xyz=100".into(),
                verify: Rich::text("The startup probe passes."),
            },
            Action { priority: Priority::P2, what: Rich::text("Block scanners."), ..Action::default() },
        ],
        changes: vec![
            derived(
                Rich::text("The service says something new: ").c("No module named 'billing'").t("."),
                "G-test",
            ),
            guess(
                Rich::text("What came with ")
                    .c("shop-00007-abc")
                    .t(" brought it. It would speak for it: it ends where traffic goes back."),
            ),
        ],
        severity: vec![
            SeverityRow { name: "ERROR".into(), entries: 1_084, per_mille: 90, ..SeverityRow::default() },
            SeverityRow {
                name: "none".into(),
                entries: 10_916,
                per_mille: 910,
                effective: 10_000,
                evidence: None,
            },
        ],
        severity_notes: vec![said(Rich::text("Most entries carry no severity."))],
        requests: Some(requests()),
        patterns: vec![PatternRow {
            template: "user <*> has | pipes ` and ticks".into(),
            severity: Severity::Warning,
            entries: 1_500,
            note: "known noise: scanners".into(),
            finding: "F2".into(),
            variables: vec![variable()],
            ..PatternRow::default()
        }],
        more_patterns: 3,
        details: vec![Fact { key: "Region".into(), values: vec!["europe-west1".into()], ..Fact::default() }],
        deployments: vec![Deployment {
            name: "shop-00007-abc".into(),
            service: "shop".into(),
            first: Some(at(0)),
            last: Some(at(3_600)),
            entries: 12_000,
            starts: 16,
            exits: 16,
            instances: 16,
            outcome: "never ready".into(),
        }],
        works: vec![derived(Rich::text("The startup probe passed 16 times."), "count")],
        not_found: vec![said(Rich::text("No memory limit was reached."))],
        coverage: Coverage {
            troubled: 1_100,
            explained: 1_090,
            sentences: vec![said(Rich::text("The export holds exactly 12,000 entries; it may be cut."))],
            gaps: vec![Gap {
                what: "The request log".into(),
                filter: Filter { logs: vec!["run.googleapis.com/requests".into()], ..Filter::default() },
            }],
            unexplained: vec![quote(70, Severity::Warning, "odd thing")],
        },
        raw: raw(),
        warnings: vec![Problem::of_file(Code::WSkipped, "shop.json", "2 records: lines 7, 9.")],
        evidence: vec![Evidence {
            filter: Filter::default().with_text("billing"),
            entries: 84,
            quotes: vec![quote(5, Severity::Error, TRACE)],
        }],
    }
}

fn main_finding(title: Rich) -> Finding {
    Finding {
        id: "F1".into(),
        title,
        class: Class::Critical,
        impact: said(Rich::text("Every request is answered with 503.")),
        state: State::Ongoing,
        state_text: derived(
            Rich::text("Every 6 s since 00:00:05, still at the end of the file."),
            "median gap",
        ),
        counts: vec![
            Count { what: "failed starts".into(), n: 16, evidence: Some(0) },
            Count { what: "entries".into(), n: 1_084, evidence: None },
        ],
        first: Some(at(5)),
        last: Some(at(101)),
        cause: vec![said(Rich::text("An import fails at start."))],
        chain: vec![
            ChainLink {
                kind: "RuntimeError".into(),
                message: "setup failed".into(),
                place: "main.py:9 in setup".into(),
                ..ChainLink::default()
            },
            ChainLink {
                kind: "ModuleNotFoundError".into(),
                message: "No module named 'billing'".into(),
                relation: "caused by".into(),
                place: "main.py:3 in <module>".into(),
            },
        ],
        components: vec![Component {
            file: "/app/main.py".into(),
            line: Some(3),
            function: "load".into(),
            statement: "import billing".into(),
        }],
        quotes: vec![
            quote(5, Severity::Error, TRACE),
            quote(6, Severity::Warning, "Container called exit(3)."),
        ],
        symptoms: vec![derived(Rich::text("10 requests were answered with ").c("503").t("."), "same cycle")],
        variants: vec![said(Rich::text("Also as ").c("CRITICAL: setup failed").t("."))],
        confidence: Confidence {
            word: "certain".into(),
            reason: Rich::text("The message names the module."),
        },
        signatures: vec!["py-import-missing".into()],
        evidence: Some(0),
        fetch: Filter { services: vec!["shop".into()], ..Filter::default() },
    }
}

fn requests() -> Requests {
    Requests {
        total: 1_210,
        statuses: vec![
            Count { what: "2xx".into(), n: 1_200, evidence: None },
            Count { what: "503".into(), n: 10, evidence: Some(0) },
        ],
        latency_micros: Some([12_000, 95_000, 1_400_000, 61_000_000]),
        paths: vec![PathRow {
            path: "GET /orders/<*>".into(),
            requests: 1_210,
            statuses: vec![Count { what: "200".into(), n: 1_200, evidence: None }],
            latency_micros: Some([850, 9_400, 31_000]),
            evidence: None,
        }],
        more_paths: 2,
        notes: vec![said(Rich::text("Polling makes up most of it."))],
    }
}

fn raw() -> RawData {
    RawData {
        files: vec![FileRow {
            name: "shop.json".into(),
            bytes: 3_100_000,
            entries: 12_001,
            encoding: "utf-8".into(),
            container: "array".into(),
            dialect: "gcp".into(),
            order: "descending".into(),
            first: Some(at(0)),
            last: Some(at(90_000)),
            skipped: 2,
            notes: vec!["Record 7 is no object.".into()],
            seekable: true,
        }],
        bytes: 3_100_000,
        entries: 12_000,
        duplicates: 1,
        queries: vec![Query {
            title: "What came before".into(),
            language: "logs-explorer".into(),
            text: "resource.type=\"cloud_run_revision\"\ntimestamp<\"2025-03-02T00:00:00Z\"".into(),
        }],
    }
}

/// A file on which nothing is wrong.
pub(crate) fn calm() -> Report {
    Report {
        headline: Headline { sentence: Rich::text("Healthy: nothing failed."), ..Headline::default() },
        no_findings: vec![derived(Rich::text("No failure in 40 entries."), "all of them read")],
        works: vec![said(Rich::text("20 requests were served."))],
        ..Report::default()
    }
}

fn variable() -> PatternVariable {
    let count = |what: &str, n| Count { what: what.into(), n, evidence: None };
    PatternVariable {
        kind: VariableKind::Word,
        distinct: 9,
        complete: true,
        top: vec![count("alice|`x`", 1_400), count("bob", 90)],
        range: None,
    }
}
