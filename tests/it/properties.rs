//! The central invariant, from bytes to the JSON report: any chunks, any shards, any order of files and of merging, over the
//! wire or not, with caps exceeded or not, give the same bytes.
//!
//! `PROPTEST_CASES=2000 cargo test --release --test it properties` looks harder.

use super::logs::{Dice, Log, logs};
use fivewhys::compare::{self, View, compare};
use fivewhys::diagnose::knowledge::Knowledge;
use fivewhys::diagnose::{Options, diagnose};
use fivewhys::digest::{Builder, Digest};
use fivewhys::entry::Nanos;
use fivewhys::ingest::{self, FileId, Ingest, Shard, detect};
use fivewhys::limits::{HEAD_BYTES, Limits};
use fivewhys::redact::Level;
use fivewhys::report::model::Report;
use fivewhys::report::render::{Format, render, render_comparison};
use proptest::prelude::*;
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(Knowledge::builtin);

/// Caps that every generated log exceeds.
const TIGHT: Limits = Limits { shapes: 9, sources: 4, paths: 3, asides: 1, figures: 2 };

fn id(log: &Log) -> FileId {
    let bytes = &log.bytes;
    let head = &bytes[..bytes.len().min(64 * 1024)];
    let tail = &bytes[bytes.len().saturating_sub(64 * 1024)..];
    FileId { name: log.name.clone(), size: bytes.len() as u64, token: ingest::token(head, tail) }
}

fn whole(log: &Log, step: usize, builder: &mut Builder) {
    let mut ingest = Ingest::new(id(log));
    for chunk in log.bytes.chunks(step) {
        ingest.push(chunk, builder);
    }
    ingest.finish(builder);
}

fn part(log: &Log, shard: Shard, step: usize, builder: &mut Builder) {
    let plan = detect(&log.name, &log.bytes[..log.bytes.len().min(HEAD_BYTES)]);
    let mut ingest = Ingest::of_shard(id(log), &plan, shard);
    for chunk in log.bytes[shard.start as usize..].chunks(step) {
        if ingest.done() {
            break;
        }
        ingest.push(chunk, builder);
    }
    ingest.finish(builder);
}

/// Digests of the parts of all logs; some parts share a builder, as pieces of work share a thread.
fn parts(logs: &[Log], limits: Limits, dice: &mut Dice) -> Vec<Digest> {
    let step = 1 + dice.below(4000) as usize;
    let mut builders: Vec<Builder> = Vec::new();
    for log in logs {
        let plan = detect(&log.name, &log.bytes[..log.bytes.len().min(HEAD_BYTES)]);
        let n_cuts = if plan.splittable { dice.below(8) } else { 0 };
        let mut edges: Vec<u64> = (0..n_cuts).map(|_| dice.below(log.bytes.len() as u64)).collect();
        edges.extend([0, log.bytes.len() as u64]);
        edges.sort_unstable();
        edges.dedup();
        for pair in edges.windows(2) {
            if builders.is_empty() || dice.below(3) > 0 {
                builders.push(Builder::with_limits(limits));
            }
            let at = dice.below(builders.len() as u64) as usize;
            if n_cuts == 0 {
                whole(log, step, &mut builders[at]);
            } else {
                part(log, Shard { start: pair[0], end: pair[1] }, step, &mut builders[at]);
            }
        }
    }
    builders.into_iter().map(Builder::finish).collect()
}

/// Merges two random ones until one is left; some travel in between.
fn merged(mut digests: Vec<Digest>, dice: &mut Dice) -> Digest {
    while digests.len() > 1 {
        let other = digests.swap_remove(dice.below(digests.len() as u64) as usize);
        let other = match dice.below(2) {
            0 => Digest::from_bytes(&other.to_bytes()).unwrap(),
            _ => other,
        };
        let at = dice.below(digests.len() as u64) as usize;
        digests[at].merge(other);
    }
    digests.pop().unwrap()
}

fn report(digest: Digest) -> Report {
    let options = Options { generated_at: Nanos::parse("2026-03-02T12:00:00Z"), ..Options::default() };
    diagnose(&digest.finish(), &KNOWLEDGE, &options)
}

fn json(digest: Digest) -> String {
    render(&report(digest), Format::Json, Level::Secrets)
}

/// Every text form of the comparison of two digests.
fn comparison(sides: [Digest; 2]) -> String {
    let [before, during] = sides.map(Digest::finish);
    let told = compare(&View::whole(&before, "a"), &View::whole(&during, "b"), &compare::Options::default());
    let text = |format| render_comparison(&told, format, Level::Secrets, &[]);
    [Format::Json, Format::Markdown, Format::Html, Format::Chat].map(text).concat()
}

/// All logs whole, one after the other, in one builder.
fn plain(logs: &[Log], limits: Limits) -> Digest {
    let mut builder = Builder::with_limits(limits);
    for log in logs {
        whole(log, usize::MAX, &mut builder);
    }
    builder.finish()
}

/// The first line that differs, with the one before it: a whole report would be unreadable.
fn difference(a: &str, b: &str) -> Option<String> {
    let at = a.lines().zip(b.lines()).position(|(a, b)| a != b);
    let at = at.or_else(|| (a.len() != b.len()).then(|| a.lines().count().min(b.lines().count())))?;
    let around = |text: &str| text.lines().skip(at.saturating_sub(2)).take(4).collect::<Vec<_>>().join("\n");
    Some(format!("line {at}:\n{}\n-- but --\n{}", around(a), around(b)))
}

/// Few cases unless the environment asks for more.
fn cases(few: u32) -> ProptestConfig {
    let default =
        ProptestConfig { failure_persistence: None, max_shrink_iters: 64, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        default
    } else {
        ProptestConfig { cases: few, ..default }
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn any_chunks_shards_orders_and_merges_give_the_same_report(seed in any::<u64>(), split in any::<u64>(), is_tight in any::<bool>()) {
        let limits = if is_tight { TIGHT } else { Limits::default() };
        let mut logs = logs(seed);
        let want = json(plain(&logs, limits));
        let mut dice = Dice(split);
        let turn = dice.below(logs.len() as u64) as usize;
        logs.rotate_left(turn);
        let got = json(merged(parts(&logs, limits, &mut dice), &mut dice));
        prop_assert_eq!(difference(&want, &got), None);
    }

    #[test]
    fn any_chunks_shards_orders_and_merges_give_the_same_comparison(seed in any::<u64>(), split in any::<u64>(), is_tight in any::<bool>()) {
        let limits = if is_tight { TIGHT } else { Limits::default() };
        let mut sides = [logs(seed), logs(seed.wrapping_add(1))];
        let want = comparison(sides.each_ref().map(|logs| plain(logs, limits)));
        let mut dice = Dice(split);
        for logs in &mut sides {
            let turn = dice.below(logs.len() as u64) as usize;
            logs.rotate_left(turn);
        }
        let got = comparison(sides.each_ref().map(|logs| merged(parts(logs, limits, &mut dice), &mut dice)));
        prop_assert_eq!(difference(&want, &got), None);
    }

    #[test]
    fn a_log_given_again_changes_no_more_than_the_count_of_duplicates(seed in any::<u64>(), split in any::<u64>()) {
        let logs = logs(seed);
        let mut once = report(plain(&logs, Limits::default()));
        let mut dice = Dice(split);
        let mut digests = parts(&logs, Limits::default(), &mut dice);
        digests.extend(parts(&logs[..1], Limits::default(), &mut dice));
        let mut twice = report(merged(digests, &mut dice));
        for report in [&mut once, &mut twice] {
            report.raw.duplicates = 0;
            report.warnings.clear();
            // Skipped records are counted as they are met, and their lines by the one way a file was cut.
            report.raw.files.iter_mut().for_each(|file| (file.skipped, file.notes) = (0, Vec::new()));
        }
        let texts = [&once, &twice].map(|report| render(report, Format::Json, Level::Secrets));
        prop_assert_eq!(difference(&texts[0], &texts[1]), None);
    }
}

#[test]
fn what_a_cap_leaves_out_is_said_and_counted() {
    let logs: Vec<Log> = (1..6).flat_map(logs).collect();
    let (free, capped) = (report(plain(&logs, Limits::default())), report(plain(&logs, TIGHT)));
    let warned = |report: &Report| {
        let limits = report.warnings.iter().filter(|problem| problem.code == fivewhys::error::Code::WLimit);
        limits.map(|problem| problem.detail.clone()).collect::<Vec<_>>()
    };
    assert!(warned(&free).is_empty());
    let warned = warned(&capped).join("\n");
    for what in ["distinct messages", "distinct sources", "distinct request paths", "distinct nested errors"]
    {
        assert!(warned.contains(what), "{what} in {warned}");
        let line = warned.lines().find(|line| line.contains(what)).unwrap();
        let is_counted = line.contains("kept one by one; ") && !line.contains("; 0 entries");
        assert!(is_counted && line.contains(" beyond them are counted together"), "{line}");
    }
    assert_eq!((free.raw.entries, free.raw.duplicates), (capped.raw.entries, capped.raw.duplicates));
    let table = |report: &Report| {
        let rows = report.severity.iter().map(|row| (row.name.clone(), row.entries, row.effective));
        rows.collect::<Vec<_>>()
    };
    assert_eq!(table(&free), table(&capped));
}

#[test]
fn a_trace_over_every_border_stays_one_exception() {
    let line = |n: usize, text: &str| {
        serde_json::json!({"timestamp": format!("2025-03-02T10:00:00.{n:06}Z"), "textPayload": text, "insertId": n.to_string(),
            "logName": "projects/demo/logs/run.googleapis.com%2Fstderr",
            "resource": {"type": "cloud_run_revision", "labels": {"service_name": "ledger"}}})
        .to_string()
    };
    let lines = [
        "Traceback (most recent call last):",
        "  File \"/app/main.py\", line 3, in <module>",
        "    import pgdriver",
        "ModuleNotFoundError: No module named 'pgdriver'",
    ];
    let text: String = lines.iter().enumerate().map(|(n, text)| line(n, text) + "\n").collect();
    let log = Log { name: "a.ndjson".to_owned(), bytes: text.into_bytes() };
    let want = json(plain(std::slice::from_ref(&log), Limits::default()));
    assert!(want.contains("No module named 'pgdriver'"));
    let size = log.bytes.len() as u64;
    for cut in (1..size).step_by(97) {
        let shards = [Shard { start: cut, end: size }, Shard { start: 0, end: cut }];
        let digests = shards.map(|shard| {
            let mut builder = Builder::default();
            part(&log, shard, 50, &mut builder);
            builder.finish()
        });
        assert_eq!(difference(&want, &json(merged(digests.to_vec(), &mut Dice(cut)))), None, "cut at {cut}");
    }
}

#[test]
fn files_that_pass_for_one_lose_nothing_and_need_no_order() {
    let file = |text: &str| {
        let mut builder = Builder::default();
        let bytes = format!(
            "{{\"timestamp\":\"2025-03-02T10:00:00Z\",\"severity\":\"ERROR\",\"textPayload\":\"{text}\"}}\n"
        );
        let mut ingest =
            Ingest::new(FileId { name: "a.ndjson".to_owned(), size: bytes.len() as u64, token: 7 });
        ingest.push(bytes.as_bytes(), &mut builder);
        ingest.finish(&mut builder);
        builder.finish()
    };
    let join = |texts: [&str; 3]| {
        let mut digest = Digest::default();
        texts.into_iter().for_each(|text| digest.merge(file(text)));
        digest
    };
    let want = report(join(["lost the ledger", "lost the mailer", "lost the ledger"]));
    assert_eq!((want.raw.entries, want.raw.duplicates), (2, 1));
    let other = report(join(["lost the mailer", "lost the ledger", "lost the ledger"]));
    assert_eq!(render(&want, Format::Json, Level::Secrets), render(&other, Format::Json, Level::Secrets));
}
